"""Money: rounding, showing, reading, splitting and adding up amounts.

Amounts are finite `Decimal`s with at most four decimals; a currency is its ISO 4217 code. One
rounding rule everywhere: half up, away from zero ("round half up" of the amount without its
sign). Short forms are for cards and sums, exact forms for facts, cells and exports. The spaces in
short forms are ordinary ones; where an amount must not break, the style says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.currencies import ISO_CODES, WORDS, decimals_of, sign_of
from shangji.lib.errors import BadInput

MINUS: Final = "\N{MINUS SIGN}"
MAX_ABS: Final = Decimal(10) ** 15
MAX_DECIMALS: Final = 4

_CONTEXT: Final = Context(prec=100, rounding=ROUND_HALF_UP)
# Raises instead of rounding: for sums that must be exact.
_EXACT: Final = Context(prec=100, traps=[InvalidOperation, Inexact])


def _finite(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise BadInput(_("This is not an amount."))
    return amount


def round_half_up(amount: Decimal, decimals: int) -> Decimal:
    """`amount` at `decimals` places, halves away from zero. No negative zero comes back."""
    rounded = _finite(amount).quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    return abs(rounded) if rounded.is_zero() else rounded


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the decimals its currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return round_half_up(amount, decimals_of(currency))


# ------------------------------------------------------------------------------------- showing


def _prefix(amount: Decimal, signed: bool) -> str:
    if amount < 0:
        return MINUS
    return "+" if signed and amount > 0 else ""


def _exact_digits(amount: Decimal, currency: str) -> str:
    """Digits with thousands parted. Whole amounts without decimals, others with at least the
    currency's and never fewer than they have: the exact form rounds nothing."""
    size = _EXACT.abs(_finite(amount)).normalize(_EXACT)
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
    size = _CONTEXT.abs(_finite(amount))
    whole = round_money(size, currency)
    if whole < SHORT_FROM:
        shown = whole.copy_negate() if amount < 0 and whole else whole
        return format_exact(shown, currency, locale, signed=signed)
    chinese = locale.lower().startswith("zh")
    units = _ZH_UNITS if chinese else _EN_UNITS
    for unit, above in zip(units, (*units[1:], None), strict=True):
        value = _CONTEXT.divide(size, Decimal(unit.size))
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


# ------------------------------------------------------------------------------------- reading

MAX_TEXT: Final = 64
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xFFE5: 0xA5,  # ￥
    0xFFE1: 0xA3,  # ￡
    0x2212: 0x2D,  # −
    0x2013: 0x2D,
    0x2009: 0x20,
    0x202F: 0x20,
    0x00A0: 0x20,
    0x2019: 0x27,
}
_COMMA_LANGUAGES: Final = (
    "az be bg bs ca cs da de el es et eu fi fr gl hr hu hy id is it ka kk lt lv mk nb nl nn no pl "
    "pt ro ru sk sl sq sr sv tr uk uz vi"
)
_DECIMAL_COMMA: Final = frozenset(_COMMA_LANGUAGES.split())
_SCALES: Final[dict[str, int]] = {
    "": 0, "千": 3, "万": 4, "萬": 4, "W": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8,
    "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12, "K": 3, "M": 6, "MN": 6, "B": 9, "BN": 9,
}  # fmt: skip
_SHAPE: Final = re.compile(r"([^0-9]*?)([0-9](?:[0-9.,' ]*[0-9])?)([^0-9]*)")
_GROUPED: Final = {
    ".": re.compile(r"([0-9]{1,3}(?:([,' ])[0-9]{3})?(?:\2[0-9]{3})*|[0-9]+)(?:\.([0-9]+))?"),
    ",": re.compile(r"([0-9]{1,3}(?:([.' ])[0-9]{3})?(?:\2[0-9]{3})*|[0-9]+)(?:,([0-9]+))?"),
}


def decimal_mark(locale: str) -> str:
    """ "," where the language of `locale` writes 1.234,50; "." elsewhere (zh, en and so on)."""
    return "," if re.split(r"[-_]", locale.lower())[0] in _DECIMAL_COMMA else "."


def read_amount(
    text: str, locale: str = "zh-hans", max_abs: Decimal | int = MAX_ABS
) -> tuple[Decimal, str | None]:
    """Read what a person typed: (amount, the currency the text names or None).

    Reads "1,234.50" or, by `locale`, "1.234,50"; 128.5万, 1.2亿, 10w, 100K, 12M; full-width
    digits; signs and codes before or after; −, +, and (1,234) for a minus. Raises BadInput for
    anything else, for more than four decimals and beyond ±`max_abs`. Nothing is cut or rounded.
    """
    if len(text) > MAX_TEXT:
        raise BadInput(
            _("Needs at most %(limit)s characters, has %(found)s."), limit=MAX_TEXT, found=len(text)
        )
    plain = text.translate(_WIDE).strip().upper()
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1].strip()
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise BadInput(_("This is not an amount, such as 1285000 or 128.5K."))
    before, digits, after = (part.strip() for part in shape.groups())
    minuses = [mark for mark in before if mark in "+-"]
    if minuses:
        if len(minuses) > 1 or negative:
            raise BadInput(_("This is not an amount, such as 1285000 or 128.5K."))
        negative = minuses[0] == "-"
        before = before.replace(minuses[0], "").strip()
    mark = decimal_mark(locale)
    if before.endswith(mark) and digits.isdigit():  # ".5"
        before, digits = before[:-1].strip(), f"0{mark}{digits}"
    scale, currency = _read_words(before, after)
    number = _GROUPED[mark].fullmatch(digits)
    if number is None:
        raise BadInput(
            _("Write the number as %(example)s."),
            example="1,234.50" if mark == "." else "1.234,50",
        )
    whole = re.sub(r"[^0-9]", "", number.group(1))
    amount = Decimal(f"{whole}.{number.group(3) or '0'}").scaleb(scale, _CONTEXT)
    if amount > max_abs:
        raise BadInput(_("The amount is too large."))
    if amount != amount.quantize(Decimal("0.0001"), context=_CONTEXT):
        raise BadInput(_("An amount has at most four decimals."))
    # 1.50万 is 15000, not 1.5E+4; 1.50000 is 1.5, its zeros carry nothing.
    places = max(0, -int(amount.normalize(_CONTEXT).as_tuple().exponent))
    written = len(number.group(3) or "") - scale
    amount = amount.quantize(
        Decimal(1).scaleb(-max(places, min(written, MAX_DECIMALS), 0)), context=_CONTEXT
    )
    return (-amount if negative and amount else amount), currency


def _read_words(before: str, after: str) -> tuple[int, str | None]:
    """The power of ten and the currency that stand around the digits; BadInput for other words."""
    named: set[str] = set()
    stated = False
    if before:
        code = _currency_word(before)
        if code is None:
            raise BadInput(_("“%(word)s” is not a currency."), word=before)
        stated = True
        named.add(code)
    rest = after
    scale = 0
    for size in (2, 1):
        if rest[:size] in _SCALES and rest[:size] and _ends_scale(rest, size):
            scale, rest = _SCALES[rest[:size]], rest[size:].strip()
            break
    if rest:
        code = _currency_word(rest)
        if code is None:
            raise BadInput(_("“%(word)s” is not a unit or currency."), word=rest)
        stated = True
        named.add(code)
    named.discard("")
    if len(named) > 1:
        raise BadInput(_("The amount names two currencies."))
    return scale, (named.pop() if stated and named else None)


def _ends_scale(rest: str, size: int) -> bool:
    """Whether the scale ends here: "M" of "12M" or "12M USD" does, "M" of "MXN" does not."""
    following = rest[size : size + 1]
    return not (rest[0].isascii() and following.isascii() and following.isalpha())


def _currency_word(word: str) -> str | None:
    """The code a word or sign means, "" for a bare $, None for a word that is no currency."""
    if word in WORDS:
        return WORDS[word]
    if re.fullmatch(r"[A-Z]{3}", word) and word in ISO_CODES:
        return word
    return None


def parse_money(
    text: str,
    locale: str = "zh-hans",
    max_abs: Decimal | int = MAX_ABS,
    *,
    currency: str | None = None,
) -> Decimal:
    """The amount in `text` (see `read_amount`). With `currency`, a text that names another one is
    refused rather than read as if it did not."""
    amount, named = read_amount(text, locale, max_abs)
    if currency and named and named != currency.upper():
        raise BadInput(
            _("The amount is in %(found)s, this field in %(wanted)s."),
            found=named,
            wanted=currency.upper(),
        )
    return amount


# ------------------------------------------------------------------------- splitting and adding


def split_amount(
    total: Decimal, weights: Sequence[Decimal | int], decimals: int = 2
) -> list[Decimal]:
    """`total` shared out by `weights` so that the parts add up to it exactly (largest remainder).

    Parts have `decimals` places, or as many as `total` has when those are more. What rounding
    leaves over goes one unit at a time to the largest remainders, the first of equals first. All
    weights zero shares evenly. BadInput without weights or with a negative one.
    """
    if not weights or any(Decimal(weight) < 0 for weight in weights):
        raise BadInput(_("An amount is shared by at least one part, and no part is negative."))
    exponent = _finite(total).as_tuple().exponent
    assert isinstance(exponent, int)
    unit = Decimal(1).scaleb(min(-decimals, exponent))
    units = int(_CONTEXT.divide(_CONTEXT.abs(total), unit))
    exact = [Decimal(weight) for weight in weights]
    scale = Decimal(1).scaleb(min(0, *(int(weight.as_tuple().exponent) for weight in exact)))
    shares = [int(_CONTEXT.divide(weight, scale)) for weight in exact]
    if not any(shares):
        shares = [1] * len(shares)
    whole = sum(shares)
    parts = [units * share // whole for share in shares]
    remainders = [units * share % whole for share in shares]
    order = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    signed = -unit if total < 0 else unit
    return [_CONTEXT.multiply(signed, Decimal(part)) if part else unit * 0 for part in parts]


@dataclass(frozen=True)
class Rate:
    """On the day `on`, one `source` is `rate` of `target`."""

    source: str
    target: str
    rate: Decimal
    on: date


@dataclass(frozen=True)
class Converted:
    """A total in one currency and what stayed apart for want of a rate.

    `amount` is the sum of each currency's own converted and rounded sum, so the shown parts add
    up to it. `used` are the rates that went in, to be shown beside the figure with their dates.
    """

    amount: Decimal
    currency: str
    apart: Totals
    used: tuple[Rate, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Currencies without a rate, in code order."""
        return tuple(currency for currency, _amount in self.apart)


class Totals:
    """Sums by currency. Never adds two currencies; every operation returns a new value."""

    __slots__ = ("_sums",)

    def __init__(
        self, sums: Mapping[str, Decimal] | Iterable[tuple[str, Decimal]] | None = None
    ) -> None:
        items = sums.items() if isinstance(sums, Mapping) else (sums or ())
        kept: dict[str, Decimal] = {}
        for currency, amount in items:
            code = currency.upper()
            kept[code] = _EXACT.add(kept.get(code, Decimal(0)), _finite(amount))
        self._sums = dict(sorted(kept.items()))

    def add(self, amount: Decimal, currency: str) -> Totals:
        return Totals([*self._sums.items(), (currency, amount)])

    def __add__(self, other: Totals) -> Totals:
        return Totals([*self._sums.items(), *other._sums.items()])

    def __sub__(self, other: Totals) -> Totals:
        return Totals([*self._sums.items(), *((code, -sum_) for code, sum_ in other)])

    def __iter__(self) -> Iterator[tuple[str, Decimal]]:
        """(currency, sum) in code order, currencies that sum to zero included."""
        return iter(self._sums.items())

    def __getitem__(self, currency: str) -> Decimal:
        return self._sums.get(currency.upper(), Decimal(0))

    def __len__(self) -> int:
        return len(self._sums)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self._sums == other._sums

    def __hash__(self) -> int:
        return hash(tuple(self._sums.items()))

    def __repr__(self) -> str:
        return f"Totals({self._sums!r})"

    def convert(self, target: str, rates: Iterable[Rate]) -> Converted:
        """All in `target`, by the given dated rates; of several the latest day's is taken.

        A rate serves in its own direction only: the caller who accepts 1/rate says so by giving
        it. A currency without a rate stays apart, it is never taken 1:1.
        """
        wanted = target.upper()
        table: dict[str, Rate] = {}
        for rate in rates:
            source = rate.source.upper()
            if rate.target.upper() != wanted or not rate.rate.is_finite() or rate.rate <= 0:
                continue
            if source not in table or rate.on > table[source].on:
                table[source] = rate
        amount = Decimal(0)
        apart: list[tuple[str, Decimal]] = []
        used: list[Rate] = []
        for code, sum_ in self:
            if code == wanted:
                amount = _EXACT.add(amount, sum_)
            elif code in table:
                part = _CONTEXT.multiply(sum_, table[code].rate)
                amount = _EXACT.add(amount, round_money(part, wanted))
                used.append(table[code])
            else:
                apart.append((code, sum_))
        return Converted(amount, wanted, Totals(apart), tuple(used))
