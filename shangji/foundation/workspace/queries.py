"""What everybody asks of the workspace: who we are, which day it is, which rates hold."""

import zoneinfo
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from datetime import time as clock
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from shangji.foundation.workspace.memory import Memory
from shangji.foundation.workspace.models import CalendarDay, ExchangeRate, Workspace
from shangji.lib.business_time import WorkingCalendar
from shangji.lib.dates import known_zone
from shangji.lib.money import Rate

#: how long a process may answer from memory, in seconds
_KEEP = 3.0
_workspace: Memory[Workspace] = Memory(_KEEP)
_calendar: Memory[WorkingCalendar] = Memory(_KEEP)
_rates: Memory[tuple[Rate, ...]] = Memory(_KEEP)

DEFAULT_WEEKDAYS = [0, 1, 2, 3, 4]
DEFAULT_HOURS = [["09:00", "12:00"], ["13:30", "18:00"]]


class HasZone(Protocol):
    """A person with a time zone (foundation.people.models.User)."""

    @property
    def time_zone(self) -> str: ...


def current_workspace() -> Workspace:
    """The one workspace, at most a few seconds old; made with defaults when it is missing."""
    return _workspace.get(_workspace_row)


def _workspace_row() -> Workspace:
    row, _made = Workspace.objects.get_or_create(
        pk=1,
        defaults={
            "language": settings.LANGUAGE_CODE,
            "time_zone": settings.TIME_ZONE,
            "working_weekdays": DEFAULT_WEEKDAYS,
            "working_hours": DEFAULT_HOURS,
        },
    )
    return row


def forget() -> None:
    """Drop what this process remembers, after a change."""
    for one in (_workspace, _calendar, _rates):
        one.forget()


def zone(person: HasZone | None = None) -> zoneinfo.ZoneInfo:
    """A person's time zone, else the workspace's; an unknown name counts as none."""
    own = known_zone(getattr(person, "time_zone", ""))
    if own is None:
        own = known_zone(current_workspace().time_zone)
    return own or zoneinfo.ZoneInfo(settings.TIME_ZONE)


def today(person: HasZone | None = None, *, now: datetime | None = None) -> date:
    """The calendar day it is for a person, or for the workspace."""
    return (now or timezone.now()).astimezone(zone(person)).date()


def working_calendar() -> WorkingCalendar:
    """Weekdays, hours, public holidays and the workspace's own exceptional days."""
    return _calendar.get(lambda: calendar_of(current_workspace(), CalendarDay.objects.all()))


def rates_on(day: date, currency: str | None = None) -> tuple[Rate, ...]:
    """The rates that hold on a day: the latest of each currency up to it.

    Args:
        currency: what they lead to; without one, the workspace's currency.
    """
    base = currency or current_workspace().currency
    return _rates.get(lambda: _rates_on(day, base), (base, day))


def _rates_on(day: date, base: str) -> tuple[Rate, ...]:
    rates: dict[str, Rate] = {}
    for row in ExchangeRate.objects.filter(base=base, on__lte=day).order_by("currency", "-on"):
        rates.setdefault(row.currency, Rate(row.currency, row.base, row.rate, row.on))
    return tuple(rates.values())


def currencies_in_use() -> list[str]:
    """The workspace's currency first, then those it has rates for."""
    base = current_workspace().currency
    others = ExchangeRate.objects.order_by().values_list("currency", flat=True).distinct()
    return [base, *sorted(set(others) - {base})]


def calendar_of(workspace: Workspace, days: Iterable[CalendarDay]) -> WorkingCalendar:
    """The calendar of stored settings; broken ones fall back to weekdays and office hours."""
    overrides = {row.on: row.is_working for row in days}
    country = workspace.country or None
    try:
        return WorkingCalendar(
            weekdays=workspace.working_weekdays or DEFAULT_WEEKDAYS,
            day_overrides=overrides,
            hours=[shift_of(span) for span in workspace.working_hours or DEFAULT_HOURS],
            country=country,
            zone=zone(),
        )
    except (ValueError, TypeError):
        return WorkingCalendar(day_overrides=overrides, country=country, zone=zone())


def shift_of(span: Sequence[str]) -> tuple[clock, clock]:
    """A stored span ["09:00", "12:00"] as times. ValueError for anything else."""
    start, end = span
    return clock.fromisoformat(start), clock.fromisoformat(end)
