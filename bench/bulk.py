"""Bare bulk writes: executemany or COPY, indexes made afterwards, search terms by two processes."""

import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction

from shangji.foundation.search import rules, spelling, store


def write_rows(model: Any, values: Iterator[dict[str, Any]], chunk: int = 20_000) -> None:
    """Bare inserts: executemany on SQLite, COPY on PostgreSQL."""
    first = next(values)
    names = list(first)
    table = model._meta.db_table
    columns = ", ".join(f'"{name}"' for name in names)

    def tuples() -> Iterator[tuple[Any, ...]]:
        yield tuple(first.values())
        for one in values:
            yield tuple(one.values())

    rows = tuples()
    while batch := list(islice(rows, chunk)):
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(names))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", batch)


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Take the indexes of a table off and make them anew afterwards; those of keys stay."""
    if connection.vendor == "sqlite":
        listed = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
            " AND sql LIKE 'CREATE INDEX%%'"
        )
    else:
        listed = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = %s AND indexdef LIKE 'CREATE INDEX%%'"
        )
    with connection.cursor() as cursor:
        cursor.execute(listed, [table])
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in found:
            cursor.execute(sql)


#: record type, id, owner, title
Titled = tuple[str, int, int, str]


def _documents(batch: list[Titled]) -> list[rules.Document]:
    return [
        rules.document(record_type=kind, record_id=pk, owner_id=owner, owned=True, title=title)
        for kind, pk, owner, title in batch
    ]


def fill_search(titles: Iterable[Titled], chunk: int = 4_000) -> None:
    """Write titles into the search index: terms in a process of their own, writes in this one."""
    rest = iter(titles)
    batches = iter(lambda: list(islice(rest, chunk)), [])
    connection.close()  # a connection does not survive a fork
    with multiprocessing.get_context("fork").Pool(2) as pool, without_indexes(store.ENTRIES):
        for documents in pool.imap(_documents, batches):
            with transaction.atomic():
                store.write(documents)
                spelling.learn(documents)
