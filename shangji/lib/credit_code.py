"""统一社会信用代码: the 18-character code of a Chinese organisation (GB 32100-2015)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput

LENGTH: Final = 18
# Digits and capitals without I O S V Z; the place is the value.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_MAX_TEXT: Final = 64
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PARTING: Final = {ord(mark): None for mark in " \t\r\n-\u3000\u00a0"}


def check_character(code: str) -> str:
    """The 18th character that belongs to the first 17. KeyError for a letter the code has not."""
    total = sum(_VALUES[letter] * weight for letter, weight in zip(code, _WEIGHTS, strict=False))
    return ALPHABET[-total % 31]


def normalise_credit_code(text: str) -> str:
    """Half-width capitals without blanks and hyphens. Does not check; see `read_credit_code`."""
    if len(text) > _MAX_TEXT:
        raise BadInput(
            _("Needs %(wanted)s characters, has %(found)s."), wanted=LENGTH, found=len(text)
        )
    return text.translate(_WIDE).translate(_PARTING).upper()


def read_credit_code(text: str) -> str:
    """The code in `text`, normalised and checked; BadInput says what is expected and what is
    there."""
    code = normalise_credit_code(text)
    if len(code) != LENGTH:
        raise BadInput(
            _("Needs %(wanted)s characters, has %(found)s."), wanted=LENGTH, found=len(code)
        )
    for letter in code:
        if letter not in _VALUES:
            raise BadInput(
                _("Has digits and capitals without I, O, S, V and Z; “%(letter)s” is none."),
                letter=letter,
            )
    expected = check_character(code)
    if code[-1] != expected:
        raise BadInput(
            _("The last character would be %(expected)s, it is %(found)s: check for a slip."),
            expected=expected,
            found=code[-1],
        )
    return code


def is_credit_code(text: str) -> bool:
    try:
        read_credit_code(text)
    except BadInput:
        return False
    return True
