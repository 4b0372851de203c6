"""Questions that a page asks each time, asked along with the session the next time.

What a page asks about its reader it asked the last time too. So the process remembers the question
by person and page, and the session is read together with its answer. That is a guess about what to
read, never about what somebody may: whoever asks puts the question together anew from the rights
of now, and takes the answer only if it is to this very question.
"""

import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.http import HttpRequest


class Reader(Protocol):
    """Whom a page is made for."""

    @property
    def id(self) -> int: ...


class Question(NamedTuple):
    """A SELECT with its parameters; `columns` are the names of what it gives: whole numbers,
    texts and truth values, nothing that JSON has no word for."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[str, ...]


#: who reads which page -> what that page asked
Page = tuple[int, str]
_remembered: dict[Page, list[Question]] = {}
_MOST_PAGES = 5_000
_NUMBER = re.compile(r"[0-9]+")
#: the page that is being made; "" where an answer from before could be too old (POST)
_page: ContextVar[str] = ContextVar("page_that_asks", default="")


def begin(request: HttpRequest) -> None:
    """A request begins: remember for its page what will be asked. Records share one page; a part
    of a page that is fetched by itself is another."""
    page = _NUMBER.sub("0", request.path_info[:200]) if request.method == "GET" else ""
    _page.set(f"{page} part" if page and "HX-Request" in request.headers else page)


def expected(user_id: int) -> tuple[Question, ...]:
    """What this page asked last time about this person."""
    return tuple(_remembered.get((user_id, _page.get()), ()))


def ask(user: Reader | None, question: Question) -> list[Sequence[Any]]:
    """The rows of a question about a person: read with the session, else read now."""
    if user is not None and _page.get():
        answer: list[Sequence[Any]] | None = getattr(user, "foreseen", {}).get(question)
        if answer is not None:
            return answer
        _remember((user.id, _page.get()), question)
    with connection.cursor() as cursor:
        cursor.execute(question.sql, list(question.params))
        return list(cursor.fetchall())


def _remember(page: Page, question: Question) -> None:
    """Of questions that differ by their parameters only, the newest."""
    if len(_remembered) >= _MOST_PAGES:
        _remembered.clear()
    others = [one for one in _remembered.get(page, ()) if one.sql != question.sql]
    _remembered[page] = [*others, question]


def forget() -> None:
    """Foresee nothing (tests)."""
    _remembered.clear()


@lru_cache(maxsize=500)
def as_value(sql: str, columns: tuple[str, ...]) -> str:
    """SQL of one value that holds all rows of a question, for `rows_of`."""
    names = ", ".join(columns)
    if connection.vendor == "sqlite":
        return f"(SELECT json_group_array(json_array({names})) FROM ({sql}) q)"  # noqa: S608 - ours
    return f"(SELECT CAST(json_agg(json_build_array({names})) AS text) FROM ({sql}) q)"  # noqa: S608


def rows_of(value: str | None) -> list[Sequence[Any]]:
    """The rows of what `as_value` gave; of none PostgreSQL makes nothing at all."""
    rows: list[Sequence[Any]] = json.loads(value) if value else []
    return rows
