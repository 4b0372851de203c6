"""What a list can be grouped by: options, people, yes and no, and days by month or quarter."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.addresses import place_name
from shangji.lib.dates import format_date, format_month, shifted_range
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Boolean, Choice, Date, Link, Person, Postal, Rating

#: units that days are put together by
UNITS = {
    "week": _("by week"),
    "month": _("by month"),
    "quarter": _("by quarter"),
    "year": _("by year"),
}
_OFFERED = ("month", "quarter")
#: and what addresses are put together by
PLACES = {"province": _("by province"), "city": _("by city")}


@dataclass(frozen=True)
class Grouping:
    """One way to group: a field, and for days the unit they are put together by."""

    field: Field
    unit: str = ""

    @property
    def key(self) -> str:
        return f"{self.field.key}.{self.unit}" if self.unit else self.field.key

    @property
    def label(self) -> Any:
        if not self.unit:
            return self.field.label
        return format_lazy("{} {}", self.field.label, (UNITS | PLACES)[self.unit])

    @property
    def path(self) -> str:
        one = self.field
        if self.unit in PLACES:
            return f"{one.orm}__sj_{self.unit}"
        linked = isinstance(one.kind, Person | Link) and not one.is_custom
        return f"{one.orm}_id" if linked else one.orm

    def bucket(self, value: Any) -> Any:
        """The group of a value: the value itself, or the first day of its month."""
        if not self.unit or value is None or self.unit in PLACES:
            return value
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return shifted_range(self.unit, day).start

    def rows(self, value: Any) -> Q:
        """The rows of a group."""
        if value is None:
            return Q(**{f"{self.path}__isnull": True})
        if not self.unit or self.unit in PLACES:
            return Q(**{self.path: value})
        end = shifted_range(self.unit, value).end
        return Q(**{f"{self.path}__gte": value, f"{self.path}__lt": end})

    def conditions(self, value: Any) -> tuple[Condition, ...]:
        """The same as filters, for the way to all rows of a group."""
        key = self.field.key
        if value in (None, ""):
            return (Condition(key, "empty"),)
        if not self.unit:
            return (Condition(key, "is", str(value)),)
        if self.unit in PLACES:
            return (Condition(key, "in", value if value.startswith("CN") else value[:2]),)
        last = shifted_range(self.unit, value).end - timedelta(days=1)
        return Condition(key, "from", value.isoformat()), Condition(key, "to", last.isoformat())

    def name(self, value: Any, locale: str) -> str:
        """A span of days, or a place, in words: 2026 年 11 月, Nov 2026, 2026 Q4, 浙江省."""
        if self.unit in PLACES:
            return place_name(value, locale)
        if self.unit == "month":
            return format_month(value, locale)
        if self.unit == "quarter":
            return f"{value.year} Q{(value.month + 2) // 3}"
        return str(value.year) if self.unit == "year" else format_date(value, locale)

    def rank(self) -> Callable[[Any], Any]:
        """Groups in the order of their options or days; people and links by size; none last."""
        kind = self.field.kind
        if self.unit in UNITS:
            return lambda group: (group.value is None, group.value or date.min)
        if isinstance(kind, Choice):
            order = {one.value: place for place, one in enumerate(kind.options)}
            return lambda group: order.get(str(group.value), len(order))
        if isinstance(kind, Rating):
            return lambda group: -(group.value or 0)
        return lambda group: (group.value in (None, ""), -group.sums.count)


def groupings(description: RecordDescription, actor: Actor) -> list[Grouping]:
    """What the list offers: the type's own ways first, then every field that has few values."""
    fields = {one.key: one for one in description.visible_fields(actor)}
    keys = [key for key in description.group_by if key in fields]
    others = [one for one in fields.values() if one.key not in keys and is_column(description, one)]
    found = [Grouping(fields[key]) for key in keys]
    found += [Grouping(one) for one in others if isinstance(one.kind, Choice | Person | Boolean)]
    days = [one for one in fields.values() if _has_days(description, one)]
    found += [Grouping(one, unit) for one in days for unit in _OFFERED]
    places = [one for one in fields.values() if isinstance(one.kind, Postal) and one.filterable]
    return [*found, *(Grouping(one, unit) for one in places for unit in PLACES)]


def read_grouping(description: RecordDescription, actor: Actor, key: str) -> Grouping:
    """The grouping of an address. Invalid with one text for hidden, misspelt and unfit."""
    name, _dot, unit = key.partition(".")
    one = description.field(name, actor)
    if unit in PLACES and isinstance(one.kind, Postal) and one.filterable:
        return Grouping(one, unit)
    if unit:
        if unit not in UNITS or not _has_days(description, one):
            raise description.unknown(key)
        return Grouping(one, unit)
    if name in description.group_by:
        return Grouping(one)
    fits = isinstance(one.kind, Choice | Person | Boolean) and is_column(description, one)
    if not fits:
        raise description.unknown(key)
    return Grouping(one)


def _has_days(description: RecordDescription, one: Field) -> bool:
    """Whether rows can be put together by the months of a field, built in or added."""
    fits = one.is_custom or is_column(description, one)
    return isinstance(one.kind, Date) and one.filterable and fits


def is_column(description: RecordDescription, one: Field) -> bool:
    """Whether a field is a column of the type's own table, which can be summed by."""
    if not one.kind.by_column or one.is_custom or "__" in one.orm or not one.filterable:
        return False
    try:
        description.model._meta.get_field(one.orm)
    except FieldDoesNotExist:
        return False
    return True


def folded(lines: Iterable[Any], grouping: Grouping) -> dict[Any, list[Any]]:
    """Lines of sums by group."""
    found: dict[Any, list[Any]] = {}
    for line in lines:
        found.setdefault(grouping.bucket(line[grouping.path]), []).append(line)
    return found
