"""Weeks by their Monday, and the hours of a person in each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

#: week 0; a Monday, so that numbers are small and the arithmetic is whole
EPOCH = date(2000, 1, 3)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_number(day: date) -> int:
    """Weeks since EPOCH; the whole week of a day counts."""
    return (day - EPOCH).days // 7


def week_start(number: int) -> date:
    return EPOCH + WEEK * number


def hundredths(hours: Decimal) -> int:
    return int((hours * 100).to_integral_value(ROUND_HALF_UP))


def hours_of(whole: int) -> Decimal:
    return Decimal(whole) / 100


def week_capacity(
    week: int,
    *,
    is_worked: Callable[[date], bool],
    week_days: int,
    hours_per_week: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
    away: Sequence[tuple[date, date]] = (),
) -> int:
    """Hundredths of hours somebody has in a week: worked days × hours of a day.

    Holidays take days away, make-up days 调休 add them, so a week may hold more or less than
    `hours_per_week`. `week_days` are the worked days of an ordinary week; `away` are spans of
    days, both ends included.
    """
    first = week_start(week)
    days = 0
    for step in range(7):
        day = first + DAY * step
        here = (starts_on is None or day >= starts_on) and (ends_on is None or day <= ends_on)
        if here and is_worked(day) and not any(begin <= day <= end for begin, end in away):
            days += 1
    return hours_per_week * days // week_days


def span(days: Iterable[date]) -> tuple[int, int]:
    """First and last week of some days. ValueError for none."""
    numbers = [week_number(day) for day in days]
    return min(numbers), max(numbers)
