"""Instants of the demo's history: working days, office hours, never after now."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shangji.lib.business_time import WorkingCalendar

#: what happens in one story keeps at least this distance
STEP = timedelta(minutes=7)


class Clock:
    """The demo's sense of time; `now` is the load, everything else lies before it."""

    def __init__(self, now: datetime, calendar: WorkingCalendar, zone: ZoneInfo) -> None:
        self.now, self.calendar, self.zone = now, calendar, zone
        self.today: date = now.astimezone(zone).date()
        self._works: dict[date, bool] = {}

    def works(self, day: date) -> bool:
        if day not in self._works:
            self._works[day] = self.calendar.is_working_day(day)
        return self._works[day]

    def working_day(self, day: date, step: int = 1) -> date:
        """The day itself, or the next working day in a direction."""
        while not self.works(day):
            day += timedelta(days=step)
        return day

    def in_working_days(self, count: int) -> date:
        """The day so many working days from today; negative: before."""
        return self.calendar.add_working_days(self.today, count)

    def at(self, day: date, rng: Random) -> datetime:
        """An office hour of a day."""
        minute = rng.randrange(9 * 60 + 5, 17 * 60 + 45)
        moment = time(minute // 60, minute % 60, rng.randrange(60))
        return datetime.combine(day, moment, self.zone).astimezone(self.now.tzinfo)

    def ago(self, days: float, rng: Random) -> datetime:
        """An office hour about so many days ago, on a working day."""
        day = self.today - timedelta(days=round(days))
        return self.on(self.working_day(day, rng.choice((-1, 1))), rng)

    def on(self, day: date, rng: Random) -> datetime:
        """An office hour of a day; the working day before when that hour is still to come."""
        found = self.at(day, rng)
        while found > self.now - timedelta(minutes=40):
            day = self.working_day(day - timedelta(days=1), -1)
            found = self.at(day, rng)
        return found

    def between(self, start: datetime, end: datetime, rng: Random) -> datetime:
        """An office hour between two instants; not after the end."""
        found = start + (end - start) * rng.random()
        local = found.astimezone(self.zone).date()
        moment = self.at(self.working_day(local, rng.choice((-1, 1))), rng)
        return min(max(moment, start + STEP), end)


def spread(instants: Sequence[datetime], latest: datetime) -> list[datetime]:
    """The same instants in order, a few minutes apart at least, none after `latest`."""
    found: list[datetime] = []
    for instant in instants:
        found.append(max(instant, found[-1] + STEP) if found else instant)
    limit = latest
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], limit)
        limit = found[index] - STEP
    return found
