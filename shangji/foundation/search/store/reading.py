"""Questions to the index."""
# ruff: noqa: S608 - only constants of this package are put into SQL; values go as parameters

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from django.core.cache import cache
from django.db import connection

from shangji.foundation.search.rules import OWNER, SCOPE, All, Condition, Term, parts_of
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
from shangji.foundation.workspace import statements
from shangji.lib.values import dataclass

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


@dataclass(frozen=True)
class Apart:
    """Types that are to be looked at so that none pushes out another.

    Attributes:
        words: what an entry must hold.
        scopes: and of each type, whose it must be.
    """

    words: Condition
    scopes: Mapping[str, Condition]


class Look(NamedTuple):
    """What was found, newest first.

    Attributes:
        cut: types that may have more than was read; empty: this is all there is.
        opening: what begins with the text of an `Opening`, in the order of titles: equal ones
            first. Left out where all was found: then it stands in `rows`.
    """

    rows: list[Found]
    cut: set[str]
    opening: list[Found]


def find(
    condition: Condition,
    limit: int,
    *,
    among: Among | None = None,
    narrow: bool = False,
    opening: Opening | None = None,
    apart: Apart | None = None,
) -> Look:
    """The newest entries that hold a condition, `limit` of them at most, and of an opening as
    many.

    Args:
        among: for a type whose rights are more than an owner.
        narrow: whether the condition names few owners: PostgreSQL then looks at their newest
            shelves first, which hold their share of what was written last.
        apart: the same condition by type, to find so many of each (where `finds_apart`).
    """
    columns = "e.record_type, e.record_id, e.title_key"
    sql, params = _matching(condition, among)
    if connection.vendor == "sqlite":
        # FTS5 reads its lists from the newest on and stops at the limit
        found = f"SELECT {columns} FROM {sql} ORDER BY f.rowid DESC LIMIT %s"
        rows = statements.ask(found, [*params, limit])
        cut = _cut(rows, limit)
        begins = statements.ask(*_begins(opening, limit)) if cut and opening is not None else []
        return Look(rows, cut, begins)
    columns = f"e.id, {columns}"
    if narrow:
        newest = f"{ENTRIES} e WHERE e.{VECTOR} @@ {_SHELVES}"
        first: list[object] = [tsquery(condition, on_shelves=True)]
    else:
        newest = f"{sql} AND e.id > {_WINDOW} ORDER BY e.id DESC LIMIT %s"
        first = [*params, limit]
    text = f"WITH newest AS MATERIALIZED (SELECT {columns} FROM {newest}),"
    if apart is None:
        text += (
            " so AS MATERIALIZED (SELECT count(*) < %s AS few FROM newest),"
            f" every AS MATERIALIZED (SELECT {columns} FROM {sql} AND (SELECT few FROM so)),"
            " found AS (SELECT * FROM newest WHERE NOT (SELECT few FROM so)"
            " UNION ALL SELECT * FROM every)"
            " (SELECT record_type, record_id, title_key, id, false AS is_cut"
            " FROM found ORDER BY id DESC LIMIT %s)"
        )
        given = [*first, limit, *params, limit]
    else:
        pairs = ", ".join(["(%s, %s)"] * len(apart.scopes))
        text += (
            # of these the newest shelves hold enough; only the others are looked for in all
            " enough AS MATERIALIZED (SELECT record_type FROM newest GROUP BY record_type"
            " HAVING count(*) * 2 >= %s),"
            " rest AS MATERIALIZED (SELECT"
            " (%s || ' & (' || string_agg(scope, ' | ') || ')')::tsquery AS condition"
            f" FROM (VALUES {pairs}) AS of_type (record_type, scope)"
            " WHERE record_type NOT IN (SELECT record_type FROM enough)),"
            f" every AS MATERIALIZED (SELECT {columns} FROM {ENTRIES} e"
            f" WHERE e.{VECTOR} @@ (SELECT condition FROM rest)),"
            " found AS (SELECT *, true AS is_cut FROM newest"
            " WHERE record_type IN (SELECT record_type FROM enough)"
            " UNION ALL SELECT *, false FROM every)"
            " (SELECT record_type, record_id, title_key, id, is_cut FROM (SELECT *, row_number()"
            " OVER (PARTITION BY record_type ORDER BY id DESC) AS place FROM found) AS f"
            " WHERE place <= %s)"
        )
        scopes = [(key, tsquery(scope)) for key, scope in apart.scopes.items()]
        given = [*first, limit, tsquery(apart.words), *chain.from_iterable(scopes), limit]
    if opening is not None:  # another question would take longer than its answer
        begins_sql, begins_params = _begins(opening, limit)
        text += (
            f" UNION ALL (SELECT record_type, record_id, title_key, 0, false FROM ({begins_sql}) b)"
        )
        given += begins_params
    answer = statements.ask(text, given)
    rows = [row[:3] for row in sorted(answer, key=itemgetter(3), reverse=True) if row[3]]
    if apart is None:
        cut = _cut(rows, limit)
    else:
        full = [key for key, count in Counter(row[0] for row in rows).items() if count >= limit]
        cut = {row[0] for row in answer if row[4]}.union(full)
    begins = sorted((r[:3] for r in answer if not r[3]), key=itemgetter(2)) if cut else []
    return Look(rows, cut, begins)


def finds_apart(*, narrow: bool) -> bool:
    """Whether many of each type are found in one look: where PostgreSQL reads few owners' newest
    shelves anyway. Elsewhere the first `limit` entries end a look, whatever their types."""
    return narrow and connection.vendor != "sqlite"


def _cut(rows: Sequence[Found], limit: int) -> set[str]:
    return {row[0] for row in rows} if len(rows) >= limit else set()


# PostgreSQL guesses badly how many entries hold a prefix, and reads the whole table for a rare one
# when it sees a LIMIT. So the newest entries are looked at first: what is frequent is found there;
# what is rare is then fetched from the index as a whole (a materialized part knows no LIMIT).
_WINDOW = f"(SELECT max(id) FROM {ENTRIES}) - 2000"
_SHELVES = (
    "(SELECT replace(replace(%s, '#0', n::text), '#1', (n - 1)::text)"
    f" FROM (SELECT last_value >> {SHELF_BITS} AS n FROM {IDS}) AS last)::tsquery"
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
        _absent.update(dict.fromkeys(set(unsure) - found, now + ABSENT_SECONDS))
        if found:
            there |= found
            cache.set(PRESENT, there, _PRESENT_SECONDS)
    return there.intersection(record_types)


PRESENT, _PRESENT_SECONDS = "search:present", 3600
#: how long a type is believed to have no entry
ABSENT_SECONDS = 5
#: types without an entry, and the moment (monotonic) until which that is believed
_absent: dict[str, float] = {}


def wrote(record_type: str) -> None:
    """This process has written an entry of a type."""
    _absent.pop(record_type, None)


def forget_absent() -> None:
    """Look again for types without an entry."""
    _absent.clear()


def _look_for(record_types: Sequence[str]) -> set[str]:
    part = f"EXISTS (SELECT 1 FROM {ENTRIES} WHERE record_type = %s)"
    row = statements.ask(f"SELECT {', '.join([part] * len(record_types))}", record_types)[0]
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
        is_kept = condition.prefix and len(condition.text) in BEGINNINGS
        star = ":*" if condition.prefix and not is_kept else ""
        letters = STARTS if is_kept else LETTERS
        found = [lexeme(letters[one], condition.text) + star for one in condition.columns]
        if on_shelves and condition.columns == (SCOPE,) and condition.text.startswith(OWNER):
            owner, *kind = parts_of(condition.text)
            found = [lexeme("=", f"{owner}.{shelf}") for shelf in ("#0", "#1")]
            if kind:
                return f"(({' | '.join(found)}) & {lexeme('=', kind[0])})"
        return "(" + " | ".join(found) + ")"
    word = " & " if isinstance(condition, All) else " | "
    return "(" + word.join(tsquery(part, on_shelves=on_shelves) for part in condition.parts) + ")"
