"""Where each of many words stood first, at some twenty bytes a word whatever its length."""

from __future__ import annotations

from array import array
from typing import Final

_EMPTY: Final = 0
_BITS: Final = 2**64 - 1


class FirstPlaces:
    """A table of words and numbers that only grows.

    It keeps a 64-bit hash of each word and not the word: among a million words two are taken for
    one with a chance of 1 to 37 million. A dict of as many words takes ten times the memory.
    """

    def __init__(self) -> None:
        self._hashes = array("Q", bytes(8 * 1024))
        self._places = array("I", bytes(4 * 1024))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, word: str) -> bool:
        return self._hashes[self._find(_hash(word))] != _EMPTY

    def first(self, word: str, place: int) -> int:
        """The place (0 to 2³²-1) that the word came with first; `place` when it is new."""
        key = _hash(word)
        at = self._find(key)
        if self._hashes[at] != _EMPTY:
            return self._places[at]
        self._hashes[at], self._places[at] = key, place
        self._count += 1
        if self._count * 3 > len(self._hashes) * 2:
            self._grow()
        return place

    def _find(self, key: int) -> int:
        """Where the hash stands, or would stand: the next free place from its own one on."""
        hashes = self._hashes
        mask = len(hashes) - 1
        at = key & mask
        while hashes[at] not in (_EMPTY, key):
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        hashes, places = self._hashes, self._places
        size = 2 * len(hashes)
        self._hashes, self._places = array("Q", bytes(8 * size)), array("I", bytes(4 * size))
        for key, place in zip(hashes, places, strict=True):
            if key != _EMPTY:
                at = self._find(key)
                self._hashes[at], self._places[at] = key, place


def _hash(word: str) -> int:
    return (hash(word) & _BITS) or 1
