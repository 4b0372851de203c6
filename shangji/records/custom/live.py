"""The fields of this workspace as the engine's descriptions know them, from memory.

Every process asks once in a few seconds whether a field changed, with one small query, and reads
them anew when one did; whoever changes one forgets at once.
"""

import time
from collections.abc import Mapping
from dataclasses import field, replace
from itertools import count
from typing import Any

from django.apps import apps
from django.db import OperationalError, ProgrammingError
from django.db.models import Count, Max, Q, Sum, Value
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import system_actor
from shangji.foundation.audit.custom_values import PREFIX, custom_column
from shangji.lib.errors import DomainError
from shangji.lib.values import dataclass
from shangji.records.custom.catalogue import checked, kind_named, spoken
from shangji.records.custom.models import CustomField, UniqueTogether
from shangji.records.custom.when import read_rules
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Boolean, Choice, Link, Person, Rating, Team

#: seconds a process may answer from memory
FRESH_SECONDS = 3.0
GROUP = _("Own fields")
#: kinds of few values, by which rows are put together
GROUPED = (Choice, Boolean, Person, Team, Rating)


@dataclass
class _Memory:
    """What a process knows; `fields` None until it asked for the first time."""

    fields: Mapping[str, tuple[Field, ...]] | None = None
    #: keys of fields that are unique together, by type
    together: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    stamp: Any = None
    asked_at: float = 0.0
    whole: dict[str, tuple[RecordDescription, RecordDescription]] = field(default_factory=dict)


_memory = _Memory()
_editions = count(1)
_READY = Count("pk", filter=Q(index_state=CustomField.READY))


def forget() -> None:
    """Read the fields anew when somebody asks next."""
    global _memory
    _memory = _Memory()


def assume_none() -> None:
    """Know of no fields until one is changed here (tests begin like this)."""
    global _memory
    _memory = _Memory(fields={}, asked_at=float("inf"))


def _fresh() -> _Memory:
    """What a process knows, asked again when that was some seconds ago."""
    if _memory.fields is None or time.monotonic() - _memory.asked_at > FRESH_SECONDS:
        return _ask(_memory)
    return _memory


def complete(description: RecordDescription) -> RecordDescription:
    """A description with the published fields of its type."""
    memory = _fresh()
    own = (memory.fields or {}).get(description.type)
    if not own:
        return description
    kept = memory.whole.get(description.type)
    if kept is not None and kept[0] is description:
        return kept[1]
    whole = _with(description, own)
    memory.whole[description.type] = (description, whole)
    return whole


def links_to(record_type: str) -> list[tuple[str, Field]]:
    """Published fields that lead to a type, each with the type it stands on."""
    memory = _fresh()
    return [
        (of_type, one)
        for of_type, fields in (memory.fields or {}).items()
        for one in fields
        if isinstance(one.kind, Link) and one.kind.target == record_type
    ]


def together_of(record_type: str) -> tuple[tuple[str, ...], ...]:
    """Keys of the fields of a type that are unique together, rule by rule."""
    return _fresh().together.get(record_type, ())


def _with(description: RecordDescription, own: tuple[Field, ...]) -> RecordDescription:
    taken = {one.key for one in description.fields}
    free = tuple(one for one in own if one.key not in taken)
    groups = tuple(one.key for one in free if isinstance(one.kind, GROUPED))
    return replace(
        description,
        fields=(*description.fields, *free),
        group_by=(*description.group_by, *groups),
        edition=next(_editions),
        _by_key={},
    )


def _ask(memory: _Memory) -> _Memory:
    global _memory
    if not apps.ready:
        return memory
    now = time.monotonic()
    memory.asked_at = now  # whoever asks meanwhile goes on with what is known
    try:
        stamp = _stamp()
        if memory.fields is not None and stamp == memory.stamp:
            return memory
        fields, together = _read(), _read_together()
    except (OperationalError, ProgrammingError):
        # before the first migration there is no table, and no field
        return memory
    _memory = _Memory(fields=fields, together=together, stamp=stamp, asked_at=now)
    return _memory


def _stamp() -> Any:
    """Moves with every change of a field or rule: versions only grow. One query."""
    found = []
    for model in (CustomField, UniqueTogether):
        rows: Any = model.objects.order_by().annotate(table=Value(model.record_type))
        found.append(
            rows.values("table")
            .annotate(a=Sum("version"), b=Count("pk"), c=Max("updated_at"), d=_READY)
            .values_list("table", "a", "b", "c", "d")
        )
    return sorted(found[0].union(found[1], all=True), key=lambda line: str(line[0]))


def _read_together() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for of_type, keys in (
        UniqueTogether.objects.alive().order_by("pk").values_list("of_type", "keys")
    ):
        found[of_type] = (*found.get(of_type, ()), tuple(keys))
    return found


def _read() -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {}
    rows = CustomField.objects.alive().filter(state=CustomField.PUBLISHED)
    for row in rows.order_by("position", "pk"):
        try:
            found.setdefault(row.of_type, []).append(field_of(row))
        except DomainError:
            continue  # shown as broken where fields are set up
    return {record_type: tuple(fields) for record_type, fields in found.items()}


def field_of(row: CustomField) -> Field:
    """A row as the engine's field. Invalid when its settings are broken."""
    kind = kind_named(row.kind)
    built = kind.build(checked(kind, row.settings))
    rules = read_rules(row.rules)
    default = None
    if row.default:
        try:
            default = built.parse(row.default, actor=system_actor("system"), locale="en")
        except ValueError:
            default = None  # shown as broken where fields are set up
    return Field(
        key=row.key,
        label=spoken(row.label_zh, row.label_en),
        kind=built,
        path=f"{PREFIX}{row.key}",
        required=row.is_required and kind.is_writable,
        writable=kind.is_writable,
        unique=row.is_unique,
        is_quick=row.index_state == CustomField.READY,
        shown_if=rules["shown"],
        needed_if=rules["needed"],
        sortable=kind.is_sortable,
        filterable=kind.is_filterable,
        create=row.in_create,
        group=row.group or GROUP,
        help=spoken(row.help_zh or row.help_en, row.help_en or row.help_zh),
        also=(row.key, row.label_zh, row.label_en),
        width=kind.width,
        default=default,
    )


def takes_fields(description: RecordDescription) -> bool:
    """Whether fields can be added to a type."""
    return custom_column(description.model)
