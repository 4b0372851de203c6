"""The full-text index of the database at hand: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from shangji.foundation.search.store.reading import (
    PRESENT,
    Among,
    Apart,
    Found,
    Look,
    Opening,
    find,
    finds_apart,
    forget_absent,
    present,
    tsquery,
)
from shangji.foundation.search.store.tables import ENTRIES, FTS, VERSION, clear_leftovers, ensure
from shangji.foundation.search.store.writing import remove, strays, write

__all__ = [
    "ENTRIES",
    "FTS",
    "PRESENT",
    "VERSION",
    "Among",
    "Apart",
    "Found",
    "Look",
    "Opening",
    "clear_leftovers",
    "ensure",
    "find",
    "finds_apart",
    "forget_absent",
    "present",
    "remove",
    "strays",
    "tsquery",
    "write",
]
