"""The index is there after every migrate, filled when its terms are new, and tidied at night."""
# ruff: noqa: S608 - only constants of the store are put into SQL; values go as parameters

from typing import Any

from django.db import connection

from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.search import store
from shangji.foundation.search.index import searchable_types


def after_migrate(**_sent: Any) -> None:
    """Make the index of this release; have a job fill it where records exist already."""
    if store.ensure():
        for record_type, kind in searchable_types().items():
            if kind.model._default_manager.exists():
                enqueue(
                    "search.reindex",
                    params={"record_type": record_type},
                    unique_key=f"search.reindex:{store.VERSION}:{record_type}",
                )
    store.clear_leftovers()


def tidy(pages: int) -> bool:
    """Do a piece of the work of bringing what many writes left in parts into one; says whether
    some is left. A search opens each of its lists once for every part: with eleven of them it
    took five times as long to find eight entries at 100,000 as with one.

    Args:
        pages: how much of the index is written at most (4 KB each), under one write lock.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT DISTINCT segid FROM {store.FTS}_idx LIMIT %s)", [_PARTS]
        )
        if cursor.fetchone()[0] < _PARTS:
            return False
        cursor.execute("SELECT total_changes()")
        before = cursor.fetchone()[0]
        # less than nothing: all parts, however much they differ in size
        cursor.execute(f"INSERT INTO {store.FTS}({store.FTS}, rank) VALUES ('merge', %s)", [-pages])
        cursor.execute("SELECT total_changes()")
        return bool(cursor.fetchone()[0] - before >= 2)


#: with fewer parts than these nothing is brought together
_PARTS = 3
