"""Comparing text without regard to case, the same way in memory and in both databases.

SQLite's LIKE knows the case of A to Z only; what PostgreSQL's UPPER knows depends on how the
server was set up. So letters of A to Z are alike in both cases, and text with other letters is
looked for in each of its forms: Élan, élan, ÉLAN.
"""

import string
from typing import Final

_SMALL: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def lower_ascii(text: str) -> str:
    """The text with A to Z small, everything else as it is."""
    return text.translate(_SMALL)


def case_forms(text: str) -> list[str]:
    """The forms of a text that differ by more than the case of A to Z; mostly one."""
    if text.isascii():
        return [text]
    forms = {lower_ascii(form): form for form in (text, text.lower(), text.upper(), text.title())}
    return list(forms.values())
