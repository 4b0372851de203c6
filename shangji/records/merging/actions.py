"""Merge records: one action, one operation, undone whole."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import OwnedRecord, Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.records.actions.circles import circles, hold_own_links, own_links
from shangji.records.actions.records import check_values, columns, require_assign, unique_values
from shangji.records.description import Field, RecordDescription, describe
from shangji.records.events import RecordsMerged
from shangji.records.kinds import LongText, Tags
from shangji.records.merging.carrying import Moves, carry
from shangji.records.merging.description import Merging
from shangji.records.merging.models import NOTE, MergedRecord
from shangji.records.merging.rules import ALL, is_empty, joined_tags, joined_text, proposed

#: records in one merge
MOST = 100
#: names that the ledger writes down
NAMED = 20
_EXTERNAL = ("external_system", "external_id")


@dataclass(frozen=True)
class Merged:
    """The record that stays, the operation, and how many rows of each table went along."""

    record: Record
    operation_id: int
    carried: Mapping[str, int] = field(default_factory=dict)


def merge_records(
    *,
    actor: Actor,
    record_type: str,
    survivor_id: int,
    other_ids: Sequence[int],
    now: datetime,
    take: Mapping[str, int] | None = None,
    versions: Mapping[int, int] | None = None,
) -> Merged:
    """Merge records of one type into one of them.

    Everything that leads to the others leads to the survivor afterwards; they go to the bin, and
    their addresses and foreign ids lead to it.

    Args:
        take: id of the record whose value each field takes, by field key; 0 takes all (tags,
            long texts). What is not named is proposed: the survivor's own, else the first filled.
        versions: versions by id that the person looked at; any other one is a Conflict.
    Needs the right to edit each, and to delete those that go. NotFound when one is gone.
    """
    description = describe(record_type)
    merging = description.merging
    ids = [survivor_id, *dict.fromkeys(pk for pk in other_ids if pk != survivor_id)]
    if merging is None:
        raise Invalid.whole(_("Records of this type cannot be merged."))
    if not 2 <= len(ids) <= MOST:
        raise Invalid.whole(_("Choose between 2 and %(n)s records to merge.") % {"n": MOST})
    take = dict(take or {})
    check_take(description, actor, take, ids)
    require_rights(actor, description, ids)
    with unique_values(), operation(actor, f"{record_type}.merge", now=now) as op:
        hold_own_links(description, [one.key for one in own_links(description)])
        records = _locked(description, ids, versions or {})
        survivor, others = records[survivor_id], [records[pk] for pk in ids[1:]]
        taken = chosen(description, records, survivor_id, take)
        _require_owner(op, survivor, records, taken, take)
        values, attributes = _values(description, merging, records, ids, taken)
        # out of the way first: they may hold a value that is unique
        op.deleted_many(others)
        _check(description, actor, values, survivor, take)
        attributes |= _external(survivor, others)
        survivor = op.update(survivor, {**columns(description, values), **attributes})
        moves = Moves(op, record_type)
        carried = carry(moves, survivor, ids[1:], taken)
        _settle_own_links(op, description, survivor, others, taken)
        if merging.settle is not None:
            merging.settle(moves, survivor, others, taken)
        moves.finish()
        _remember(op, survivor, others)
        op.note(survivor, NOTE, None, [str(one) for one in others[:NAMED]])
        op.publish(RecordsMerged(record_type, survivor_id, tuple(ids[1:]), op.id))
        return Merged(survivor, op.id, carried)


def mergeable(description: RecordDescription, actor: Actor) -> list[Field]:
    """Fields a person chooses the value of."""
    merging = description.merging
    assert merging is not None
    goes_along = {name for names in merging.together.values() for name in names}
    return [
        one
        for one in description.writable_fields(actor)
        if one.key not in merging.keep and one.orm not in goes_along
    ]


def joins(one: Field) -> bool:
    """Whether a field can hold the values of all: tags, and long texts one under the other."""
    return isinstance(one.kind, Tags | LongText)


def check_take(
    description: RecordDescription, actor: Actor, take: Mapping[str, int], ids: Sequence[int]
) -> None:
    """Every choice names a field the actor may change, and a record of the merge. Invalid."""
    known = {one.key: one for one in mergeable(description, actor)}
    for key, pk in take.items():
        one = known.get(key)
        if one is None:
            raise description.unknown(key)
        if pk not in ids and not (pk == ALL and joins(one)):
            raise Invalid.field(key, _("Choose one of the records that are merged."))


def require_rights(actor: Actor, description: RecordDescription, ids: Sequence[int]) -> None:
    """To edit all, and to delete those that go: all but the first."""
    rows = model_queryset(description.model).visible_to(actor).in_bulk(ids)
    if len(rows) < len(set(ids)):
        raise NotFound(_("Not here, or not yours to see."))
    for place, pk in enumerate(ids):
        require(actor, "edit", rows[pk])
        if place:
            require(actor, "delete", rows[pk])


def _locked(
    description: RecordDescription, ids: Sequence[int], versions: Mapping[int, int]
) -> dict[int, Any]:
    """The records as they are now, held in the order of their ids: two merges cannot deadlock."""
    rows = model_queryset(description.model).alive().select_for_update()
    found = {row.pk: row for row in rows.filter(pk__in=ids).order_by("pk")}
    if len(found) < len(ids):
        raise NotFound(_("Somebody merged or deleted one of these meanwhile."))
    changed = [found[pk] for pk, version in versions.items() if found[pk].version != version]
    if changed:
        raise Conflict(
            _("“%(name)s” was changed meanwhile. Look at it again.") % {"name": changed[0]}
        )
    return found


def chosen(
    description: RecordDescription,
    records: Mapping[int, Any],
    survivor_id: int,
    take: Mapping[str, int],
) -> dict[str, int]:
    """Whose value each field takes, as named or proposed; 0: all of them."""
    merging = description.merging
    assert merging is not None
    goes_along = {name for names in merging.together.values() for name in names}
    columns_of = {item.name for item in description.model._meta.concrete_fields}
    found: dict[str, int] = {}
    for one in description.fields:
        if not one.writable or one.key in merging.keep or one.orm in goes_along:
            continue
        if one.orm not in columns_of and not one.is_custom:
            continue
        ranks = merging.ranks.get(one.key, ())
        held = {pk: _value(record, one) for pk, record in records.items()}
        found[one.key] = take.get(
            one.key, proposed(held, survivor_id, ranks, joins=isinstance(one.kind, Tags))
        )
    return found


def _value(record: Any, one: Field) -> Any:
    """What a field holds on a record; of a link its id."""
    return one.raw(record)


def _values(
    description: RecordDescription,
    merging: Merging,
    records: Mapping[int, Any],
    ids: Sequence[int],
    taken: Mapping[str, int],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the survivor takes on: values by field key, and columns that go along with them."""
    own = {one.key for one in own_links(description)}
    by_key = {one.key: one for one in description.fields}
    values: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for key, pk in taken.items():
        one = by_key[key]
        if pk == ALL:
            values[key] = _joined(one, [_value(records[each], one) for each in ids])
        elif pk != ids[0] and key not in own:
            values[key] = _value(records[pk], one)
            for name in merging.together.get(key, ()):
                item: Any = records[pk]._meta.get_field(name)
                attributes[name] = getattr(records[pk], item.attname)
    return values, attributes


def _check(
    description: RecordDescription,
    actor: Actor,
    values: dict[str, Any],
    survivor: Any,
    take: Mapping[str, int],
) -> None:
    """What somebody chose must hold; what was only proposed is left out where it does not."""
    try:
        check_values(description, actor, values, survivor)
    except Invalid as refusal:
        unasked = set(refusal.errors) & set(values) - set(take)
        if not unasked:
            raise
        for key in unasked:
            del values[key]
        check_values(description, actor, values, survivor)


def _joined(one: Field, held: Sequence[Any]) -> Any:
    kind = one.kind
    if isinstance(kind, Tags):
        return joined_tags([value or [] for value in held], kind.limit)
    assert isinstance(kind, LongText)
    return joined_text([value or "" for value in held], kind.limit)


def _require_owner(
    op: Recorder,
    survivor: Any,
    records: Mapping[int, Any],
    taken: dict[str, int],
    take: Mapping[str, int],
) -> None:
    """Another owner is a choice with a right of its own; without a choice the owner stays."""
    if not isinstance(survivor, OwnedRecord) or "owner" not in taken:
        return
    if "owner" not in take:
        taken["owner"] = survivor.pk
        return
    owner_id = records[taken["owner"]].owner_id
    if owner_id != survivor.owner_id:
        require_assign(op.actor, survivor, owner_id)


def _external(survivor: Any, others: Sequence[Any]) -> dict[str, Any]:
    """The first foreign id, where the survivor has none; all others are remembered."""
    if survivor.external_id:
        return {}
    known = next((one for one in others if one.external_id), None)
    return {name: getattr(known, name) for name in _EXTERNAL} if known is not None else {}


def _settle_own_links(
    op: Recorder,
    description: RecordDescription,
    survivor: Any,
    others: Sequence[Any],
    taken: Mapping[str, int],
) -> None:
    """The survivor's own parent: the chosen one, or the next that is no part of the merge and
    does not stand below it by now."""
    ids = {survivor.pk, *(one.pk for one in others)}
    by_pk = {one.pk: one for one in (survivor, *others)}
    for one in own_links(description):
        first = by_pk[taken.get(one.key, survivor.pk)]
        wanted = [_value(each, one) for each in (first, survivor, *others)]
        if is_empty(wanted[0]):
            wanted = []
        target = next(
            (
                pk
                for pk in wanted
                if not is_empty(pk)
                and pk not in ids
                and not circles(description, survivor, {one.key: pk})
            ),
            None,
        )
        op.update(survivor, {one.orm: target})


def _remember(op: Recorder, survivor: Record, others: Sequence[Any]) -> None:
    MergedRecord.objects.bulk_create(
        MergedRecord(
            record_type=survivor.record_type,
            record_id=one.pk,
            into_id=survivor.pk,
            title=str(one)[:200],
            external_system=one.external_system,
            external_id=one.external_id,
            operation=op.row,
            at=op.now,
        )
        for one in others
    )
