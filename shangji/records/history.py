"""The ledger in words: field labels, old and new values as the reader may see them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.custom_values import take
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.queries import history, may_undo
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.audit.values import from_json
from shangji.foundation.audit.words import hidden_with, noted
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription, by_type
from shangji.records.kinds import DateTime, Link, Person
from shangji.records.kinds.base import FormatContext
from shangji.records.merging.models import MergedRecord
from shangji.records.merging.queries import merged_into

#: values longer than this are cut in a line of history
LONG = 120
KINDS = {
    Change.CREATED: gettext_lazy("created"),
    Change.UPDATED: gettext_lazy("changed"),
    Change.DELETED: gettext_lazy("put into the recycle bin"),
    Change.RESTORED: gettext_lazy("restored"),
}
DOORS = {
    "api": gettext_lazy("through the API"),
    "import": gettext_lazy("by import"),
    "job": gettext_lazy("by a job"),
    "command": gettext_lazy("from the command line"),
    "system": gettext_lazy("by Shangji"),
    "workflow": gettext_lazy("by an automatic step"),
}


@dataclass(frozen=True)
class Part:
    """One field of a change."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One change of a record, in words."""

    operation: Operation
    verb: str
    door: str
    parts: tuple[Part, ...]
    may_undo: bool
    #: the merged record whose history this is; empty for the record's own
    of: str = ""


def last_operation(record: Record) -> int | None:
    """The operation that changed a record last: what Undo after a change undoes."""
    found: int | None = (
        Change.objects.filter(record_type=record.record_type, record_id=record.pk)
        .order_by("-id")
        .values_list("operation_id", flat=True)
        .first()
    )
    return found


def lines(
    description: RecordDescription, actor: Actor, record: Record, now: datetime, limit: int = 100
) -> list[Line]:
    """The history of a visible record and of those merged into it, newest first, without fields
    hidden from the actor."""
    merged = {one.record_id: one for one in merged_into(record.record_type, record.pk)}
    changes = [
        change
        for change in history(actor, record, limit=limit, also=list(merged))
        # that it went into this one stands in this one's own line
        if change.record_id == record.pk or not _is_merge(change, merged[change.record_id])
    ]
    context = FormatContext.of(actor, now)
    by_column = _by_column(description)
    words = _Words(actor, changes, context, _names(description, by_column, changes, actor, context))
    return [
        Line(
            operation=change.operation,
            verb=str(_("undone") if change.operation.undoes_id else KINDS[change.kind]),
            door=str(DOORS.get(change.operation.door, "")),
            parts=tuple(
                _part(description, by_column.get(name), name, pair, words)
                for name, pair in _in_order(by_column, change.fields)
                if change.kind != Change.CREATED or name in by_column
            ),
            may_undo=change.record_id == record.pk and may_undo(actor, change.operation),
            of="" if change.record_id == record.pk else merged[change.record_id].title,
        )
        for change in changes
    ]


def _is_merge(change: Change, merged: MergedRecord) -> bool:
    return change.kind == Change.DELETED and change.operation_id == merged.operation_id


def change_parts(change: Change, actor: Actor, context: FormatContext) -> tuple[Part, ...]:
    """The fields of one change in words, without those hidden from the actor."""
    description = by_type(change.record_type)
    if description is None:
        words = _Words(actor, [change], context)
        return tuple(
            Part(_column_label(change.record_type, name), *words.pair(name, pair))
            for name, pair in change.fields.items()
            if isinstance(pair, list) and len(pair) == 2
        )
    by_column = _by_column(description)
    words = _Words(
        actor, [change], context, _names(description, by_column, [change], actor, context)
    )
    hidden = actor.hidden_fields(change.record_type)
    return tuple(
        _part(description, by_column.get(name), name, pair, words)
        for name, pair in _in_order(by_column, change.fields)
        if hidden_with(change.record_type, name) not in hidden
        # of a new record what its page does not show says nothing
        and (change.kind != Change.CREATED or name in by_column)
    )


class _Words:
    """What values of changes of one type are called: linked rows and what was noted, asked once.

    Attributes:
        names: of linked people and records, by (type, id).
    """

    def __init__(
        self,
        actor: Actor,
        changes: Sequence[Change],
        context: FormatContext,
        names: Mapping[tuple[str, int], str] | None = None,
    ) -> None:
        self.context = context
        self.names = names or {}
        self._type = changes[0].record_type if changes else ""
        self._told: dict[tuple[str, str], str] = {}
        for name, values in self._noted(changes).items():
            one = noted(self._type, name)
            if one is not None and one.told is not None:
                told = one.told(actor, values)
                self._told |= {(name, str(v)): t for v, t in zip(values, told, strict=True)}

    def _noted(self, changes: Iterable[Change]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for change in changes:
            for name, pair in change.fields.items():
                if noted(self._type, name) is not None:
                    found.setdefault(name, []).extend(v for v in _pair(pair) if v is not None)
        return found

    def of(self, name: str, value: Any) -> str:
        """The words of a value that is no described field's."""
        told = self._told.get((name, str(value)))
        return _plain(value) if told is None else _short(told)

    def pair(self, name: str, pair: Any) -> tuple[str, str]:
        before, after = _pair(pair)
        return self.of(name, before), self.of(name, after)


def _pair(pair: Any) -> tuple[Any, Any]:
    """Before and after, as a change holds them."""
    return (pair[0], pair[1]) if isinstance(pair, list) and len(pair) == 2 else (None, pair)


def _plain(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _short(", ".join(str(x) for x in value) if isinstance(value, list) else str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _by_column(description: RecordDescription) -> dict[str, Field]:
    """Described fields by the name of the column they stand for."""
    found: dict[str, Field] = {}
    for one in description.fields:
        found.setdefault(one.logged, one)
    return found


def _in_order(by_column: Mapping[str, Field], fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Changed fields as the record shows them; the ledger keeps them by name."""
    places = {name: place for place, name in enumerate(by_column)}
    return sorted(fields.items(), key=lambda item: places.get(item[0], len(places)))


def _part(
    description: RecordDescription, one: Field | None, name: str, pair: Any, words: _Words
) -> Part:
    label = str(one.label) if one else _column_label(description.type, name)
    shown = (_shown(description, one, name, value, words) for value in _pair(pair))
    return Part(label, *shown)


def _column_label(record_type: str, name: str) -> str:
    """The words of what is no described field: a column (close reason, manual probability), or
    what was noted beside the columns."""
    model = tracked_model(record_type)
    for item in () if model is None else model._meta.concrete_fields:
        if name in {item.name, item.attname}:
            return str(item.verbose_name).capitalize()
    found = noted(record_type, name)
    return str(found.label) if found else name.replace("_", " ").replace(".", " ").capitalize()


def _shown(
    description: RecordDescription, one: Field | None, name: str, value: Any, words: _Words
) -> str:
    if value in (None, "", [], {}):
        return ""
    if one is None:
        if isinstance(value, str) and _is_instant(description, name):
            with suppress(ValueError):  # in an older shape it is shown as it is
                return DateTime().text({name: datetime.fromisoformat(value)}, name, words.context)
        if isinstance(value, int) and _is_person(description, name):
            return words.names.get(("user", value), "")
        return words.of(name, value)
    if isinstance(one.kind, Person | Link):
        key = "user" if isinstance(one.kind, Person) else one.kind.target
        return words.names.get((key, value), "") if isinstance(value, int) else ""
    try:
        row = {one.orm: _value_of(description, one, value)}
        text = one.kind.text(row, one.orm, words.context)
    except (ValueError, TypeError, AttributeError, ArithmeticError, ValidationError):
        # a value stored in an older shape is shown as it is
        text = str(value)
    return _short(text)


def _value_of(description: RecordDescription, one: Field, value: Any) -> Any:
    if one.is_custom:
        return take(one.key, value)
    return from_json(description.model._meta.get_field(one.orm), value)


def _is_instant(description: RecordDescription, name: str) -> bool:
    return isinstance(_columns(description.model).get(name), models.DateTimeField)


def _is_person(description: RecordDescription, name: str) -> bool:
    """A column that points to a person and is no described field (who does the next step)."""
    found = _columns(description.model).get(name)
    return found is not None and found.related_model is get_user_model()


@cache
def _columns(model: type[Any]) -> dict[str, Any]:
    return {item.name: item for item in model._meta.concrete_fields}


def _names(
    description: RecordDescription,
    by_column: Mapping[str, Field],
    changes: Iterable[Change],
    actor: Actor,
    context: FormatContext,
) -> dict[tuple[str, int], str]:
    """Names of linked people and records, one query a type; what is not visible has none."""
    wanted: dict[str, set[int]] = {}
    kinds: dict[str, Link] = {}
    for change in changes:
        for name, pair in change.fields.items():
            one = by_column.get(name)
            if one is None:
                key = "user" if _is_person(description, name) else ""
            elif isinstance(one.kind, Link):
                key = one.kind.target
                kinds[key] = one.kind
            else:
                key = "user" if isinstance(one.kind, Person) else ""
            if not key:
                continue
            values = pair if isinstance(pair, list) else [pair]
            wanted.setdefault(key, set()).update(x for x in values if isinstance(x, int))
    names: dict[tuple[str, int], str] = {}
    for key, ids in wanted.items():
        if key in kinds:
            rows = kinds[key].nameable(actor).filter(pk__in=ids).values_list("pk", kinds[key].label)
        else:
            rows = get_user_model().objects.filter(pk__in=ids).values_list("pk", "name")
        names |= {(key, pk): str(name) for pk, name in rows}
    return names
