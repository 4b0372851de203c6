"""Cells that a spreadsheet would take for a formula.

A text that begins with = + - @ or a tab or line break, also behind blanks, controls, hidden marks
or apostrophes, and also in full-width writing, gets an apostrophe in front. Plain numbers (-5.00)
and telephone numbers (+47 22 00 00 00) calculate nothing and stay as they are. `unguard` takes off
exactly what `guard` put on: unguard(guard(text)) == text for every text.
"""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_DANGEROUS: Final = re.compile(
    rf"['＇]*[\t\r\n]|[{_BLANK}'＇\"＂]*[=+\-@＝＋－＠\u2212\ufe62\ufe63\ufe66\ufe6b]"
)
_NUMBER: Final = re.compile(r"[+-][0-9]{1,15}(?:\.[0-9]{1,10})?", re.ASCII)
_PHONE: Final = re.compile(r"\+[0-9](?: ?[0-9]){4,18}", re.ASCII)


def needs_guard(text: str) -> bool:
    """Whether a spreadsheet might calculate `text`."""
    if not _DANGEROUS.match(text):
        return False
    return not (_NUMBER.fullmatch(text) or _PHONE.fullmatch(text))


def guard(text: str) -> str:
    return f"'{text}" if needs_guard(text) else text


def unguard(text: str) -> str:
    return text[1:] if text[:1] == "'" and needs_guard(text[1:]) else text
