"""Ids as addresses and forms carry them."""

#: one more digit than the largest id of a database has
DIGITS = 19


def id_in(text: str) -> int | None:
    """The id somebody sent; None for what is none, however long it is."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < DIGITS else None
