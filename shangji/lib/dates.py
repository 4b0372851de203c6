"""Days, ranges of days and the words for them.

A business date is a `date`, the same day everywhere. A range is half-open, [start, end). Instants
are aware UTC datetimes; a zone is given by name ("Asia/Shanghai") or as a tzinfo, and nothing here
reads a clock. Reading dates that people and spreadsheets write is in `date_reading`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput

Zone = tzinfo | str


def zone_of(zone: Zone) -> tzinfo:
    """The tzinfo of a zone name. BadInput for a name that is none."""
    if isinstance(zone, tzinfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder's name
        raise BadInput(_("“%(name)s” is not a time zone."), name=zone) from error


@cache
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of a name, None for a name that is none. Kept: finding out reads files."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def today_in(zone: Zone, now: datetime) -> date:
    """The day it is at the instant `now` in `zone`."""
    return now.astimezone(zone_of(zone)).date()


def start_of_day(day: date, zone: Zone) -> datetime:
    """The first instant of `day` in `zone`, as UTC.

    Where clocks go forward at midnight the day begins at 01:00; where midnight comes twice it
    begins at the first one.
    """
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


# -------------------------------------------------------------------------------------- ranges


@dataclass(frozen=True, order=True)
class DateRange:
    """The days from `start` up to and without `end`."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def __len__(self) -> int:
        return max(0, (self.end - self.start).days)

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=step) for step in range(len(self)))

    @property
    def last(self) -> date:
        """The last day inside, for showing "until"."""
        return self.end - timedelta(days=1)

    def instants(self, zone: Zone) -> tuple[datetime, datetime]:
        """[first instant, first instant after) in UTC: 23, 24 or 25 hours a day as the zone has
        it, and neighbouring ranges meet without gap or overlap."""
        return start_of_day(self.start, zone), start_of_day(self.end, zone)


def add_months(day: date, months: int) -> date:
    """The same day `months` later or earlier, or that month's last: 31 Jan + 1 = 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first + timedelta(days=min(day.day, days_in_month(first)) - 1)


def days_in_month(day: date) -> int:
    return (date(day.year + day.month // 12, day.month % 12 + 1, 1) - day.replace(day=1)).days


def day_range(day: date) -> DateRange:
    return DateRange(day, day + timedelta(days=1))


def week_range(day: date, *, first_weekday: int = 0) -> DateRange:
    """The week of `day`; `first_weekday` 0 = Monday … 6 = Sunday."""
    start = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return DateRange(start, start + timedelta(days=7))


def month_range(day: date) -> DateRange:
    start = day.replace(day=1)
    return DateRange(start, add_months(start, 1))


def quarter_range(day: date, *, first_month: int = 1) -> DateRange:
    """The quarter of `day` in a year that begins with `first_month`."""
    start = add_months(day.replace(day=1), -((day.month - first_month) % 3))
    return DateRange(start, add_months(start, 3))


def year_range(day: date, *, first_month: int = 1) -> DateRange:
    """The (fiscal) year of `day` that begins with `first_month`."""
    start = add_months(day.replace(day=1), -((day.month - first_month) % 12))
    return DateRange(start, add_months(start, 12))


RANGE_UNITS: Final = ("day", "week", "month", "quarter", "year")


def shifted_range(
    unit: str, today: date, offset: int = 0, *, first_weekday: int = 0, first_month: int = 1
) -> DateRange:
    """The `unit` of RANGE_UNITS that lies `offset` units from today's: ("month", day, -1) is last
    month. BadInput for another unit."""
    try:
        if unit == "day":
            return day_range(today + timedelta(days=offset))
        if unit == "week":
            return week_range(today + timedelta(weeks=offset), first_weekday=first_weekday)
        if unit == "month":
            return month_range(add_months(today.replace(day=1), offset))
        if unit == "quarter":
            start = quarter_range(today, first_month=first_month).start
            return quarter_range(add_months(start, offset * 3), first_month=first_month)
        if unit == "year":
            start = year_range(today, first_month=first_month).start
            return year_range(add_months(start, offset * 12), first_month=first_month)
    except (OverflowError, ValueError) as error:  # before the year 1, after 9999
        raise BadInput(_("This date is out of range.")) from error
    raise BadInput(_("“%(name)s” is not a period."), name=unit)


def rolling_range(today: date, days: int) -> DateRange:
    """The last `-days` days with today as the last, or the next `days` with today as the first."""
    if days < 0:
        return DateRange(today + timedelta(days=days + 1), today + timedelta(days=1))
    return DateRange(today, today + timedelta(days=days))


# --------------------------------------------------------------------------------------- words

_ZH_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_EN_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_ZH_NEAR: Final = {-1: "昨天", 0: "今天", 1: "明天"}
_EN_NEAR: Final = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
NEAR_YEAR_DAYS: Final = 183  # within it a short date says its year by itself


def _is_chinese(locale: str) -> bool:
    return locale.lower().startswith("zh")


def weekday_word(day: date, locale: str) -> str:
    """周三 / Wed"""
    return (_ZH_WEEKDAYS if _is_chinese(locale) else _EN_WEEKDAYS)[day.weekday()]


def format_date(day: date, locale: str) -> str:
    """The whole date: 2027-01-15 / 15 Jan 2027."""
    if _is_chinese(locale):
        return day.isoformat()
    return f"{day.day} {_EN_MONTHS[day.month - 1]} {day.year}"


def format_month(day: date, locale: str) -> str:
    """2026 年 11 月 / Nov 2026"""
    if _is_chinese(locale):
        return f"{day.year} 年 {day.month} 月"
    return f"{_EN_MONTHS[day.month - 1]} {day.year}"


def format_date_short(day: date, today: date, locale: str) -> str:
    """For cards and columns, no weekday: 12-18 / 18 Dec; with the year when half a year off."""
    if day.year != today.year and abs((day - today).days) > NEAR_YEAR_DAYS:
        return format_date(day, locale)
    if _is_chinese(locale):
        return f"{day.month:02}-{day.day:02}"
    return f"{day.day} {_EN_MONTHS[day.month - 1]}"


def format_day(day: date, today: date, locale: str) -> str:
    """In words: 今天, 昨天, 明天, 11-25 周三, 2027-01-15 / Today, Wed 25 Nov, 15 Jan 2027."""
    chinese = _is_chinese(locale)
    near = (_ZH_NEAR if chinese else _EN_NEAR).get((day - today).days)
    if near is not None:
        return near
    if day.year != today.year:
        return format_date(day, locale)
    if chinese:
        return f"{day.month:02}-{day.day:02} {weekday_word(day, locale)}"
    return f"{weekday_word(day, locale)} {day.day} {_EN_MONTHS[day.month - 1]}"


def format_day_head(day: date, locale: str) -> str:
    """For the head of a page: 11 月 23 日 周一 / Mon 23 Nov."""
    if _is_chinese(locale):
        return f"{day.month} 月 {day.day} 日 {weekday_word(day, locale)}"
    return f"{weekday_word(day, locale)} {day.day} {_EN_MONTHS[day.month - 1]}"


def format_when(instant: datetime, now: datetime, zone: Zone, locale: str) -> str:
    """An instant in the reader's zone, 24-hour: 今天 10:30 / Today 10:30 / 15 Jan 2027 09:00."""
    local = instant.astimezone(zone_of(zone))
    return f"{format_day(local.date(), today_in(zone, now), locale)} {local:%H:%M}"


def format_instant(instant: datetime, zone: Zone, locale: str) -> str:
    """The whole instant, for tooltips and exports: 2026-11-23 10:30 / 23 Nov 2026 10:30."""
    local = instant.astimezone(zone_of(zone))
    return f"{format_date(local.date(), locale)} {local:%H:%M}"


def format_days(days: int, locale: str) -> str:
    """6 天 / 6 d"""
    return f"{days} 天" if _is_chinese(locale) else f"{days} d"
