"""The one rounding rule, half up, and the two contexts all arithmetic of money runs in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.currencies import decimals_of
from shangji.lib.errors import BadInput

CONTEXT: Final = Context(prec=100, rounding=ROUND_HALF_UP)
# Raises instead of rounding: for sums that must be exact.
EXACT: Final = Context(prec=100, traps=[InvalidOperation, Inexact])


def finite(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise BadInput(_("This is not an amount."))
    return amount


def round_half_up(amount: Decimal, decimals: int) -> Decimal:
    """`amount` at `decimals` places, halves away from zero. No negative zero comes back."""
    rounded = finite(amount).quantize(Decimal(1).scaleb(-decimals), context=CONTEXT)
    return abs(rounded) if rounded.is_zero() else rounded


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the decimals its currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return round_half_up(amount, decimals_of(currency))
