"""Filters that name a merged record, in saved views and in the conditions of added fields: they
name the one that stays afterwards. What they were stands in the journal, for undo."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shangji.foundation.access.actor import system_actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.registry import tracked_model
from shangji.lib.errors import DomainError
from shangji.records.conditions import Condition, filter_field, read_condition
from shangji.records.conditions.linked import Through
from shangji.records.description import RecordDescription, by_type
from shangji.records.kinds import Link

# for types only: it is read before this is
if TYPE_CHECKING:
    from shangji.records.merging.carrying import Moves

#: record types whose rows keep filters, each with the column
_STORED = (("saved_view", "definition"), ("custom_field", "rules"))
_LEAF = {"field", "op", "value"}


class Names:
    """What stands for the merged records in a filter, and what stands there afterwards."""

    def __init__(self, record_type: str, into_id: int, merged_ids: Sequence[int]) -> None:
        self.record_type = record_type
        self.into_id = into_id
        self.merged_ids = tuple(merged_ids)
        self._ids = {str(pk) for pk in merged_ids}
        self._words: dict[str, set[str]] = {}

    def now(self, kind: Link, value: str) -> str:
        """The operand of a filter after the merge; itself where it names no merged record."""
        if value.strip() in self._ids:
            return str(self.into_id)
        if value.isdecimal() or value.strip().casefold() not in self._of(kind.label):
            return value
        return str(self.into_id)

    def _of(self, label: str) -> set[str]:
        """Names of the merged that no living record has."""
        if label not in self._words:
            model: Any = tracked_model(self.record_type)
            names = model._base_manager.filter(pk__in=self.merged_ids)
            words = {str(name) for name in names.values_list(label, flat=True) if name}
            self._words[label] = {
                name.casefold()
                for name in words
                if not model_queryset(model).alive().filter(**{f"{label}__iexact": name}).exists()
            }
        return self._words[label]


def carry_stored(moves: "Moves", survivor: Record, merged_ids: Sequence[int]) -> None:
    """Rewrite stored filters; the rows' versions move, so that who edits one meanwhile is told."""
    names = Names(moves.record_type, survivor.pk, merged_ids)
    for record_type, column in _STORED:
        model: Any = tracked_model(record_type)
        lines = model._base_manager.values_list("pk", "of_type", column)
        due = [pk for pk, of_type, held in lines if rewritten(of_type, held, names) != held]
        if not due:
            continue
        moved = []
        for row in model._base_manager.select_for_update().filter(pk__in=due).order_by("pk"):
            before = getattr(row, column)
            after = rewritten(row.of_type, before, names)
            if after == before:
                continue
            setattr(row, column, after)
            row.version += 1
            row.updated_at = moves.op.now
            row.save(update_fields=[column, "version", "updated_at"])
            moves.op.log(row, Change.UPDATED, {column: [before, after]})
            moved.append((row.pk, before, after))
        moves.note(model, column, moved)


def rewritten(of_type: str, held: Any, names: Names) -> Any:
    """Stored JSON with every filter that named a merged record naming the one that stays.

    Any JSON with comparisons in it: {"field": …, "op": …, "value": …}, or the texts that views of
    the first version kept.
    """
    description = by_type(of_type)
    return held if description is None else _walk(description, held, names)


def _walk(description: RecordDescription, held: Any, names: Names) -> Any:
    if isinstance(held, Mapping):
        if set(held) == _LEAF and all(isinstance(one, str) for one in held.values()):
            value = _value(description, held["field"], held["op"], held["value"], names)
            return {**held, "value": value}
        return {
            key: _texts(description, part, names)
            if key == "conditions" and isinstance(part, list)
            else _walk(description, part, names)
            for key, part in held.items()
        }
    if isinstance(held, list):
        return [_walk(description, part, names) for part in held]
    return held


def _texts(description: RecordDescription, held: Iterable[Any], names: Names) -> list[Any]:
    found: list[Any] = []
    for text in held:
        try:
            one = read_condition(text) if isinstance(text, str) else None
        except DomainError:
            one = None
        if one is None:
            found.append(_walk(description, text, names))
            continue
        value = _value(description, one.field, one.operator, one.value, names)
        found.append(text if value == one.value else Condition(one.field, one.operator, value).text)
    return found


def _value(
    description: RecordDescription, field: str, operator: str, value: str, names: Names
) -> str:
    if operator not in {"is", "not"}:
        return value
    try:
        kind = filter_field(description, system_actor(), field).kind
    except DomainError:
        return value  # a broken filter is told to whoever opens it
    kind = kind.last if isinstance(kind, Through) else kind
    if not isinstance(kind, Link) or kind.target != names.record_type:
        return value
    return names.now(kind, value)
