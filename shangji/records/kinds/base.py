"""The small interface every field kind answers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.registry import tracked_model
from shangji.lib.markup import escape
from shangji.lib.values import dataclass

#: no field takes more than this many characters, whatever its kind
HARD_LIMIT = 100_000

#: operators with the words of a chip; `{}` is the value
OPERATORS: dict[str, Any] = {
    "is": _("is"),
    "not": _("is not"),
    "in": _("is one of"),
    "has": _("contains"),
    "starts": _("starts with"),
    "gte": "≥",
    "lte": "≤",
    "from": _("from"),
    "to": _("until"),
    "within": _("within"),
    "some": _("some"),
    "none": _("none"),
    "empty": _("is empty"),
    "filled": _("is filled"),
}


@dataclass(frozen=True)
class Asked:
    """What a condition asks of a field.

    Attributes:
        value: the operand as a person wrote it.
        now: the moment relative dates count from; the clock's when left out.
    """

    operator: str
    value: str
    actor: Actor
    locale: str
    now: datetime | None = None


@dataclass
class FormatContext:
    """What formatting may depend on: computed once per page.

    Attributes:
        actor: who reads; links to records the reader may not know of show nothing. None: all.
        narrow: in a list, where a mark stands for a name.
    """

    locale: str
    now: datetime
    today: date
    zone: tzinfo
    people: Mapping[int, str] = field(default_factory=dict)
    actor: Actor | None = None
    narrow: bool = False
    #: what kinds work out once per page (labels of options)
    memory: dict[Any, Any] = field(default_factory=dict)
    _seen: dict[str, dict[int, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor | None, now: datetime, *, narrow: bool = False) -> Self:
        """For the reader of this request: active language and time zone."""
        zone = timezone.get_current_timezone()
        today = now.astimezone(zone).date()
        return cls(get_language() or "en", now, today, zone, actor=actor, narrow=narrow)

    def sees(self, record_type: str, pk: int) -> bool:
        """Whether the reader may know of a record that a link leads to."""
        if self.actor is None:
            return True
        known = self._seen.setdefault(record_type, {})
        if pk not in known:
            self.look(record_type, [pk])
        return known[pk]

    def know(self, record_type: str, pk: int, *, seen: bool) -> None:
        """Take note of what was found out already."""
        self._seen.setdefault(record_type, {})[pk] = seen

    def told(self, record_type: str, owners: Iterable[tuple[int, int | None]]) -> None:
        """Learn from (id, owner id) which linked records the reader may know of, without asking.

        For types whose rights are their owner's and nothing more (`owner_tells`).
        """
        if self.actor is None:
            return
        known = self._seen.setdefault(record_type, {})
        ids = self.actor.owner_ids(self.actor.scope("read", record_type))
        pool = self.actor.may("read", record_type) and self.actor.role.grant(record_type).pool
        for pk, owner_id in owners:
            known[pk] = ids is None or (pool if owner_id is None else owner_id in ids)

    def look(self, record_type: str, ids: Iterable[int]) -> None:
        """Ask at once which of many linked records the reader may know of: one query or none."""
        known = self._seen.setdefault(record_type, {})
        asked = {pk for pk in ids if pk not in known}
        if not asked:
            return
        model = tracked_model(record_type)
        if self.actor is None or self.actor.scope("read", record_type) is Scope.ALL:
            known.update(dict.fromkeys(asked, True))
        elif model is None:
            known.update(dict.fromkeys(asked, False))
        else:
            rows = model_queryset(model).permitted(self.actor, "read").filter(pk__in=asked)
            found = set(rows.values_list("pk", flat=True))
            known.update({pk: pk in found for pk in asked})


#: for texts that depend on no reader
_NOWHERE = FormatContext("en", datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1), UTC)


class Kind(ABC):
    """How one kind of field is read, shown, filtered, exported.

    `row` below is a dict of the list query's values, keyed by ORM path.
    """

    name: ClassVar[str]
    align: ClassVar[str] = "start"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "empty", "filled")
    input: ClassVar[str] = "text"
    #: a cell can be edited in place
    inline: ClassVar[bool] = True
    #: edited where it stands in a list; otherwise in a dialog
    in_cell: ClassVar[bool] = True
    #: takes the whole width of a form
    is_wide: ClassVar[bool] = False
    #: one value can be set for many records at once
    in_bulk: ClassVar[bool] = True
    #: a cell of a file can hold it
    importable: ClassVar[bool] = True
    #: long texts, which a list cuts at the end of their column
    is_cut: ClassVar[bool] = False
    #: compares the column at its path, which may be NULL; false for what is worked out
    by_column: ClassVar[bool] = True

    def paths(self, path: str) -> tuple[str, ...]:
        """ORM paths a list must fetch to show this field."""
        return (path,)

    def sort_path(self, path: str) -> str:
        return path

    def shown_by(self, path: str, actor: Actor) -> Any:
        """An expression of what the actor reads, where that is another row's and a list sorts by
        it; None where `sort_path` says all."""
        return None

    def look(  # noqa: B027 - most kinds have nothing to ask
        self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext
    ) -> None:
        """Before many cells are drawn: ask in one query what they will need."""

    @abstractmethod
    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        """The Python value of what a person typed; None for nothing.

        Raises ValueError with a translated message that says what is expected.
        """

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        """The value as plain text in the reader's language."""
        value = row.get(path)
        return "" if value is None else str(value)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        """The value as HTML for a list cell or fact; escaped here and nowhere else."""
        return escape(self.text(row, path, context))

    def edit_text(self, value: Any, *, locale: str) -> str:
        """What stands in the input before editing."""
        return "" if value is None else str(value)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        """The value for CSV and XLSX: numbers stay numbers, dates ISO."""
        return row.get(path)

    def searched(self, value: Any) -> str:
        """What of a value the one search box finds; "" for kinds that hold no words."""
        return ""

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        """What reads a row's value as JSON data for other programs; `look` comes first.

        Dates and instants stay Python's; the writer of JSON knows them.
        """
        return lambda row: row.get(path)

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        """The Python value of JSON data: what `data` gives, or the text a person would type.

        Numbers are read with a point, whatever the language. Raises ValueError as `parse` does.
        """
        return self.parse(data_text(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        """JSON Schema of a value read, or of one that may be sent."""
        return {"type": ["string", "null"]}

    def condition(self, path: str, asked: Asked) -> Q:
        """A filter on this field. Raises ValueError for an operand that does not fit."""
        if asked.operator == "empty":
            return self.is_empty(path)
        if asked.operator == "filled":
            return ~self.is_empty(path)
        if asked.operator not in self.operators:
            raise ValueError(_("This field cannot be compared like that."))
        return self.compare(path, asked)

    def holds(self, row: Mapping[str, Any], path: str, asked: Asked) -> bool:
        """The same answer as `condition`, for a row in hand. Raises ValueError as it does."""
        held = self.value(row, path)
        if asked.operator == "empty":
            return self.is_blank(held)
        if asked.operator == "filled":
            return not self.is_blank(held)
        if asked.operator not in self.operators:
            raise ValueError(_("This field cannot be compared like that."))
        return self.matches(held, asked)

    def in_hand(self, operator: str, value: str) -> bool:
        """Whether `holds` answers from a row's values alone, without a query."""
        return self.by_column

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        """What of a row is compared: the value, the id of a link."""
        return row.get(path)

    def is_empty(self, path: str) -> Q:
        return Q(**{f"{path}__isnull": True})

    def is_blank(self, held: Any) -> bool:
        """The twin of `is_empty`."""
        return held is None

    def compare(self, path: str, asked: Asked) -> Q:
        parsed = self.operand(asked)
        if asked.operator == "is":
            return Q(**{path: parsed})
        if asked.operator == "not":
            return ~Q(**{path: parsed})
        lookup = {"gte": "gte", "lte": "lte", "from": "gte", "to": "lte"}[asked.operator]
        return Q(**{f"{path}__{lookup}": parsed})

    def matches(self, held: Any, asked: Asked) -> bool:
        """The twin of `compare` for a value in hand: NULL is like nothing and unlike anything."""
        parsed = self.operand(asked)
        if asked.operator == "is":
            return bool(held == parsed)
        if asked.operator == "not":
            return bool(held != parsed)
        if held is None:
            return False
        return bool(held >= parsed if asked.operator in {"gte", "from"} else held <= parsed)

    def operand(self, asked: Asked) -> Any:
        """The operand parsed. Raises ValueError for one that is missing or does not fit."""
        parsed = self.parse(asked.value, actor=asked.actor, locale=asked.locale)
        if parsed is None:
            raise ValueError(_("A value is needed."))
        return parsed

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        """The operand in a chip, for people."""
        return value


def in_figures(kind: Kind, value: str, *, actor: Actor, locale: str) -> str:
    """The operand of a kind of numbers as a list writes it; as typed where it does not read."""
    try:
        parsed = kind.parse(value, actor=actor, locale=locale)
    except ValueError:
        return value
    return "" if parsed is None else kind.text({"": parsed}, "", _NOWHERE)


def data_text(value: Any) -> str:
    """A JSON scalar as the text `parse` reads. ValueError for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= HARD_LIMIT:
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    raise ValueError(_("Should be a text or a number."))


def data_id(value: Any) -> str:
    """A link as JSON data, `7` or `{"id": 7, …}`, as text for `parse`."""
    return data_text(value.get("id") if isinstance(value, Mapping) else value)


def link_schema(*, write: bool = False) -> dict[str, Any]:
    """A row elsewhere: read as its id and name, sent as an id, such an object, or a name."""
    types = ["integer", "object", "string", "null"] if write else ["object", "null"]
    keys = {"id": {"type": "integer"}, "name": {"type": "string"}}
    return {"type": types, "properties": keys, "required": ["id"]}


def plain_decimal(value: Any) -> str | None:
    """A decimal as a string without an exponent and without zeros at the end."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def owner_tells(record_type: str) -> bool:
    """Whether the owner on a row of this type says all about who may see it."""
    model = tracked_model(record_type)
    if model is None:
        return False
    rows = model_queryset(model)
    return rows.owner_path == "owner" and type(rows).row_condition is RecordQuerySet.row_condition


def no_value(text: str) -> bool:
    return not text or not text.strip()


def tag(name: str, content: str, css: str = "") -> SafeString:
    """A small escaped element: `tag("span", text, "sj-muted")`."""
    attribute = f' class="{css}"' if css else ""
    return mark_safe(f"<{name}{attribute}>{escape(content)}</{name}>")  # noqa: S308 - escaped


class WorkedOut(Kind):
    """A kind nobody types: its values are counted from others."""

    inline = False

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        raise ValueError(_("This is worked out and cannot be entered."))
