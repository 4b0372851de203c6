"""The Latin words that the index holds, and what a typed one may have meant.

What is offered says nothing about records: a word is shown only when the search for it found
something the actor may see (`meant`).
"""

# ruff: noqa: S608 - only constants of this module are put into SQL; values go as parameters

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Any, TypeVar

from django.db import connection

from shangji.foundation.search import store
from shangji.foundation.search.rules import BODY, MAX_QUERY, MAX_QUERY_TERMS, TITLE, Document, Term
from shangji.lib.text import normalise, query_terms, simplified
from shangji.lib.text.spelling import asked_stems, is_spelt, kept_stems, nearest

#: table of models.SearchSpelling: records are made searchable before models may be loaded
TABLE = "search_searchspelling"
#: fewer exact hits than this, and words that were perhaps meant are looked for
FEW = 3
#: rows of the table; words beyond are found as they are spelt
MOST_ROWS = 2_000_000
#: words tried in place of a typed one, typed words that are replaced, and searches for all of it
_EACH, _WORDS, _TRIES = 3, 4, 4
_CHUNK = 800

T = TypeVar("T")


def learn(documents: Sequence[Document]) -> None:
    """Keep the new words of documents. One look-up when there is a Latin word, and a write when
    one of them is new. Two processes may keep a word twice, which does no harm and lets neither
    wait for the other."""
    words = {word for one in documents for word in (*one.title, *one.body) if is_spelt(word)}
    new = sorted(words - _known(words)) if words else []
    if not new or _rows() >= MOST_ROWS:
        return
    rows = ((stem, word) for word in new for stem in kept_stems(word))
    with connection.cursor() as cursor:
        while batch := list(islice(rows, 5000)):
            cursor.executemany(f"INSERT INTO {TABLE} (stem, word) VALUES (%s, %s)", batch)


def _rows() -> int:
    return _select(f"SELECT max(id) FROM {TABLE}", [])[0][0] or 0


def _known(words: Iterable[str]) -> set[str]:
    """Those of the words that are kept. A word's own beginning is one of its stems."""
    found: set[str] = set()
    rest = iter(sorted(words))
    while batch := list(islice(rest, _CHUNK)):
        stems = sorted({kept_stems(word)[0] for word in batch})
        found |= {word for _stem, word in _under(stems)} & set(batch)
    return found


def _under(stems: Sequence[str]) -> list[tuple[str, str]]:
    """(stem, word) of what is kept under some stems, read from the index alone."""
    sql = f"SELECT stem, word FROM {TABLE} WHERE stem IN ({', '.join(['%s'] * len(stems))})"
    return [(stem, word) for stem, word in _select(sql, stems)]


def _select(sql: str, params: Sequence[object]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def meant(text: str, search: Callable[[str], T]) -> tuple[str, T] | None:
    """What was perhaps meant by a text, and what the search for it found; None for nothing.

    Args:
        search: finds what its actor may see; an empty answer lets the next words be tried.
    """
    for other in islice(_spellings(text), _TRIES):
        found = search(other)
        if found:
            return other, found
    return None


def _spellings(text: str) -> Iterator[str]:
    """The text with other words in place of its Latin ones, the nearest first."""
    plain = simplified(normalise(text[:MAX_QUERY]))
    typed = [word for word in query_terms(plain)[:MAX_QUERY_TERMS] if is_spelt(word)][:_WORDS]
    stems = {word: asked_stems(word) for word in typed}
    every = sorted({stem for some in stems.values() for stem in some})
    if not every:
        return
    under: dict[str, set[str]] = {}
    for stem, word in _under(every):
        under.setdefault(stem, set()).add(word)
    choices: list[list[str]] = []
    for word in typed:
        known = {other for stem in stems[word] for other in under.get(stem, ())}
        others = nearest(word, known, _EACH)
        choices.append([word, *others] if word in known or not others else others)
    ways = sorted(product(*(range(len(some)) for some in choices)), key=lambda way: (sum(way), way))
    for way in ways:
        other = plain
        for word, some, place in zip(typed, choices, way, strict=True):
            other = re.sub(rf"(?<![a-z0-9]){word}(?![a-z0-9])", some[place], other)
        if other != plain:
            yield other


def forget_unused(after: int, size: int = 5000) -> int:
    """Drop the rows of words that no entry holds any more. Returns the id to go on after, 0 at
    the end."""
    rows = _select(
        f"SELECT id, word FROM {TABLE} WHERE id > %s ORDER BY id LIMIT %s", [after, size]
    )
    gone = {
        word
        for word in {word for _pk, word in rows}
        if not store.find(Term((TITLE, BODY), word), 1).rows
    }
    with connection.cursor() as cursor:
        unused = [(pk,) for pk, word in rows if word in gone]
        cursor.executemany(f"DELETE FROM {TABLE} WHERE id = %s", unused)
    return int(rows[-1][0]) if len(rows) == size else 0
