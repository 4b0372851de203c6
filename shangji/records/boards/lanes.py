"""What a board's columns are: options, people, teams, yes and no, stars, spans of days."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import today
from shangji.lib.dates import (
    DateRange,
    format_date_short,
    format_day,
    format_month,
    start_of_day,
)
from shangji.lib.values import dataclass
from shangji.records.boards.rules import placed, spans
from shangji.records.conditions import Condition
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Option,
    Person,
    Rating,
    Team,
)
from shangji.records.kinds.rating import FULL, HOLLOW
from shangji.records.listing.grouping import is_column
from shangji.records.listing.shapes import Ways

#: words for the spans, in the order of the switch
UNITS = {
    "day": gettext_lazy("by day"),
    "week": gettext_lazy("by week"),
    "month": gettext_lazy("by month"),
    "quarter": gettext_lazy("by quarter"),
}
_FIRST_UNIT = "month"
_FEW = (Choice, Boolean, Person, Team, Rating)
#: people with the most records; the others are found by a filter
MAX_LANES = 40
EMPTY, BEFORE, AFTER = "", "before", "after"
#: when an instant without one is put on a day
_MORNING = time(9)


class Bucket(Case):
    """The number of the span an instant or day falls into; NULL for nothing. Its name is of ours:
    a column of an inner SELECT that the sums are grouped by."""

    name = "bucket1"


@dataclass(frozen=True)
class Lane:
    """One column.

    Attributes:
        key: its name in addresses and requests; "" for records without a value.
        held: what sums are told apart by.
        rows: the rows that stand in it; `conditions` the same as filters.
        tone, phase: its colour.
        refuses: why nothing can be put there; "" where it can.
    """

    key: str
    label: str
    held: Any
    rows: Q
    conditions: tuple[Condition, ...]
    value: Any = None
    tone: str = ""
    phase: str = ""
    refuses: str = ""
    #: its days have gone by
    is_past: bool = False


@dataclass(frozen=True)
class Layout:
    """A field whose values are the columns, and for days the span they are put together by."""

    description: RecordDescription
    field: Field
    unit: str = ""

    @property
    def key(self) -> str:
        return f"{self.field.key}.{self.unit}" if self.unit else self.field.key

    @property
    def path(self) -> str:
        one = self.field
        return f"{one.orm}_id" if isinstance(one.kind, Person) and not one.is_custom else one.orm

    def column(self, now: datetime) -> tuple[Any, str]:
        """What sums are grouped by: an ORM path or expression, and its name."""
        if not self.unit:
            return self.path, self.path
        whens = [When(one.rows, then=Value(n)) for n, one in enumerate(self._days(now)) if one.key]
        return Bucket(*whens, default=None, output_field=IntegerField()), Bucket.name

    def held(self, value: Any) -> Any:
        """The value of a line of sums as lanes tell them apart."""
        if isinstance(self.field.kind, Boolean):
            return bool(value)
        return None if value == "" else value

    def lanes(self, present: Iterable[Any], actor: Actor, now: datetime) -> list[Lane]:
        """The columns in their order.

        Args:
            present: the values that records have, None among them for those without; the ones
                with the most records first.
        """
        held = list(present)
        kind = self.field.kind
        if self.unit:
            return self._days(now)
        if isinstance(kind, Boolean):
            return self._yes_no()
        if isinstance(kind, Choice):
            found = self._options(kind, held)
        elif isinstance(kind, Rating):
            stars = range(kind.minimum, kind.maximum + 1)
            found = [self._lane(n, f"{FULL * n}{HOLLOW * (kind.maximum - n)}") for n in stars]
        elif isinstance(kind, Team):
            found = [self._lane(pk, name) for pk, name in kind.names().items()]
        else:
            found = self._people(held, actor)
        if None in held or self.may_be_empty:
            found.append(self._empty())
        return found

    @property
    def may_be_empty(self) -> bool:
        """Whether a record may be without a value, as far as the table and the field say."""
        one = self.field
        if one.required:
            return False
        if one.is_custom:
            return True
        item: Any = self.description.model._meta.get_field(one.orm)
        return bool(item.null or item.blank)

    def put(self, lane: Lane, record: Record, now: datetime) -> Any:
        """The value a record gets in a column."""
        if not self.unit or lane.key == EMPTY:
            return lane.value
        held, zone = self.field.raw(record), timezone.get_current_timezone()
        start = date.fromisoformat(lane.key)
        if not isinstance(self.field.kind, DateTime):
            return placed(held, self.unit, start, today(now=now))
        local = None if held is None else held.astimezone(zone)
        day = placed(local.date() if local else None, self.unit, start, today(now=now))
        return datetime.combine(day, local.time() if local else _MORNING, tzinfo=zone)

    def _lane(self, value: Any, label: str, **more: Any) -> Lane:
        key = self.field.key
        return Lane(
            str(value),
            label,
            value,
            Q(**{self.path: value}),
            (Condition(key, "is", str(value)),),
            value,
            **more,
        )

    def _empty(self) -> Lane:
        kind, refuses = self.field.kind, ""
        if not self.may_be_empty:
            refuses = _("%(field)s is needed.") % {"field": self.field.label}
        label = _("Nobody") if isinstance(kind, Person) else _("None")
        nothing = "" if isinstance(kind, Choice) and not kind.numeric else None
        rows = kind.is_empty(self.path)
        where = (Condition(self.field.key, "empty"),)
        return Lane(EMPTY, label, None, rows, where, nothing, refuses=refuses)

    def _yes_no(self) -> list[Lane]:
        yes, key = Q(**{self.path: True}), self.field.key
        return [
            Lane("1", _("Yes"), True, yes, (Condition(key, "is", "1"),), value=True),
            Lane("0", _("No"), False, ~yes, (Condition(key, "is", "0"),), value=False),
        ]

    def _options(self, kind: Choice, held: list[Any]) -> list[Lane]:
        options: list[Option] = list(kind.options)
        known = {one.value for one in options}
        lanes = []
        for one in options:
            value = int(one.value) if kind.numeric else one.value
            if one.is_retired and value not in held:
                continue
            why = _("“%(option)s” is retired.") % {"option": one.label} if one.is_retired else ""
            lanes.append(
                self._lane(value, str(one.label), tone=one.tone, phase=one.phase, refuses=why)
            )
        lost = [value for value in held if value is not None and str(value) not in known]
        why = _("This is no longer one of the options.")
        return [*lanes, *(self._lane(value, str(value), refuses=why) for value in lost)]

    def _people(self, held: list[Any], actor: Actor) -> list[Lane]:
        kind = self.field.kind
        assert isinstance(kind, Person)
        ids = [pk for pk in held if pk is not None][:MAX_LANES]
        if actor.user_id is not None and actor.user_id not in ids:
            ids.append(actor.user_id)
        names = sorted(kind.names(ids).items(), key=lambda pair: (pair[1], pair[0]))
        return [self._lane(pk, name) for pk, name in names]

    def _days(self, now: datetime) -> list[Lane]:
        """Before, the spans around today, after, none: always the same columns on one day."""
        on = today(now=now)
        around = spans(self.unit, on)
        first, last = around[0].start, around[-1].end
        key = self.field.key
        beyond = _("Put it on a column of days, or change the day on the record.")
        found = [
            Lane(
                BEFORE,
                pgettext("column of days", "Earlier"),
                0,
                self._between(None, first),
                (Condition(key, "to", _day_before(first)),),
                refuses=beyond,
            )
        ]
        for n, span in enumerate(around, 1):
            found.append(
                Lane(
                    span.start.isoformat(),
                    self._name(span, now),
                    n,
                    self._between(span.start, span.end),
                    (
                        Condition(key, "from", span.start.isoformat()),
                        Condition(key, "to", _day_before(span.end)),
                    ),
                    is_past=span.end <= on,
                )
            )
        found.append(
            Lane(
                AFTER,
                pgettext("column of days", "Later"),
                len(found),
                self._between(last, None),
                (Condition(key, "from", last.isoformat()),),
                refuses=beyond,
            )
        )
        return [*found, self._empty()]

    def _between(self, start: date | None, end: date | None) -> Q:
        zone = timezone.get_current_timezone()
        exact = isinstance(self.field.kind, DateTime)
        rows = Q()
        for day, lookup in ((start, "gte"), (end, "lt")):
            if day is not None:
                rows &= Q(**{f"{self.path}__{lookup}": start_of_day(day, zone) if exact else day})
        return rows

    def _name(self, span: DateRange, now: datetime) -> str:
        locale, on = get_language() or "en", today(now=now)
        if self.unit == "month":
            return format_month(span.start, locale)
        if self.unit == "quarter":
            return f"{span.start.year} Q{(span.start.month + 2) // 3}"
        if self.unit == "week":
            return _("Week of %(day)s") % {"day": format_date_short(span.start, on, locale)}
        return format_day(span.start, on, locale)

    def still(self, actor: Actor) -> str:
        """Why no card can be carried; "" where cards can."""
        one = self.field
        if not one.writable:
            return _("%(field)s is worked out: cards stay where they are.") % {"field": one.label}
        if one.key in actor.read_only_fields(self.description.type):
            return _("Your role does not change %(field)s.") % {"field": one.label}
        return ""


def _day_before(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()


def ways(description: RecordDescription, actor: Actor) -> Ways:
    """What the rows of a type can be put in columns by: the type's own ways first, days last."""
    fields = [one for one in description.visible_fields(actor) if _fits(description, one)]
    first = {key: place for place, key in enumerate(description.group_by)}
    few = [one for one in fields if isinstance(one.kind, _FEW)]
    few.sort(key=lambda one: first.get(one.key, len(first)))
    days = [one for one in fields if not isinstance(one.kind, _FEW)]
    return [
        *((one.key, one.label) for one in few),
        *((f"{one.key}.{_FIRST_UNIT}", one.label) for one in days),
    ]


def read_layout(description: RecordDescription, actor: Actor, by: str) -> Layout:
    """The columns of an address. Invalid with one text for hidden, misspelt and unfit."""
    key, _dot, unit = by.partition(".")
    one = description.field(key, actor)
    wants_unit = isinstance(one.kind, Date | DateTime)
    if not _fits(description, one) or wants_unit != bool(unit) or (unit and unit not in UNITS):
        raise description.unknown(by)
    return Layout(description, one, unit)


def _fits(description: RecordDescription, one: Field) -> bool:
    """Whether a field's values are few, or days, and stand in the type's own table."""
    if not isinstance(one.kind, (*_FEW, Date, DateTime)) or not one.filterable:
        return False
    return one.is_custom or is_column(description, one)
