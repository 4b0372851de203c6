"""How long a page waits for a long table before the question is handed to a job.

An index answers in milliseconds; without one a filter or order reads every row. Two seconds of that
are enough for a page: the rest goes on in the background, and its answer is shown. A program is
told which fields have an index.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from django.db import Error, OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import DomainError
from shangji.records.listing.quick import is_long

#: seconds that the statements of a page may take
SECONDS = 1.8
#: steps of SQLite's machine between two looks at the clock
_STEPS = 10_000

T = TypeVar("T")


class TooLong(DomainError):
    """A question that was given up: it would take longer than a page may."""

    code = "took_too_long"

    def __init__(self) -> None:
        super().__init__(_("So many records take longer than two seconds to look through."))


@contextmanager
def bounded(model: type[Model]) -> Iterator[None]:
    """Give a question over a long table as long as a page has; a short one is not watched.
    Raises TooLong."""
    if is_long(model):
        with patience(SECONDS):
            yield
    else:
        yield


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let the statements inside run no longer than this, all of them together. Raises TooLong."""
    connection.ensure_connection()
    limited = _postgresql if connection.vendor == "postgresql" else _sqlite
    with limited(seconds):
        yield


@contextmanager
def _sqlite(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    database: Any = connection.connection
    database.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise TooLong from None
        raise
    finally:
        database.set_progress_handler(None, 0)


@contextmanager
def _postgresql(seconds: float) -> Iterator[None]:
    """Outside a transaction, as pages read: inside one nothing that is remembered may be used
    (foundation.workspace.queries), and a list asked 81 times instead of 12."""
    end = time.monotonic() + seconds
    inside = connection.in_atomic_block
    scope = "LOCAL " if inside else ""

    def limited(execute: Callable[..., T], sql: Any, params: Any, many: bool, context: Any) -> T:
        left = round((end - time.monotonic()) * 1000)
        if left <= 0:
            raise TooLong
        connection.connection.execute(f"SET {scope}statement_timeout = {left}")
        return execute(sql, params, many, context)

    try:
        with (
            transaction.atomic() if inside else nullcontext(),
            connection.execute_wrapper(limited),
        ):
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "57014":  # query_canceled
            raise TooLong from None
        raise
    finally:
        _unlimited(scope)


def _unlimited(scope: str) -> None:
    """What the next statements of this connection may take is the server's to say again."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET {scope}statement_timeout TO DEFAULT")
    except Error:
        if not scope:  # a transaction that is lost takes its limit with it
            connection.close()  # rather a new connection than one with a limit


def in_time(model: type[Model], draw: Callable[[], T]) -> T | None:
    """What `draw` gives, or None when it takes too long over a long table."""
    try:
        with bounded(model):
            return draw()
    except TooLong:
        return None
