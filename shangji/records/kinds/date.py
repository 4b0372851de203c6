"""Days. The same day everywhere, whatever the reader's zone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today
from shangji.lib.date_reading import parse_date
from shangji.lib.dates import DateRange, format_day, month_range, quarter_range, week_range
from shangji.lib.markup import escape
from shangji.records.kinds.base import FormatContext, Kind, no_value

#: periods a filter may name instead of two dates
PERIODS = {
    "today": _("today"),
    "this_week": _("this week"),
    "this_month": _("this month"),
    "this_quarter": _("this quarter"),
    "next_30": _("next 30 days"),
    "next_90": _("next 90 days"),
    "past_30": _("past 30 days"),
    "past_90": _("past 90 days"),
    "overdue": _("before today"),
}


def period_range(name: str, on: date) -> tuple[date | None, date]:
    """First day (None: open) and the day after the last of a named period."""
    if name == "today":
        return on, on + timedelta(days=1)
    if name == "this_week":
        return _pair(week_range(on))
    if name == "this_month":
        return _pair(month_range(on))
    if name == "this_quarter":
        return _pair(quarter_range(on))
    if name == "overdue":
        return None, on
    side, _sep, days = name.partition("_")
    if side == "next":
        return on, on + timedelta(days=int(days) + 1)
    return on - timedelta(days=int(days)), on + timedelta(days=1)


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

    def compare(self, path: str, operator: str, value: str, *, actor: Actor, locale: str) -> Q:
        if operator == "within":
            if value not in PERIODS:
                raise ValueError(_("There is no such period."))
            first, end = period_range(value, today())
            found = Q(**{f"{path}__lt": end})
            return found & Q(**{f"{path}__gte": first}) if first else found
        return super().compare(path, operator, value, actor=actor, locale=locale)

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        if operator == "within":
            return gettext(str(PERIODS.get(value, value)))
        return value
