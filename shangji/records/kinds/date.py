"""Days. The same day everywhere, whatever the reader's zone."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.date_reading import parse_date
from shangji.lib.dates import DateRange, format_day, shifted_range
from shangji.lib.markup import escape
from shangji.records.kinds.base import Asked, FormatContext, Kind, no_value

#: periods a filter offers; besides these any number: past_45, next_10, past_30_working
PERIODS = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this_week": _("this week"),
    "last_week": _("last week"),
    "next_week": _("next week"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "next_month": _("next month"),
    "this_quarter": _("this quarter"),
    "last_quarter": _("last quarter"),
    "next_quarter": _("next quarter"),
    "this_year": _("this year"),
    "last_year": _("last year"),
    "next_30": _("next 30 days"),
    "next_90": _("next 90 days"),
    "past_14": _("past 14 days"),
    "past_30": _("past 30 days"),
    "past_90": _("past 90 days"),
    "past_30_working": _("past 30 working days"),
    "overdue": _("before today"),
    "later": _("after today"),
}
#: days of a period that is counted in days
MOST_DAYS = 3660
_UNITS = ("week", "month", "quarter", "year")
_STEPS = {"this": 0, "last": -1, "next": 1}
_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
_COUNTED = re.compile(r"(past|next)_([0-9]{1,4})(_working)?")


def period_range(name: str, on: date) -> tuple[date | None, date | None]:
    """First day and the day after the last of a named period; None where it is open.

    "Past 14 days" are today and the fourteen before it; working days are those of the
    workspace's calendar. ValueError for a name that is none.
    """
    if name in _NEAR:
        return _pair(shifted_range("day", on, _NEAR[name]))
    if name == "overdue":
        return None, on
    if name == "later":
        return on + timedelta(days=1), None
    side, _sep, unit = name.partition("_")
    if side in _STEPS and unit in _UNITS:
        return _pair(shifted_range(unit, on, _STEPS[side]))
    counted = counted_period(name)
    if counted is None:
        raise ValueError(_("There is no such period."))
    side, days, working = counted
    if side == "past":
        return _moved(on, -days, working=working), on + timedelta(days=1)
    return on, _moved(on, days, working=working) + timedelta(days=1)


def period_label(name: str) -> str:
    """A period in words; what is none stands as it is written."""
    if name in PERIODS:
        return gettext(str(PERIODS[name]))
    counted = counted_period(name)
    if counted is None:
        return name
    side, days, working = counted
    if working:
        words = _("past %(n)s working days") if side == "past" else _("next %(n)s working days")
    else:
        words = _("past %(n)s days") if side == "past" else _("next %(n)s days")
    return str(words) % {"n": days}


def counted_period(name: str) -> tuple[str, int, bool] | None:
    """A period counted in days: the side, how many, whether working days."""
    found = _COUNTED.fullmatch(name)
    if found is None or not 0 < int(found[2]) <= MOST_DAYS:
        return None
    return found[1], int(found[2]), found[3] is not None


def _moved(on: date, days: int, *, working: bool) -> date:
    return working_calendar().add_working_days(on, days) if working else on + timedelta(days=days)


def _pair(days: DateRange) -> tuple[date, date]:
    return days.start, days.end


class Date(Kind):
    name = "date"
    input = "date"
    operators: ClassVar = ("within", "from", "to", "is", "empty", "filled")

    def __init__(self, *, due: bool = False) -> None:
        #: today is a warning and the past is bad
        self.due = due

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        if len(text) > 40:
            raise ValueError(_("Should be a date such as 2026-11-23."))
        return parse_date(text)

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        try:
            return super().read_data(value, actor=actor)
        except ValueError:  # a program writes a day one way; what a person could mean helps it not
            raise ValueError(_("Should be a date such as 2026-11-23.")) from None

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        shown = context.memory.get((Date, value))
        if shown is None:
            shown = format_day(value, context.today, context.locale)
            context.memory[Date, value] = shown
        return shown

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value, shown = row.get(path), escape(self.text(row, path, context))
        if not self.due or value is None or value > context.today:
            return shown
        tone = "bad" if value < context.today else "warn"
        return mark_safe(f'<span class="due {tone}">{shown}</span>')  # noqa: S308 - escaped

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date"}

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else value.isoformat()

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return row.get(path)

    def compare(self, path: str, asked: Asked) -> Q:
        if asked.operator != "within":
            return super().compare(path, asked)
        first, end = period_range(asked.value, today(now=asked.now))
        found = Q() if end is None else Q(**{f"{path}__lt": end})
        return found & Q(**{f"{path}__gte": first}) if first else found

    def matches(self, held: Any, asked: Asked) -> bool:
        if asked.operator != "within":
            return super().matches(held, asked)
        first, end = period_range(asked.value, today(now=asked.now))
        if held is None:
            return False
        return (first is None or held >= first) and (end is None or held < end)

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return period_label(value) if operator == "within" else value
