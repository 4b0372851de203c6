"""Which words a mistyped Latin word may stand for.

Two words within some slips of each other meet when as many letters are left out of each: "falcno"
without its n and "falcon" without its n are both "falco". Known words are kept under such stems of
their beginning; a mistyped one is looked up under its own, and what is found is compared in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from shangji.lib.likeness import edits

#: letters of a word that its stems are made of: later ones are compared, not looked up
BEGINNING: Final = 7
SHORTEST, LONGEST = 4, 24
#: a word of so many letters may have two slips, a shorter one has one
LONG: Final = 8
_LATIN: Final = re.compile(rf"[a-z]{{{SHORTEST},{LONGEST}}}")


def is_spelt(word: str) -> bool:
    """Whether a normalised word can be mistyped here: Latin letters only, 4 to 24 of them."""
    return _LATIN.fullmatch(word) is not None


def slips(word: str) -> int:
    """How many slips a typed word may have: 1 of 4 to 7 letters, 2 of more."""
    return 2 if len(word) >= LONG else 1


def kept_stems(word: str) -> list[str]:
    """What a known word is kept under, its own beginning first. A typed word of eight letters has
    two slips and may mean one of six."""
    return _stems(word, 2 if len(word) >= LONG - 2 else 1)


def asked_stems(word: str) -> list[str]:
    """What a typed word is looked up under."""
    return _stems(word, slips(word))


def _stems(word: str, most: int) -> list[str]:
    every = dict.fromkeys([word[:BEGINNING]])
    last = list(every)
    for _slip in range(most):
        last = [stem[:at] + stem[at + 1 :] for stem in last for at in range(len(stem))]
        every |= dict.fromkeys(last)
    return list(every)


def nearest(word: str, known: Iterable[str], limit: int) -> list[str]:
    """The known words that a typed one may stand for, whole or as their beginning: fewest slips
    first, whole words before beginnings, the same first letter before another."""
    most = slips(word)
    found: list[tuple[int, bool, bool, str]] = []
    for other in known:
        if other == word:
            continue
        count, is_part = edits(word, other, most), False
        if count > most and len(other) > len(word):
            count, is_part = _of_beginning(word, other, most), True
        if 0 < count <= most:
            found.append((count, is_part, other[0] != word[0], other))
    return [other for *_rank, other in sorted(found)[:limit]]


def _of_beginning(word: str, other: str, most: int) -> int:
    sizes = range(len(word) - most, len(word) + most + 1)
    return min(edits(word, other[:size], most) for size in sizes)
