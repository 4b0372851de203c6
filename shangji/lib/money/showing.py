"""Amounts as people read them. Short forms are for cards and sums, exact forms for facts, cells and
exports. Spaces are ordinary ones; where an amount must not break, the style says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from shangji.lib.currencies import decimals_of, sign_of
from shangji.lib.money.rounding import CONTEXT, EXACT, finite, round_half_up, round_money
from shangji.lib.values import dataclass

MINUS: Final = "\N{MINUS SIGN}"


def _prefix(amount: Decimal, signed: bool) -> str:
    if amount < 0:
        return MINUS
    return "+" if signed and amount > 0 else ""


def _exact_digits(amount: Decimal, currency: str) -> str:
    """Digits with thousands parted. Whole amounts without decimals, others with at least the
    currency's and never fewer than they have: the exact form rounds nothing."""
    size = EXACT.abs(finite(amount)).normalize(EXACT)
    exponent = size.as_tuple().exponent
    assert isinstance(exponent, int)
    places = 0 if exponent >= 0 else max(-exponent, decimals_of(currency))
    return f"{size:,.{places}f}"


def format_exact(
    amount: Decimal, currency: str, locale: str = "zh-hans", *, signed: bool = False
) -> str:
    """The whole figure: "¥1,285,000", "US$86,000.50", "−JP¥300". Both languages write it alike."""
    digits = _exact_digits(amount, currency)
    return _prefix(amount, signed) + sign_of(currency) + digits


@dataclass(frozen=True)
class _Unit:
    """A step of the short form: `size` in whole currency, shown with `places` decimals."""

    size: int
    word: str
    places: int
    whole_from: int | None = None  # from this many units on, no decimals at all
    always: bool = False  # keeps its decimals even when they are zeros


# 万 with one decimal, 亿 with two; K whole from 100 K on, M and B with two that always stay.
_ZH_UNITS: Final = (_Unit(10**4, " 万", 1), _Unit(10**8, " 亿", 2))
_EN_UNITS: Final = (
    _Unit(10**3, "K", 1, whole_from=100),
    _Unit(10**6, "M", 2, always=True),
    _Unit(10**9, "B", 2, always=True),
)
SHORT_FROM: Final = 10_000  # below it the exact figure is short enough


def format_short(
    amount: Decimal,
    currency: str,
    locale: str = "zh-hans",
    *,
    keep_decimal: bool = False,
    signed: bool = False,
) -> str:
    """The figure of cards and sums: "¥128.5 万", "¥1.02 亿" in Chinese, "¥1.29M", "¥860K" else.

    Under 10,000 the exact figure, rounded to the currency. `keep_decimal` keeps 万 and 亿 at their
    one and two decimals ("¥416.0 万"), so that sums under one another line up; without it zeros
    at the end go ("¥36 万"). `signed` writes + before a gain. A figure that rounds up to the next
    unit takes that unit: 99,999,999 is "¥1 亿", never "¥10000 万".
    """
    size = CONTEXT.abs(finite(amount))
    whole = round_money(size, currency)
    if whole < SHORT_FROM:
        shown = whole.copy_negate() if amount < 0 and whole else whole
        return format_exact(shown, currency, locale, signed=signed)
    chinese = locale.lower().startswith("zh")
    units = _ZH_UNITS if chinese else _EN_UNITS
    for unit, above in zip(units, (*units[1:], None), strict=True):
        value = CONTEXT.divide(size, Decimal(unit.size))
        places = unit.places
        if unit.whole_from is not None and value >= unit.whole_from:
            places = 0
        rounded = round_half_up(value, places)
        if above is None or rounded < above.size // unit.size:
            break
    digits = f"{rounded:,.{places}f}"
    kept = unit.always or (keep_decimal and chinese)
    if places and not kept:
        digits = digits.rstrip("0").rstrip(".")
    return _prefix(amount, signed) + sign_of(currency) + digits + unit.word
