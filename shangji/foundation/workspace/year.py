"""A year of the working calendar as months of marked days."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date

from shangji.lib.business_time import WorkingCalendar
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Mark:
    """One day: `kind` is work, rest, makeup (a weekend day worked), holiday or blank."""

    on: date
    kind: str
    own: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """A month: its first day, weeks of seven marks, how many days are worked."""

    first: date
    weeks: Sequence[Sequence[Mark]]
    worked: int


def year_view(book: WorkingCalendar, year: int, now: date) -> list[Month]:
    """The twelve months of a year."""
    return [_month(book, date(year, month, 1), now) for month in range(1, 13)]


def _month(book: WorkingCalendar, first: date, now: date) -> Month:
    weeks = [
        [_mark(book, day, first.month, now) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    worked = sum(mark.kind in {"work", "makeup"} for week in weeks for mark in week)
    return Month(first, weeks, worked)


def _mark(book: WorkingCalendar, day: date, month: int, now: date) -> Mark:
    if day.month != month:
        return Mark(day, "blank", False, False)
    usual, works = day.weekday() in book.weekdays, book.is_working_day(day)
    kind = {
        (True, True): "work",
        (False, False): "rest",
        (False, True): "makeup",
        (True, False): "holiday",
    }[usual, works]
    return Mark(day, kind, day in book.day_overrides, day == now)
