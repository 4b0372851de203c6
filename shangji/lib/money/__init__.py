"""Money: rounding, showing, reading, splitting and adding up amounts.

Amounts are finite `Decimal`s with at most four decimals; a currency is its ISO 4217 code. One
rounding rule everywhere: half up, away from zero.
"""

from shangji.lib.money.reading import MAX_ABS, decimal_mark, parse_money, read_amount
from shangji.lib.money.rounding import round_half_up, round_money
from shangji.lib.money.showing import MINUS, format_exact, format_short
from shangji.lib.money.totals import Converted, Rate, Totals, split_amount

__all__ = [
    "MAX_ABS",
    "MINUS",
    "Converted",
    "Rate",
    "Totals",
    "decimal_mark",
    "format_exact",
    "format_short",
    "parse_money",
    "read_amount",
    "round_half_up",
    "round_money",
    "split_amount",
]
