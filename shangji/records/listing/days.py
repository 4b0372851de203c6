"""Days of a calendar: which it shows, what lies before and after. Pure arithmetic."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Protocol

from shangji.lib.dates import add_months, month_range, week_range
from shangji.lib.values import dataclass

MONTH, WEEK = "month", "week"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Book(Protocol):
    """What a working calendar tells of a day."""

    @property
    def weekdays(self) -> Collection[int]: ...

    def is_working_day(self, day: date) -> bool: ...


@dataclass(frozen=True)
class DayKind:
    """`mark` is work (a weekend day worked) or rest (a weekday off), else empty."""

    is_rest: bool
    mark: str


def read_day(text: str, fallback: date) -> date:
    """A day of an address, within what a calendar is leafed through."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return fallback
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else fallback


def span_of(unit: str, on: date) -> tuple[date, date]:
    """First and last day shown: whole weeks from Monday to Sunday."""
    if unit == WEEK:
        week = week_range(on)
        return week.start, week.last
    month = month_range(on)
    return week_range(month.start).start, week_range(month.last).last


def around(unit: str, on: date) -> tuple[date, date]:
    """A day of the span before, and of the one after."""
    if unit == WEEK:
        return on - timedelta(days=7), on + timedelta(days=7)
    return add_months(on.replace(day=1), -1), add_months(on.replace(day=1), 1)


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def kind_of_day(book: Book, day: date) -> DayKind:
    """Whether a day is off, and whether that is unusual for its weekday."""
    works, usual = book.is_working_day(day), day.weekday() in book.weekdays
    return DayKind(not works, "" if works == usual else "work" if works else "rest")


def split(count: int, most: int) -> int:
    """How many of a day's entries are shown: all, or `most` when more than one would be left."""
    return count if count <= most + 1 else most
