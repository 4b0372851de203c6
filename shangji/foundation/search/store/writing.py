"""Entries into the index and out of it."""
# ruff: noqa: S608 - only constants of this package are put into SQL; values go as parameters

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

from shangji.foundation.search.rules import BODY, OWNER, SCOPE, SOUND_COLUMN, TITLE, Document
from shangji.foundation.search.store.reading import wrote
from shangji.foundation.search.store.tables import (
    BEGINNINGS,
    ENTRIES,
    FTS,
    IDS,
    LETTERS,
    SHELF_BITS,
    STARTS,
    VECTOR,
    lexeme,
)

T = TypeVar("T")


def write(documents: Sequence[Document]) -> None:
    """Put documents of one record type into the index, in place of older ones."""
    for document in documents[:1]:
        wrote(document.record_type)
    for batch in _batches(documents, 400):
        if connection.vendor == "sqlite":
            _write_sqlite(batch)
        else:
            _write_postgresql(batch)


def _write_sqlite(batch: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {ENTRIES} (record_type, record_id, title_key, owner_id)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (record_type, record_id) DO UPDATE"
            " SET title_key = excluded.title_key, owner_id = excluded.owner_id",
            [(d.record_type, d.record_id, d.title_key, d.owner_id) for d in batch],
        )
        ids = _entry_ids(batch[0].record_type, [d.record_id for d in batch])
        cursor.executemany(
            f"INSERT OR REPLACE INTO {FTS} (rowid, title, body, sound, scope)"
            " VALUES (%s, %s, %s, %s, %s)",
            [
                (
                    ids[d.record_id],
                    " ".join(d.title),
                    " ".join(d.body),
                    " ".join(d.sound),
                    " ".join(d.scope),
                )
                for d in batch
            ],
        )


def _write_postgresql(batch: Sequence[Document]) -> None:
    values: list[Any] = []
    for d in batch:
        owner = next((term for term in d.scope if term.startswith(OWNER)), "")
        shelf = f" {LETTERS[SCOPE]}{owner}." if owner else ""
        values += [d.record_type, d.record_id, d.title_key, d.owner_id, _vector(d), shelf]
    rows = ", ".join(["(%s, %s::bigint, %s, %s::bigint, %s, %s)"] * len(batch))
    shelf = f"CASE WHEN shelf = '' THEN '' ELSE shelf || (id >> {SHELF_BITS}) END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ENTRIES} (id, record_type, record_id, title_key, owner_id, {VECTOR})"
            f" SELECT id, record_type, record_id, title_key, owner_id, (terms || {shelf})::tsvector"
            f" FROM (SELECT nextval('{IDS}') AS id, one.* FROM (VALUES {rows})"
            " AS one (record_type, record_id, title_key, owner_id, terms, shelf)) AS numbered"
            " ON CONFLICT (record_type, record_id) DO UPDATE"
            " SET title_key = excluded.title_key, owner_id = excluded.owner_id,"
            f" {VECTOR} = excluded.{VECTOR}",
            values,
        )


def _vector(d: Document) -> str:
    columns = ((TITLE, d.title), (BODY, d.body), (SOUND_COLUMN, d.sound), (SCOPE, d.scope))
    found = [lexeme(LETTERS[column], term) for column, terms in columns for term in terms]
    for column, terms in columns[:-1]:
        starts = {term[:n] for term in terms for n in BEGINNINGS if len(term) >= n}
        found += [lexeme(STARTS[column], start) for start in starts]
    return " ".join(found)


def remove(record_type: str, record_ids: Sequence[int]) -> None:
    """Take records out of the index."""
    for batch in _batches(record_ids, 400):
        ids = _entry_ids(record_type, batch)
        if not ids:
            continue
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(
                    f"DELETE FROM {FTS} WHERE rowid = %s",
                    [(i,) for i in ids.values()],
                )
            cursor.execute(f"DELETE FROM {ENTRIES} WHERE id IN ({marks})", list(ids.values()))


def strays(record_type: str, after: int, last: int, record_ids: Sequence[int]) -> list[int]:
    """Record ids in the index between two ids (`last` -1: no end) that are not among those."""
    end = "" if last < 0 else " AND record_id <= %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT record_id FROM {ENTRIES} WHERE record_type = %s AND record_id > %s{end}",
            [record_type, after, *([] if last < 0 else [last])],
        )
        return sorted({row[0] for row in cursor.fetchall()} - set(record_ids))


def _entry_ids(record_type: str, record_ids: Sequence[int]) -> dict[int, int]:
    marks = ", ".join(["%s"] * len(record_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT record_id, id FROM {ENTRIES}"
            f" WHERE record_type = %s AND record_id IN ({marks})",
            [record_type, *record_ids],
        )
        return dict(cursor.fetchall())


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
