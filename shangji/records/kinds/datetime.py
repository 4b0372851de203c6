"""Instants, kept in UTC and shown in the reader's zone."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today, zone
from shangji.lib.date_reading import parse_date
from shangji.lib.dates import format_when, start_of_day
from shangji.records.kinds.base import Asked, FormatContext, Kind, no_value
from shangji.records.kinds.date import period_label, period_range


class DateTime(Kind):
    name = "datetime"
    input = "datetime-local"
    operators: ClassVar = ("within", "from", "to", "empty", "filled")

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        if len(text) > 40:
            raise ValueError(_("Should be a date and time such as 2026-11-23 10:30."))
        try:
            value = datetime.fromisoformat(text.strip())
        except ValueError:
            if ":" in text:
                raise ValueError(_("Should be a date and time such as 2026-11-23 10:30.")) from None
            value = datetime.combine(parse_date(text), time())
        if value.tzinfo is None:
            value = value.replace(tzinfo=timezone.get_current_timezone())
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError(_("Should be a date and time such as 2026-11-23 10:30.")) from None

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        return format_when(value, context.now, context.zone, context.locale)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: row[path] and row[path].astimezone(UTC)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date-time"}

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        """Day and time as the workspace has them, to the second: a spreadsheet takes it for a
        date, and an import reads it in the same zone."""
        value = row.get(path)
        if value is None:
            return None
        here = context.memory.get(self)
        if here is None:
            here = context.memory[self] = zone()
        return value.astimezone(here).replace(microsecond=0, tzinfo=None)

    def compare(self, path: str, asked: Asked) -> Q:
        first, end = _span(asked.operator, asked.value, asked.now)
        found = Q() if end is None else Q(**{f"{path}__lt": end})
        return found if first is None else found & Q(**{f"{path}__gte": first})

    def matches(self, held: Any, asked: Asked) -> bool:
        first, end = _span(asked.operator, asked.value, asked.now)
        if held is None:
            return False
        return (first is None or held >= first) and (end is None or held < end)

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return period_label(value) if operator == "within" else value


def _span(
    operator: str, value: str, now: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The first instant that fits and the first after the last; None where it is open."""
    here = timezone.get_current_timezone()
    if operator == "within":
        first, end = period_range(value, today(now=now))
        return (
            None if first is None else start_of_day(first, here),
            None if end is None else start_of_day(end, here),
        )
    day = parse_date(value)
    if operator == "from":
        return start_of_day(day, here), None
    return None, start_of_day(day + timedelta(days=1), here)
