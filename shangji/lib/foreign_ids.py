"""Ids as other systems write them, in the one form by which they are compared."""

import re

_SHORT = re.compile(r"[A-Za-z0-9]{15}", re.ASCII)
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def foreign_id(system: str, text: str) -> str:
    """The id in its full form.

    Salesforce writes the same record with 15 characters, in which case counts, or with 18, whose
    last three say which of them are capitals.
    """
    if system != "salesforce" or not _SHORT.fullmatch(text):
        return text
    tail = ""
    for start in (0, 5, 10):
        capitals = sum(1 << place for place in range(5) if text[start + place].isupper())
        tail += _CHECK[capitals]
    return text + tail
