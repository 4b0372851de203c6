"""Days in columns: which spans a board shows around today, where a carried day goes."""

from datetime import date, timedelta

from shangji.lib.dates import DateRange, add_months, days_in_month, shifted_range

#: columns before and after the one that holds today; what lies beyond stands in one more each
WINDOWS = {"day": (3, 10), "week": (2, 5), "month": (2, 5), "quarter": (1, 4)}


def spans(unit: str, today: date) -> list[DateRange]:
    """The days, weeks, months or quarters around today, one after the other."""
    before, after = WINDOWS[unit]
    return [shifted_range(unit, today, step) for step in range(-before, after + 1)]


def placed(held: date | None, unit: str, start: date, today: date) -> date:
    """The day a record gets when it is carried to the span that begins on `start`.

    It keeps its place: the same weekday, the same day of the month (the last one of a shorter
    month), the same month of the quarter. Without a day it is the first of the span. In the span
    of today no day is chosen that has gone by.

    >>> placed(date(2026, 11, 17), "month", date(2026, 12, 1), date(2026, 11, 26))
    datetime.date(2026, 12, 17)
    """
    end = shifted_range(unit, start).end
    if held is not None and start <= held < end:
        return held
    day = start if held is None else _same_place(held, unit, start)
    return max(day, today) if start <= today < end else day


def _same_place(held: date, unit: str, start: date) -> date:
    if unit == "week":
        return start + timedelta(days=held.weekday())
    if unit == "day":
        return start
    month = add_months(start, (held.month - 1) % 3) if unit == "quarter" else start
    return month.replace(day=min(held.day, days_in_month(month)))


def share(part: float, most: float, full: int = 97) -> int:
    """A bar's width in percent of the widest, which takes `full`; no bar for what is below zero."""
    return max(0, int(full * part / most)) if most > 0 else 0
