"""Statements that pages ask again and again: PostgreSQL plans each once per connection.

To read and plan a statement takes PostgreSQL as long as to answer it. So from the second time on a
connection asks by a prepared name. The name is made of the text: where a pooler lends a connection
to others, what stands behind a name is the same statement, or nothing, and then the text is asked.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
)

#: statements that one connection prepares; others are asked by their text
MOST = 100
_SEEN, _PREPARED, _UNFIT = range(3)
#: connection of the driver -> what became of a statement there, by its name
_known: WeakKeyDictionary[object, dict[str, int]] = WeakKeyDictionary()


class _Statement(NamedTuple):
    name: str
    prepare: str
    execute: str


def ask(sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT whose text is the same each time.

    Args:
        sql: with `%s` for each parameter, in places that tell its type: `id = %s`, not `SELECT %s`.

    Inside a transaction the text is asked as it is: a name that is gone would end it. Outside, a
    connection that the database ended (it was restarted) is given back and another is asked.
    """
    try:
        return _ask(sql, params)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or not _is_lost():
            raise
    connection.close()
    pool = getattr(connection, "pool", None)
    if pool:
        pool.check()  # those that wait in it were ended with this one
    return _ask(sql, params)


def _is_lost() -> bool:
    """Whether PostgreSQL ended this connection. SQLite's connections do not say that of theirs."""
    return bool(getattr(connection.connection, "closed", False))


def _ask(sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            _by_name(cursor, sql, params)
        else:
            cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _by_name(cursor: Any, sql: str, params: Sequence[object]) -> None:
    known = _known.setdefault(connection.connection, {})
    one = _statement(sql)
    state = known.get(one.name)
    if state is None:
        _notice(known, one.name)
    if state not in {_SEEN, _PREPARED}:
        cursor.execute(sql, params)
        return
    try:
        if state == _SEEN:
            _prepare(cursor, one)
            known[one.name] = _PREPARED
        cursor.execute(one.execute, params)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:  # the name is gone or of another table by now, or the text is at fault
        known[one.name] = _UNFIT
        cursor.execute(sql, params)


def _notice(known: dict[str, int], name: str) -> None:
    """Remember a statement that was asked once; those that were asked no second time make room."""
    if len(known) >= MOST:
        for other in [key for key, state in known.items() if state == _SEEN]:
            del known[other]
    if len(known) < MOST:
        known[name] = _SEEN


def _prepare(cursor: Any, one: _Statement) -> None:
    try:
        cursor.execute(one.prepare)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != _TAKEN:
            raise


#: SQLSTATE duplicate_prepared_statement: somebody else's, and the same by its name
_TAKEN = "42P05"


@lru_cache(maxsize=1000)
def _statement(sql: str) -> _Statement:
    name = f"sj_{blake2b(sql.encode(), digest_size=12).hexdigest()}"
    parts = sql.split("%s")
    numbered = "".join(f"{part}${n}" for part, n in zip(parts[:-1], count(1), strict=False))
    given = f"({', '.join(['%s'] * (len(parts) - 1))})" if len(parts) > 1 else ""
    text = (numbered + parts[-1]).replace("%%", "%")
    return _Statement(name, f"PREPARE {name} AS {text}", f"EXECUTE {name}{given}")
