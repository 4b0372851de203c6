"""Ids of a list of any length in its order, at constant memory.

The SQLite of the wheel keeps what it sorts in memory (TEMP_STORE=3): 120 bytes a row and more.
A long list is sorted by a file there: its keys go into the primary key of a table on disk.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from shangji.records.listing.query import ListQuery

#: rows that are read and put down at a time
_BATCH = 1000


def ids_in_order(query: ListQuery) -> Iterator[int]:
    """Every id, in the order of the list. PostgreSQL sorts on disk by itself."""
    if connection.vendor != "sqlite":
        yield from query.ordered(query.base).values_list("pk", flat=True).iterator(_BATCH)
        return
    with (
        tempfile.TemporaryDirectory(prefix="shangji-sort-") as folder,
        closing(sqlite3.connect(Path(folder) / "sort", isolation_level=None)) as file,
    ):
        yield from _sorted(query, file)


def _sorted(query: ListQuery, file: Any) -> Iterator[int]:
    """Rows without a value stand last: whether they have one is a key of its own before it."""
    ways = [" DESC" if one.is_down else "" for one in query.sorts]
    keys = [part for n, way in enumerate(ways) for part in (f"e{n}", f"k{n}{way}")]
    order = ", ".join([*keys, f"pk{ways[0]}"])
    columns = ", ".join(f"e{n}, k{n}" for n in range(len(ways)))
    values = ", ".join(f"?{n} IS NULL, COALESCE(?{n}, 0)" for n in range(1, len(ways) + 1))
    file.execute("PRAGMA journal_mode=OFF")
    file.execute("PRAGMA synchronous=OFF")
    file.execute("PRAGMA cache_size=-4096")
    file.execute(f"CREATE TABLE line ({columns}, pk, PRIMARY KEY ({order})) WITHOUT ROWID")
    insert = f"INSERT INTO line VALUES ({values}, ?{len(ways) + 1})"  # noqa: S608 - numbers only
    rows = _keys(query)
    file.execute("BEGIN")
    while batch := list(islice(rows, _BATCH)):
        file.executemany(insert, batch)
    file.execute("COMMIT")
    for (pk,) in file.execute(f"SELECT pk FROM line ORDER BY {order}"):  # noqa: S608 - the same
        yield pk


def _keys(query: ListQuery) -> Iterator[tuple[Any, ...]]:
    """What each row is sorted by and its id, as the database keeps them."""
    shown = {one.path: one.shown for one in query.sorts if one.shown is not None}
    rows = query.base.annotate(**shown).order_by()
    rows = rows.values_list(*(one.path for one in query.sorts), "pk")
    try:
        text, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        while batch := cursor.fetchmany(_BATCH):
            yield from batch
