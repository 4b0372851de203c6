"""Amounts as people write them, read whole or refused with the reason."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.currencies import ISO_CODES, WORDS
from shangji.lib.errors import BadInput
from shangji.lib.money.rounding import CONTEXT

MAX_ABS: Final = Decimal(10) ** 15
MAX_DECIMALS: Final = 4
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
    amount = Decimal(f"{whole}.{number.group(3) or '0'}").scaleb(scale, CONTEXT)
    if amount > max_abs:
        raise BadInput(_("The amount is too large."))
    if amount != amount.quantize(Decimal("0.0001"), context=CONTEXT):
        raise BadInput(_("An amount has at most four decimals."))
    # 1.50万 is 15000, not 1.5E+4; 1.50000 is 1.5, its zeros carry nothing.
    places = max(0, -int(amount.normalize(CONTEXT).as_tuple().exponent))
    written = len(number.group(3) or "") - scale
    amount = amount.quantize(
        Decimal(1).scaleb(-max(places, min(written, MAX_DECIMALS), 0)), context=CONTEXT
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
