"""Working days and working time: the one engine for stage ages, deadlines and first responses.

A `WorkingCalendar` knows which days are worked (weekdays, public holidays with the Chinese
make-up days 调休, a company's own exceptions) and at which hours. It is immutable and remembers
what it worked out, so keep one per workspace rather than building it per call.

How counting is quick: weekdays between two days come from arithmetic, and only the days that
differ (holidays, make-up days, exceptions) are looked up, sorted, per year.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.dates import Zone, zone_of
from shangji.lib.errors import BadInput
from shangji.lib.public_holidays import SPAN, years_from

Shift = tuple[time, time]

MONDAY_TO_FRIDAY: Final = frozenset(range(5))
NINE_TO_SIX: Final[tuple[Shift, ...]] = ((time(9), time(12)), (time(13), time(18)))

# Public holidays are looked up in these years; outside, weekdays and exceptions alone decide.
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
# Clocks are changed between 22:00 and 05:00 everywhere. A shift inside these hours has the same
# length every day.
_CALM_FROM: Final = time(5)
_CALM_TO: Final = time(22)
_MINUTE: Final = timedelta(minutes=1)


@lru_cache(maxsize=512)
def _public_days(country: str, year: int) -> tuple[frozenset[date], frozenset[date], bool]:
    """(days off, weekend days worked, whether the year is known) of one country and year."""
    nothing: tuple[frozenset[date], frozenset[date], bool] = (frozenset(), frozenset(), False)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return nothing
    known = years_from(country, year - year % SPAN).get(str(year))
    if known is None:
        return nothing
    off, worked = (frozenset(map(date.fromisoformat, known[key])) for key in ("off", "worked"))
    return off, worked, True


class WorkingCalendar:
    """Which days and hours are worked.

    weekdays       worked days of the week, 0 = Monday; Monday to Friday unless told
    day_overrides  single days: True is worked, False is off; stronger than holidays
    hours          shifts of a worked day in local time, in order, not overlapping; an end of
                   00:00 is midnight. Morning and afternoon unless told
    country        ISO 3166 code whose public holidays are off ("CN" with 调休), or None
    zone           the zone the hours are in

    BadInput for a calendar without a worked weekday or with shifts that overlap.
    """

    def __init__(
        self,
        weekdays: Iterable[int] = MONDAY_TO_FRIDAY,
        day_overrides: Mapping[date, bool] | None = None,
        hours: Iterable[Shift] = NINE_TO_SIX,
        country: str | None = "CN",
        zone: Zone = "Asia/Shanghai",
    ) -> None:
        self.weekdays = frozenset(weekdays)
        self.day_overrides = dict(day_overrides or {})
        self.hours = tuple(hours)
        self.country = country.upper() if country else None
        self.zone = zone_of(zone)
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise BadInput(_("Choose at least one working day of the week."))
        self._check_hours()
        self._flags = tuple(weekday in self.weekdays for weekday in range(7))
        # Of a week that begins on weekday w, worked days among the first k: _part[w][k].
        self._part = tuple(
            tuple(sum(self._flags[(first + step) % 7] for step in range(k)) for k in range(8))
            for first in range(7)
        )
        self._years: dict[int, _Year] = {}
        self._own_years = frozenset(day.year for day in self.day_overrides)

    def _check_hours(self) -> None:
        before = -1
        for start, end in self.hours:
            from_minute, to_minute = _minute_of(start), _minute_of(end) or 24 * 60
            if from_minute < before or to_minute <= from_minute:
                raise BadInput(_("Working hours go from earlier to later and do not overlap."))
            before = to_minute
        if not self.hours:
            raise BadInput(_("Give at least one span of working hours."))

    # ------------------------------------------------------------------------------ days

    def is_known(self, year: int) -> bool:
        """Whether the public holidays of `year` are known. Without a country they always are.
        Where not, only weekdays and exceptions count, and a page that shows a date says so."""
        return self.country is None or _public_days(self.country, year)[2]

    def is_working_day(self, day: date) -> bool:
        changed = self._year(day.year).changed.get(day)
        return self._flags[day.weekday()] if changed is None else changed

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`: Monday to Tuesday is 1, a day to
        itself 0. For an `end` before `start` minus the working days from `end` up to but without
        `start`, so that `add_working_days` undoes it in both directions."""
        if end < start:
            return -(self._count_before(end, start))
        ends = self.is_working_day(end) - self.is_working_day(start)
        return self._count_before(start, end) + ends

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); 0 is `day` itself.
        BadInput when that lies outside the calendar (years 2 to 9998)."""
        if not count:
            return day
        step = 1 if count > 0 else -1
        low, high = 0, max(4, abs(count) * 7 // len(self.weekdays))
        while abs(self.working_days_between(day, _shift(day, step * high))) < abs(count):
            low, high = high, high * 2
        while high - low > 1:  # the nearest day at which the count is reached
            middle = (low + high) // 2
            if abs(self.working_days_between(day, _shift(day, step * middle))) < abs(count):
                low = middle
            else:
                high = middle
        return _shift(day, step * high)

    def next_working_day(self, day: date) -> date:
        """`day` when it is worked, else the first worked day after it."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._work_out(year)
        return found

    def _work_out(self, year: int) -> _Year:
        off, worked, _known = (
            _public_days(self.country, year)
            if self.country
            else (frozenset[date](), frozenset[date](), True)
        )
        changed = dict.fromkeys(off, False) | dict.fromkeys(worked, True)
        if year in self._own_years:
            changed |= {day: on for day, on in self.day_overrides.items() if day.year == year}
        return _Year({day: on for day, on in changed.items() if on != self._flags[day.weekday()]})

    def _count_before(self, start: date, end: date) -> int:
        """Working days in [start, end), start ≤ end."""
        weeks, rest = divmod((end - start).days, 7)
        count = weeks * len(self.weekdays) + self._part[start.weekday()][rest]
        if start.year == end.year:
            year = self._year(start.year)
            return count + year.balance_before(end) - year.balance_before(start)
        count -= self._year(start.year).balance_before(start)
        count += self._year(end.year).balance_before(end)
        first, last = start.year, end.year - 1
        for number in range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1):
            count += self._year(number).balance
        for number in self._own_years:
            if first <= number <= last and not FIRST_YEAR <= number <= LAST_YEAR:
                count += self._year(number).balance
        return count

    # ---------------------------------------------------------------------------- minutes

    def shifts_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The shifts of a worked day as UTC instants, none for a day off. On the days clocks
        change a shift is as long as the clock makes it."""
        if not self.is_working_day(day):
            return []
        shifts: list[tuple[datetime, datetime]] = []
        for start, end in self.hours:
            last = day if _minute_of(end) else day + timedelta(days=1)
            opens = datetime.combine(day, start, self.zone).astimezone(UTC)
            closes = datetime.combine(last, end, self.zone).astimezone(UTC)
            shifts.append((opens, max(opens, closes)))  # an hour left out may swallow a shift
        return shifts

    def is_working_time(self, instant: datetime) -> bool:
        day = instant.astimezone(self.zone).date()
        return any(start <= instant < end for start, end in self.shifts_of(day))

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two aware instants; negative when `end` comes first."""
        if end < start:
            return -self.working_minutes_between(end, start)
        first = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        total = timedelta()
        between: Iterator[date] = iter(())
        if (last - first).days > 1:
            inner_first, inner_last = first + timedelta(days=1), last - timedelta(days=1)
            if self._is_calm:
                total += self._count_before(inner_first, last) * self._calm_length
            else:
                between = _days(inner_first, inner_last)
        for day in between:
            for opens, closes in self.shifts_of(day):
                total += closes - opens
        for day in {first, last}:
            for opens, closes in self.shifts_of(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
        return total // _MINUTE

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant at which `minutes` (≥ 0) of working time have passed since `start`, in UTC.
        0 gives `start` when it is worked, else the next opening. BadInput beyond the calendar."""
        if minutes < 0:
            raise BadInput(_("Working time is added, not taken away."))
        left = minutes * _MINUTE
        at = start.astimezone(UTC)
        day = at.astimezone(self.zone).date()
        while True:
            for opens, closes in self.shifts_of(day):
                begin = max(opens, at)
                if begin < closes and closes - begin >= left:
                    return begin + left
                if begin < closes:
                    left -= min(left, closes - begin)
            if self._is_calm and left > 2 * self._calm_length:
                # Whole days at once, all but the last.
                jump = left // self._calm_length - 1
                day = self.add_working_days(day, jump)
                left -= jump * self._calm_length
            day = self.add_working_days(day, 1)

    @property
    def _is_calm(self) -> bool:
        return all(start >= _CALM_FROM and time() < end <= _CALM_TO for start, end in self.hours)

    @property
    def _calm_length(self) -> timedelta:
        return sum(
            ((_minute_of(end) - _minute_of(start)) * _MINUTE for start, end in self.hours),
            timedelta(),
        )


class _Year:
    """The days of one year that differ from their weekday, and their running balance."""

    __slots__ = ("_days", "_sums", "balance", "changed")

    def __init__(self, changed: dict[date, bool]) -> None:
        self.changed = changed
        self._days = sorted(changed)
        self._sums = [0]
        for day in self._days:
            self._sums.append(self._sums[-1] + (1 if changed[day] else -1))
        self.balance = self._sums[-1]

    def balance_before(self, day: date) -> int:
        return self._sums[bisect_left(self._days, day)]


def _minute_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _shift(day: date, days: int) -> date:
    try:
        moved = day + timedelta(days=days)
    except OverflowError as error:
        raise BadInput(_("This date is out of range.")) from error
    if not 2 <= moved.year <= 9998:
        raise BadInput(_("This date is out of range."))
    return moved
