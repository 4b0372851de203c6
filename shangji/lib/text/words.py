"""Normalised text and the terms of the search index.

Chinese has no spaces, so a run of Han characters is indexed as its overlapping pairs: 华辰精密
gives 华辰 辰精 精密. Two characters are then found by one exact term, more by several. Traditional
characters stand as simplified ones: 華辰 finds 华辰. Latin and digit words stay whole. Terms hold
letters and digits only, so any of them is safe between the quotes of a full-text query.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput
from shangji.lib.text.han_forms import simplified

MAX_TEXT: Final = 200_000
MAX_INDEXED: Final = 50_000  # of a longer text the beginning is searchable
MAX_QUERY: Final = 200
MAX_QUERY_TERMS: Final = 32
MAX_WORD: Final = 100  # longer runs of letters are no words: keys, base64

_HAN: Final = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS: Final = re.compile(rf"((?:(?=[{_HAN}])[^\W_])+)|([^\W_{_HAN}]+)")
_SPACES: Final = re.compile(r"\s+")
_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")


def is_han(character: str) -> bool:
    """Whether the character is written without spaces between words: Han, or Japanese kana."""
    return _IS_HAN.fullmatch(character) is not None


def normalise(text: str, max_length: int = MAX_TEXT) -> str:
    """One spelling for what reads the same: NFKC (full-width to half-width), case folded, accents
    off Latin letters, blanks to single spaces, ends trimmed. For comparing, never for storing in
    place of what a person wrote. BadInput when longer than `max_length`."""
    if len(text) > max_length:
        raise BadInput(
            _("Needs at most %(limit)s characters, has %(found)s."),
            limit=max_length,
            found=len(text),
        )
    return _normalised(text)


def _normalised(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    folded = folded.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", _without_accents(folded))
    return _SPACES.sub(" ", folded).strip()


def _without_accents(text: str) -> str:
    """Latin letters without their marks: é → e. Other scripts keep theirs, where they are more
    than accents (が, й, ไ)."""
    # Chinese has none, and a look in C is forty times quicker than the walk below
    if unicodedata.is_normalized("NFD", text) and not _MARKS.search(text):
        return text
    kept: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            if base < "\u0250":
                continue
        else:
            base = character
        kept.append(character)
    return "".join(kept)


def _terms(text: str, tails: bool) -> list[str]:
    terms: list[str] = []
    for run in _RUNS.finditer(simplified(_normalised(text))):
        han, word = run.groups()
        if word:
            terms.append(word[:MAX_WORD])
        elif len(han) == 1:
            terms.append(han)
        else:
            terms += map("".join, pairwise(han))
            if tails:
                terms.append(han[-1])
    return terms


def bigrams(text: str) -> list[str]:
    """Terms in the order of the text: pairs of Han characters (one alone stays itself), words of
    letters and digits whole. Of a text beyond MAX_INDEXED characters, its beginning."""
    return _terms(text[:MAX_INDEXED], tails=False)


def index_terms(text: str) -> list[str]:
    """`bigrams`, and the last character of each Han run by itself. Every Han character then begins
    a term, so that one character is found by prefix wherever it stands. This goes into the index,
    joined by spaces."""
    return _terms(text[:MAX_INDEXED], tails=True)


def query_terms(text: str) -> list[str]:
    """Terms that must all be found, from what stands in a search box; an empty list finds nothing.

    Takes anything: quotes, operators, brackets, NUL and lone surrogates are no letters and part
    words like a space. Looks at the first MAX_QUERY characters, each term once, at most
    MAX_QUERY_TERMS. Match a term by prefix when it is a word or a single character, as it may be
    half typed; pairs are exact.
    """
    return list(dict.fromkeys(_terms(text[:MAX_QUERY], tails=False)))[:MAX_QUERY_TERMS]
