"""Where days stand on a timeline: a window of a month, a quarter or a year. Pure arithmetic."""

from collections.abc import Callable
from datetime import date, timedelta

from shangji.lib.dates import DateRange, add_months, month_range, quarter_range, year_range
from shangji.lib.values import dataclass

MONTH, QUARTER, YEAR = "month", "quarter", "year"
_RANGES: dict[str, Callable[[date], DateRange]] = {
    MONTH: month_range,
    QUARTER: quarter_range,
    YEAR: year_range,
}
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
#: how far over the edge a bar goes that does not end there, in percent
_OVER = 2.0


@dataclass(frozen=True)
class Tick:
    """A line of the grid at `x` percent, with the day it stands for.

    Attributes:
        mid: where its label stands, in the middle of its span.
        is_month: the first day of a month.
    """

    day: date
    x: float
    mid: float
    is_month: bool


@dataclass(frozen=True)
class Bar:
    """A span in percent of the width; a point has no width.

    Attributes:
        is_cut_before, is_cut_after: it goes on outside of the window.
        is_odd: the end lies before the start; shown as a point at the start.
    """

    x: float
    width: float
    is_point: bool
    is_cut_before: bool = False
    is_cut_after: bool = False
    is_odd: bool = False


def window_of(zoom: str, on: date) -> DateRange:
    """The month, quarter or year of a day."""
    return _RANGES[zoom](on)


def beside(zoom: str, on: date) -> tuple[date, date]:
    """A day of the window before, and of the one after."""
    first = window_of(zoom, on).start
    return add_months(first, -_MONTHS[zoom]), add_months(first, _MONTHS[zoom])


def percent_of(days: DateRange, day: date) -> float:
    """Where a day begins, in percent of the window; below 0 and over 100 outside of it."""
    return (day - days.start).days * 100 / len(days)


def bar_of(days: DateRange, start: date, end: date | None) -> Bar | None:
    """A record from its first to its last day, both whole; None when nothing of it is inside.

    Without an end it is a point in the middle of its day.
    """
    if end is None or end < start:
        if start not in days:
            return None
        half = 50 / len(days)
        at = percent_of(days, start) + half
        return Bar(at, 0, is_point=True, is_odd=end is not None)
    if start >= days.end or end < days.start:
        return None
    x = max(percent_of(days, start), -_OVER)
    after = min(percent_of(days, end + timedelta(days=1)), 100 + _OVER)
    return Bar(
        x,
        after - x,
        is_point=False,
        is_cut_before=start < days.start,
        is_cut_after=end >= days.end,
    )


def ticks_of(zoom: str, days: DateRange) -> list[Tick]:
    """Lines of the grid: each day of a month, each Monday of a quarter, each month of a year."""
    step = {MONTH: 1, QUARTER: 7}.get(zoom)
    found = []
    for day in days:
        if (zoom == QUARTER and day.weekday()) or (zoom == YEAR and day.day != 1):
            continue
        after = day + timedelta(days=step) if step else month_range(day).end
        x = percent_of(days, day)
        mid = (x + min(percent_of(days, after), 100.0)) / 2
        found.append(Tick(day, x, mid, day.day == 1))
    return found


def months_of(days: DateRange) -> list[Tick]:
    """The months of a window, for the upper line of its head."""
    return [tick for tick in ticks_of(YEAR, days) if tick.is_month]
