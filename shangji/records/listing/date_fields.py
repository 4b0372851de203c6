"""The fields that a calendar or a timeline lays records out by, and days as filters on them."""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from shangji.foundation.access.actor import Actor
from shangji.lib.dates import DateRange, start_of_day
from shangji.records.conditions import Condition
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Date, DateTime


def date_fields(description: RecordDescription, actor: Actor) -> list[Field]:
    """Days and instants of the type's own that the actor may know of, in its order."""
    return [one for one in description.visible_fields(actor) if _fits(one)]


def date_field(description: RecordDescription, actor: Actor, key: str) -> Field:
    """One of them. Invalid with one text for hidden, misspelt and of another kind."""
    one = description.field(key, actor)
    if not _fits(one):
        raise description.unknown(key)
    return one


def _fits(one: Field) -> bool:
    own = one.is_custom or "__" not in one.orm
    return isinstance(one.kind, Date | DateTime) and one.kind.by_column and own and one.filterable


def has_time(one: Field) -> bool:
    return isinstance(one.kind, DateTime)


def within(one: Field, days: DateRange, zone: tzinfo) -> Q:
    """Rows whose value lies in a range of the reader's days."""
    first, end = bounds(one, days, zone)
    return Q(**{f"{one.orm}__gte": first, f"{one.orm}__lt": end})


def bounds(one: Field, days: DateRange, zone: tzinfo) -> tuple[Any, Any]:
    """What the first day begins with, and the day after the last: days, or instants in UTC."""
    if not has_time(one):
        return days.start, days.end
    return start_of_day(days.start, zone), start_of_day(days.end, zone)


def day_of(value: Any, zone: tzinfo) -> date:
    """The reader's day of a value."""
    if isinstance(value, datetime):
        return value.astimezone(zone).date()
    assert isinstance(value, date)
    return value


def time_of(value: Any, zone: tzinfo) -> time | None:
    """The reader's time of day; None for a day without one."""
    return value.astimezone(zone).time() if isinstance(value, datetime) else None


def place_of_day(one: Field, days: DateRange, zone: tzinfo) -> Any:
    """An expression that is the same for values of one day of the reader's, within a range.

    For instants the number of the day, found by halves (six comparisons for a month, where a case
    for each day took three times as long): a cast in the reader's zone is another function on
    each database, and custom values are kept as text. What lies outside has the number next to it.
    """
    if not has_time(one):
        return F(one.orm)
    return _halved(one.orm, [start_of_day(day, zone) for day in days], 0, len(days))


def _halved(path: str, edges: Sequence[datetime], low: int, high: int) -> Any:
    if high - low == 1:
        return Value(low)
    middle = (low + high) // 2
    return Case(
        When(**{f"{path}__lt": edges[middle], "then": _halved(path, edges, low, middle)}),
        default=_halved(path, edges, middle, high),
        output_field=IntegerField(),
    )


def day_conditions(one: Field, first: date, last: date) -> tuple[Condition, ...]:
    """Days as filters of a list, first and last included."""
    return (
        Condition(one.key, "from", first.isoformat()),
        Condition(one.key, "to", last.isoformat()),
    )
