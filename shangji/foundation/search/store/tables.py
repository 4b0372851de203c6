"""Tables and columns of the index, and how terms are written into them.

The numbers in the names are versions of the terms (rules.py): another number makes a new index,
which `search.reindex` fills. VERSION is the newer of both.
"""
# ruff: noqa: S608 - only constants of this package are put into SQL; values go as parameters

from django.db import connection

from shangji.foundation.search.rules import BODY, SCOPE, SOUND_COLUMN, TITLE

VERSION = 5
ENTRIES, IDS = "search_searchentry", "search_searchentry_id_seq"
FTS, VECTOR = "search_fts_4", "vector_5"
#: PostgreSQL keeps all columns in one vector: the first letter of a term says which
LETTERS = {TITLE: "t", BODY: "b", SOUND_COLUMN: "s", SCOPE: "="}
#: beginnings of these lengths are terms of their own: all words that begin so are then one list,
#: read from its end on, where a search by prefix would gather every word's list whole
BEGINNINGS = (4, 5, 6, 7, 8)
#: an owner's entries stand on shelves, of 65,536 entries by the order of writing, each a term of
#: its own on PostgreSQL: without them a frequent word of one of a hundred owners is fetched from
#: a thousand pages of the table before one row can be told to be the newest
SHELF_BITS = 16
#: letters of such beginnings on PostgreSQL; FTS5 keeps them by itself
STARTS = {TITLE: "T", BODY: "B", SOUND_COLUMN: "S"}


def ensure() -> bool:
    """Make the index of this version when it is missing, and drop older ones.

    Returns whether it was made now. Django knows nothing of it, so this runs after migrate.
    """
    return _ensure_sqlite() if connection.vendor == "sqlite" else _ensure_postgresql()


def _ensure_sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'search_fts_%%'"
            " AND sql LIKE 'CREATE VIRTUAL%%'"
        )
        tables = {row[0] for row in cursor.fetchall()}
        for old in tables - {FTS}:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(old)}")
        if FTS in tables:
            return False
        cursor.execute(
            f"CREATE VIRTUAL TABLE {FTS} USING fts5(title, body, sound, scope,"
            " content='', contentless_delete=1, detail=column,"
            f" prefix='{' '.join(map(str, BEGINNINGS))}', tokenize='ascii')"
        )
    return True


def _ensure_postgresql() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s"
            " AND column_name LIKE 'vector\\_%%'",
            [ENTRIES],
        )
        columns = {row[0] for row in cursor.fetchall()}
        for old in columns - {VECTOR}:
            cursor.execute(f"ALTER TABLE {ENTRIES} DROP COLUMN {connection.ops.quote_name(old)}")
        if VECTOR in columns:
            return False
        cursor.execute(f"ALTER TABLE {ENTRIES} ADD COLUMN {VECTOR} tsvector")
        cursor.execute(
            f"CREATE INDEX search_{VECTOR} ON {ENTRIES} USING gin ({VECTOR})"
            " WITH (gin_pending_list_limit = 512)"
        )
    return True


def clear_leftovers() -> None:
    """Empty the SQLite index when there is no entry at all (tables were flushed)."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {ENTRIES})")
        if not cursor.fetchone()[0]:
            cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('delete-all')")


def lexeme(letter: str, term: str) -> str:
    return f"'{letter}{term}'"
