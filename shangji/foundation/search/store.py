"""The full-text index of the database at hand: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

The numbers in the names are versions of the terms (rules.py): another number makes a new index,
which `search.reindex` fills. VERSION is the newer of both.
"""
# ruff: noqa: S608 - only constants of this module are put into SQL; values go as parameters

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db import connection

from shangji.foundation.search.rules import (
    BODY,
    OWNER,
    SCOPE,
    SOUND_COLUMN,
    TITLE,
    All,
    Condition,
    Document,
    Term,
)
from shangji.lib.values import dataclass

VERSION = 5
ENTRIES, _IDS = "search_searchentry", "search_searchentry_id_seq"
FTS, VECTOR = "search_fts_4", "vector_5"
#: PostgreSQL keeps all columns in one vector: the first letter of a term says which
_LETTERS = {TITLE: "t", BODY: "b", SOUND_COLUMN: "s", SCOPE: "="}
#: beginnings of these lengths are terms of their own: all words that begin so are then one list,
#: read from its end on, where a search by prefix would gather every word's list whole
_BEGINNINGS = (4, 5, 6, 7, 8)
#: an owner's entries stand on shelves, of 65,536 entries by the order of writing, each a term of
#: its own on PostgreSQL: without them a frequent word of one of a hundred owners is fetched from
#: a thousand pages of the table before one row can be told to be the newest
_SHELF_BITS = 16
#: letters of such beginnings on PostgreSQL; FTS5 keeps them by itself
_STARTS = {TITLE: "T", BODY: "B", SOUND_COLUMN: "S"}

T = TypeVar("T")


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
            f" prefix='{' '.join(map(str, _BEGINNINGS))}', tokenize='ascii')"
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


# --------------------------------------------------------------------------------------- writing


def write(documents: Sequence[Document]) -> None:
    """Put documents of one record type into the index, in place of older ones."""
    for document in documents[:1]:
        _absent.pop(document.record_type, None)
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
        shelf = f" {_LETTERS[SCOPE]}{owner}." if owner else ""
        values += [d.record_type, d.record_id, d.title_key, d.owner_id, _vector(d), shelf]
    rows = ", ".join(["(%s, %s::bigint, %s, %s::bigint, %s, %s)"] * len(batch))
    shelf = f"CASE WHEN shelf = '' THEN '' ELSE shelf || (id >> {_SHELF_BITS}) END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ENTRIES} (id, record_type, record_id, title_key, owner_id, {VECTOR})"
            f" SELECT id, record_type, record_id, title_key, owner_id, (terms || {shelf})::tsvector"
            f" FROM (SELECT nextval('{_IDS}') AS id, one.* FROM (VALUES {rows})"
            " AS one (record_type, record_id, title_key, owner_id, terms, shelf)) AS numbered"
            " ON CONFLICT (record_type, record_id) DO UPDATE"
            " SET title_key = excluded.title_key, owner_id = excluded.owner_id,"
            f" {VECTOR} = excluded.{VECTOR}",
            values,
        )


def _vector(d: Document) -> str:
    columns = ((TITLE, d.title), (BODY, d.body), (SOUND_COLUMN, d.sound), (SCOPE, d.scope))
    found = [_lexeme(_LETTERS[column], term) for column, terms in columns for term in terms]
    for column, terms in columns[:-1]:
        starts = {term[:n] for term in terms for n in _BEGINNINGS if len(term) >= n}
        found += [_lexeme(_STARTS[column], start) for start in starts]
    return " ".join(found)


def _lexeme(letter: str, term: str) -> str:
    return f"'{letter}{term}'"


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


# --------------------------------------------------------------------------------------- reading

#: record type, record id, title key
Found = tuple[str, int, str]
#: SQL of a subquery and its parameters; the record ids must be in it
Among = tuple[str, Sequence[object]]


@dataclass(frozen=True)
class Opening:
    """Entries asked for besides the newest: those whose title begins with a normalised text.

    Attributes:
        where: SQL of the rights over the columns of `e`, with its parameters.
    """

    text: str
    where: str
    params: tuple[object, ...]


class Look(NamedTuple):
    """What was found, newest first, and whether that is all there is.

    Attributes:
        opening: what begins with the text of an `Opening`, in the order of titles: equal ones
            first. Left out where all was found: then it stands in `rows`.
    """

    rows: list[Found]
    is_all: bool
    opening: list[Found]


def find(
    condition: Condition,
    limit: int,
    *,
    among: Among | None = None,
    narrow: bool = False,
    opening: Opening | None = None,
) -> Look:
    """The newest entries that hold a condition, `limit` of them at most, and of an opening as
    many.

    Args:
        among: for a type whose rights are more than an owner.
        narrow: whether the condition names few owners: PostgreSQL then looks at their newest
            shelves first, which hold their share of what was written last.
    """
    columns = "e.record_type, e.record_id, e.title_key"
    sql, params = _matching(condition, among)
    if connection.vendor == "sqlite":
        # FTS5 reads its lists from the newest on and stops at the limit
        found = f"SELECT {columns} FROM {sql} ORDER BY f.rowid DESC LIMIT %s"
        rows = _rows(found, [*params, limit])
        is_all = len(rows) < limit
        begins = [] if is_all or opening is None else _rows(*_begins(opening, limit))
        return Look(rows, is_all, begins)
    columns = f"e.id, {columns}"
    if narrow:
        newest = f"{ENTRIES} e WHERE e.{VECTOR} @@ {_SHELVES}"
        first: list[object] = [tsquery(condition, on_shelves=True)]
    else:
        newest = f"{sql} AND e.id > {_WINDOW} ORDER BY e.id DESC LIMIT %s"
        first = [*params, limit]
    text = (
        f"WITH newest AS MATERIALIZED (SELECT {columns} FROM {newest}),"
        " so AS MATERIALIZED (SELECT count(*) < %s AS few FROM newest),"
        f" every AS MATERIALIZED (SELECT {columns} FROM {sql} AND (SELECT few FROM so)),"
        " found AS (SELECT * FROM newest WHERE NOT (SELECT few FROM so)"
        " UNION ALL SELECT * FROM every)"
        " (SELECT record_type, record_id, title_key, id FROM found ORDER BY id DESC LIMIT %s)"
    )
    given = [*first, limit, *params, limit]
    if opening is not None:  # another question would take longer than its answer
        begins_sql, begins_params = _begins(opening, limit)
        text += f" UNION ALL (SELECT record_type, record_id, title_key, 0 FROM ({begins_sql}) AS b)"
        given += begins_params
    answer = _rows(text, given)
    rows = [row[:3] for row in sorted(answer, key=itemgetter(3), reverse=True) if row[3]]
    is_all = len(rows) < limit
    begins = [] if is_all else sorted((r[:3] for r in answer if not r[3]), key=itemgetter(2))
    return Look(rows, is_all, begins)


# PostgreSQL guesses badly how many entries hold a prefix, and reads the whole table for a rare one
# when it sees a LIMIT. So the newest entries are looked at first: what is frequent is found there;
# what is rare is then fetched from the index as a whole (a materialized part knows no LIMIT).
_WINDOW = f"(SELECT max(id) FROM {ENTRIES}) - 2000"
_SHELVES = (
    "(SELECT replace(replace(%s, '#0', n::text), '#1', (n - 1)::text)"
    f" FROM (SELECT last_value >> {_SHELF_BITS} AS n FROM {_IDS}) AS last)::tsquery"
)


def present(record_types: Sequence[str]) -> set[str]:
    """Those types that have an entry at all; a look into the index for each, in one query.

    What was there is taken to be there for a while: a type that lost its last entry costs a look.
    What was not is asked again after seconds, or as soon as this process writes one.
    """
    there: set[str] = cache.get(PRESENT) or set()
    now = time.monotonic()
    unsure = [key for key in record_types if key not in there and _absent.get(key, 0) <= now]
    if unsure:
        found = _look_for(unsure)
        _absent.update(dict.fromkeys(set(unsure) - found, now + _ABSENT_SECONDS))
        if found:
            there |= found
            cache.set(PRESENT, there, _PRESENT_SECONDS)
    return there.intersection(record_types)


PRESENT, _PRESENT_SECONDS = "search:present", 3600
_ABSENT_SECONDS = 5
#: types without an entry, and the moment (monotonic) until which that is believed
_absent: dict[str, float] = {}


def _look_for(record_types: Sequence[str]) -> set[str]:
    part = f"EXISTS (SELECT 1 FROM {ENTRIES} WHERE record_type = %s)"
    row = _rows(f"SELECT {', '.join([part] * len(record_types))}", record_types)[0]
    return {key for key, is_there in zip(record_types, row, strict=True) if is_there}


def _begins(opening: Opening, limit: int) -> tuple[str, list[object]]:
    """SQL and parameters of an opening, in the order of titles. Rights are looked up for the
    first titles only, so that a frequent beginning costs no more."""
    sqlite = connection.vendor == "sqlite"
    low, high = (">=", "<") if sqlite else ("~>=~", "~<~")
    order = "" if sqlite else " USING ~<~"
    text = opening.text
    sql = (
        "SELECT e.record_type, e.record_id, e.title_key FROM"
        f" (SELECT record_type, record_id, title_key, owner_id FROM {ENTRIES}"
        f" WHERE title_key {low} %s AND title_key {high} %s ORDER BY title_key{order}"
        f" LIMIT {_FIRST_TITLES}) e WHERE {opening.where} ORDER BY e.title_key{order} LIMIT %s"
    )
    return sql, [text, text + "\U0010ffff", *opening.params, limit]


_FIRST_TITLES = 500


def _rows(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def _matching(condition: Condition, among: Among | None) -> tuple[str, list[object]]:
    if connection.vendor == "sqlite":
        sql = f"{FTS} f JOIN {ENTRIES} e ON e.id = f.rowid WHERE f.{FTS} MATCH %s"
        params: list[object] = [fts5(condition)]
    else:
        sql = f"{ENTRIES} e WHERE e.{VECTOR} @@ %s::tsquery"
        params = [tsquery(condition)]
    if among is not None:
        sql += f" AND e.record_id IN ({among[0]})"
        params += among[1]
    return sql, params


def fts5(condition: Condition) -> str:
    """A condition in FTS5's words. Terms are letters and digits, so quoting is safe."""
    if isinstance(condition, Term):
        star = " *" if condition.prefix else ""
        return f'{{{" ".join(condition.columns)}}} : "{condition.text}"{star}'
    word = " AND " if isinstance(condition, All) else " OR "
    return "(" + word.join(fts5(part) for part in condition.parts) + ")"


def tsquery(condition: Condition, *, on_shelves: bool = False) -> str:
    """A condition as a tsquery literal. `on_shelves`: of owners only what stands on the shelves
    #0 and #1, whose numbers are put in later."""
    if isinstance(condition, Term):
        is_kept = condition.prefix and len(condition.text) in _BEGINNINGS
        star = ":*" if condition.prefix and not is_kept else ""
        letters = _STARTS if is_kept else _LETTERS
        found = [_lexeme(letters[one], condition.text) + star for one in condition.columns]
        if on_shelves and condition.columns == (SCOPE,) and condition.text.startswith(OWNER):
            found = [_lexeme("=", f"{condition.text}.{shelf}") for shelf in ("#0", "#1")]
        return "(" + " | ".join(found) + ")"
    word = " & " if isinstance(condition, All) else " | "
    return "(" + word.join(tsquery(part, on_shelves=on_shelves) for part in condition.parts) + ")"
