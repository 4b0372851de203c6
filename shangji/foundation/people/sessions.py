"""Django's sessions in the database, and who each stands for, read in one question.

Every request of a person who is signed in needs the session's row, the person's row and a few
things about the person. The session's row says who it is, but only when it is read: so the person
it named last time is asked for with it. If it names another now, or nobody was known, that person
is read by itself.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection
from django.utils import timezone

from shangji.foundation.people import foreseen
from shangji.foundation.people.models import User
from shangji.foundation.workspace import statements
from shangji.foundation.workspace.queries import today

_READ = (
    "SELECT session_key, session_data, expire_date FROM django_session"
    " WHERE session_key = %s AND expire_date > %s"
)
#: whom a session named last time in this process; a guess that is checked every time
_named: dict[str, int] = {}
_MOST_NAMED = 5_000
#: more that is asked with a person: its name, and SQL for one value where `u.id` is the person
_along: dict[str, str] = {}
_asked: ContextVar[User | None] = ContextVar("person_asked_with_the_session", default=None)


def ask_along(name: str, sql: str) -> None:
    """Have one more value asked with the person of a session; it stands in `User.along`."""
    _along[name] = sql
    _read_both.cache_clear()


class SessionStore(db.SessionStore):
    """`django.contrib.sessions.backends.db` with a quicker read.

    Attributes:
        person: whom this session named last time, read with it.
    """

    person: User | None = None

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        now: datetime.datetime = timezone.now()
        key = self.session_key or ""
        if key in _named:
            day, more = today(), foreseen.expected(_named[key])
            sql = _read_both(tuple((one.sql, one.columns) for one in more))
            asked = [param for one in more for param in one.params]
            for row in statements.ask(sql, (day, day, *asked, key, now, _named[key])):
                data, *rest = row[len(User._meta.concrete_fields) :]
                self.person = _with_what_was_asked(_user_of(row), rest, more)
                return self.model(session_key=key, session_data=data)
        for found_key, data, expires in statements.ask(_READ, (key, now)):
            return self.model(session_key=found_key, session_data=data, expire_date=expires)
        self._session_key = None
        return None


@lru_cache(maxsize=500)
def _read_both(more: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    columns = ", ".join(f'u."{one.column}"' for one in User._meta.concrete_fields)
    along = "".join(f", ({sql}) AS along_{name}" for name, sql in _along.items())
    for place, (sql, names) in enumerate(more):
        along += f", {foreseen.as_value(sql, names)} AS foreseen_{place}"
    return (
        f"SELECT {columns}, s.session_data AS session_data,"  # noqa: S608 - names of ours
        " (SELECT string_agg(CAST(p.id AS text), ',') FROM people_user p WHERE p.deputy_id = u.id"
        " AND p.deputy_from <= %s AND (p.deputy_until IS NULL OR p.deputy_until >= %s))"
        f" AS principals{along}"
        f' FROM django_session s CROSS JOIN "{User._meta.db_table}" u'
        " WHERE s.session_key = %s AND s.expire_date > %s AND u.id = %s"
    )


def _user_of(row: Sequence[Any]) -> User:
    """The person whose columns a row begins with."""
    fields = User._meta.concrete_fields
    values = list(row[: len(fields)])
    for place, steps, expression in _converters():
        for step in steps:
            values[place] = step(values[place], expression, connection)
    user: User = User.from_db(connection.alias, [one.attname for one in fields], values)
    return user


@lru_cache(maxsize=1)
def _converters() -> list[tuple[int, Sequence[Callable[..., Any]], Any]]:
    """What makes Python's values of the database's, by the place of a column."""
    compiler = User.objects.all().query.get_compiler(connection=connection)
    columns = [one.get_col(User._meta.db_table) for one in User._meta.concrete_fields]
    found = compiler.get_converters(columns)
    return [(place, steps, expression) for place, (steps, expression) in found.items()]


def _with_what_was_asked(
    user: User, values: Sequence[Any], more: Sequence[foreseen.Question]
) -> User:
    principals, *found = values
    user.principal_ids = frozenset(int(one) for one in (principals or "").split(",") if one)
    user.along = dict(zip(_along, found, strict=False))
    answers = found[len(_along) :]
    user.foreseen = {
        one: foreseen.rows_of(answer) for one, answer in zip(more, answers, strict=True)
    }
    return user


@contextmanager
def asked_with(session: db.SessionStore) -> Iterator[None]:
    """Inside, `asked_person` knows whom a session was read with."""
    session.get("")  # reads it
    token = _asked.set(getattr(session, "person", None))
    try:
        yield
    finally:
        _asked.reset(token)


def asked_person(pk: int) -> User | None:
    """The person, if it was read with the session that is looked at."""
    person = _asked.get()
    return person if person is not None and person.pk == pk else None


def remember_named(session: db.SessionStore, user: User) -> None:
    """Ask for this person with the session next time."""
    key = session.session_key
    if key and _named.get(key) != user.pk:
        if len(_named) >= _MOST_NAMED:
            _named.clear()
        _named[key] = user.pk
