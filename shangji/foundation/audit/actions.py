"""Undo: an operation in reverse, as an operation of its own, with a report."""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.custom_values import COLUMN, is_custom
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.queries import has_way_back, may_undo
from shangji.foundation.audit.recorder import Recorder, continued, operation
from shangji.foundation.audit.registry import (
    Covered,
    refused_values,
    restored_hook,
    restored_together,
    tracked_model,
    undo_step,
)
from shangji.foundation.audit.unmaking import Unmade, bring_back, keep_used
from shangji.foundation.audit.values import from_json, to_json
from shangji.lib.errors import DomainError, Forbidden
from shangji.lib.values import dataclass

#: an operation of more changes is undone at constant memory, a batch after the other
LARGE = 2000
#: causes that are kept of what an undo had to leave
KEPT = 2000
#: changes that a part of an undo sets back in one transaction
PART = 500


@dataclass
class UndoReport:
    """What undo did: records set back, and what it had to leave with the cause: a
    message id, so that each reader reads it in the own language."""

    restored: int = 0
    left: list[dict[str, Any]] = field(default_factory=list)
    operation_id: int | None = None
    #: what was left beyond the first KEPT
    more: int = 0

    @property
    def left_count(self) -> int:
        return len(self.left) + self.more

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was left, as it is kept with the undo; the last of very many speaks for the rest."""
        if not self.more:
            return self.left
        cause = _("This and %(n)s more could not be set back.") % {"n": f"{self.more:,}"}
        return [*self.left[:-1], {**self.left[-1], "cause": cause}]

    def leave(self, change: Change, cause: str, name: str = "") -> None:
        if len(self.left) >= KEPT:
            self.more += 1
            return
        self.left.append(
            {
                "record_type": change.record_type,
                "record_id": change.record_id,
                "field": name,
                "cause": cause,
            }
        )


def undo_operation(
    *, actor: Actor, target: Operation, now: datetime, savepoint: bool = True
) -> UndoReport:
    """Set back what an operation changed, newest change first.

    Fields that somebody changed since stay as they are and are reported.
    Raises Forbidden when it was somebody else's, DomainError when it was undone before.

    Args:
        savepoint: see `operation`.
    """
    if not may_undo(actor, target):
        if not has_way_back(target):
            raise DomainError(_("This cannot be undone."))
        if target.undoes_id and undo_step(target.reason):
            raise DomainError(_("What was undone here is done again by hand, not by undo."))
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))
    step, is_large = undo_step(target.action), target.change_count > LARGE
    report = UndoReport()
    with operation(
        actor, "undo", now=now, undoes=target, reason=target.action, savepoint=savepoint
    ) as op:
        claimed = Operation.objects.filter(pk=target.pk, undone_at=None).update(undone_at=now)
        if not claimed:
            raise DomainError(_("This was undone before."))
        changes = Change.objects.filter(operation=target).order_by("-id")
        covered = step.covers(target) if step is not None else Covered()
        mine = (
            change
            for change in changes.iterator(chunk_size=500)
            if change.kind != Change.UPDATED
            or change.record_id not in covered.records.get(change.record_type, ())
        )
        for batch in _batches(mine):
            _undo_batch(op, target, batch, report, covered.names)
            if is_large:
                op.flush()
        if step is not None:
            step.run(op, target, report)
        report.operation_id = op.id
        op.row.undo_report = report.told
        op.row.save(update_fields=["undo_report"])
    return report


def begin_undo(*, actor: Actor, target: Operation, now: datetime) -> Operation:
    """The undo of a very large operation, to be done by `undo_part` in transactions of their own.

    From now on the operation counts as undone, and nobody undoes it twice; the undo itself can be
    undone when it is finished: it has no report before. Raises as `undo_operation` does. Not for
    operations that take a step of their own.
    """
    if not may_undo(actor, target):
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))
    with operation(actor, "undo", now=now, undoes=target, reason=target.action) as op:
        if not Operation.objects.filter(pk=target.pk, undone_at=None).update(undone_at=now):
            raise DomainError(_("This was undone before."))
        return op.row


def undo_part(
    *, actor: Actor, undo: Operation, below: int | None, report: UndoReport, now: datetime
) -> int | None:
    """Set back the next changes of a large operation, newest first, in one transaction.

    Args:
        below: where the part before ended, None for the first.
        report: what the parts before did, gone on with.

    Answers where this part ended; None when there are no more, and the undo is finished.
    """
    undo.refresh_from_db()
    assert undo.undoes is not None
    with continued(actor, undo, now=now) as op:
        changes = Change.objects.filter(operation=undo.undoes).order_by("-id")
        batch = list((changes if below is None else changes.filter(id__lt=below))[:PART])
        _undo_batch(op, undo.undoes, batch, report, frozenset())
        report.operation_id = undo.pk
        if batch:
            return batch[-1].pk
        undo.undo_report = report.told
        undo.save(update_fields=["undo_report"])
        return None


def _undo_batch(
    op: Recorder,
    target: Operation,
    batch: list[Change],
    report: UndoReport,
    covered: frozenset[str],
) -> None:
    records, last = _records(batch), _last_versions(target, batch)
    unmade: Unmade = {}
    for change in batch:
        key = (change.record_type, change.record_id)
        record = records.get(key)
        if record is None:
            report.leave(change, gettext_noop("It no longer exists."))
        elif not (
            model_queryset(type(record)).allows(op.actor, "edit", record)
            or _gave_away(op.actor, target, change, record)
        ):
            report.leave(change, gettext_noop("You may no longer change it."))
        elif change.kind == Change.CREATED:
            _unmake(change, record, _untouched(change, record, last[key]), report, unmade)
        else:
            _undo_change(op, change, record, report, covered)
    if unmade:
        keep_used(target, batch[-1].pk, unmade, report)
    for made in unmade.values():
        op.deleted_many([record for _change, record in made])
        report.restored += len(made)
    made_here = {(one.record_type, one.record_id) for one in batch if one.kind == Change.CREATED}
    stays = [one for key, one in records.items() if key in made_here and one.deleted_at is None]
    bring_back(op, stays, report)


def _gave_away(actor: Actor, target: Operation, change: Change, record: Record) -> bool:
    """Whether the actor itself handed the record to somebody beyond its own sight, and nobody
    worked on it since: who gives by mistake may take back."""
    if target.actor_id is None or target.actor_id != actor.user_id:
        return False
    before, after = change.fields.get("owner") or (None, None)
    if before is None or getattr(record, "owner_id", None) != after:
        return False
    owners = actor.owner_ids(actor.scope("edit", record.record_type))
    mine = owners is None or before in owners
    return mine and _untouched(change, record, change.version)


def _batches(changes: Iterator[Change], size: int = 500) -> Iterator[list[Change]]:
    batch: list[Change] = []
    for change in changes:
        batch.append(change)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _records(changes: list[Change]) -> dict[tuple[str, int], Record]:
    """The records of a batch, one locked query per type."""
    wanted: dict[str, set[int]] = {}
    for change in changes:
        wanted.setdefault(change.record_type, set()).add(change.record_id)
    found: dict[tuple[str, int], Record] = {}
    for record_type, ids in wanted.items():
        model = tracked_model(record_type)
        if model is not None:
            for record in model_queryset(model).select_for_update().filter(pk__in=ids):
                found[record_type, record.pk] = record
    return found


def _last_versions(target: Operation, changes: list[Change]) -> dict[tuple[str, int], int]:
    """The versions of records that a batch says were made, after the operation's own last change
    of each: it may have changed them again."""
    found: dict[tuple[str, int], int] = {}
    wanted: dict[str, set[int]] = {}
    for change in changes:
        if change.kind == Change.CREATED:
            wanted.setdefault(change.record_type, set()).add(change.record_id)
    for record_type, ids in wanted.items():
        rows = Change.objects.filter(
            operation=target, record_type=record_type, record_id__in=ids
        ).values_list("record_id")
        last = rows.annotate(last=Max("version")).order_by()
        found |= {(record_type, pk): version for pk, version in last}
    return found


def _untouched(change: Change, record: Record, last: int) -> bool:
    """Whether nothing that still holds happened to the record since a version: what was done and
    undone meanwhile does not count."""
    if record.version == last:
        return True
    since = Change.objects.filter(
        record_type=change.record_type, record_id=change.record_id, version__gt=last
    ).exclude(operation_id=change.operation_id)
    undone = Q(operation__undone_at__isnull=False)
    undoing = Q(operation__undoes__isnull=False, operation__undoes__undoes=None)
    return not since.exclude(undone | undoing).exists()


def _unmake(
    change: Change,
    record: Record,
    clean: bool,
    report: UndoReport,
    unmade: Unmade,
) -> None:
    """What the operation made goes to the bin, all of a batch at once."""
    if record.deleted_at is not None:
        return
    if not clean:
        report.leave(change, gettext_noop("Somebody worked on it since."))
        return
    unmade.setdefault(change.record_type, []).append((change, record))


def _undo_change(
    op: Recorder, change: Change, record: Record, report: UndoReport, left: frozenset[str]
) -> None:
    """One change in reverse; what a unique value refuses by now is left, with the cause."""
    try:
        with transaction.atomic():
            _reverse(op, change, record, report, left)
    except IntegrityError:
        report.leave(change, gettext_noop("Another record has one of these values by now."))


def _reverse(
    op: Recorder, change: Change, record: Record, report: UndoReport, left: frozenset[str]
) -> None:
    if change.kind == Change.DELETED:
        if record.deleted_at is not None:
            op.restored(record)
    elif change.kind == Change.RESTORED:
        if record.deleted_at is None:
            op.deleted(record)
    elif not _set_back(op, change, record, report, left):
        return
    report.restored += 1


def _set_back(
    op: Recorder, change: Change, record: Record, report: UndoReport, left: frozenset[str]
) -> bool:
    values: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    names = {item.name: item for item in record._meta.concrete_fields}
    for name, (before, after) in change.fields.items():
        if name in left:
            continue
        if is_custom(name) and COLUMN in names:
            if getattr(record, COLUMN).get(name) == after:
                custom[name] = before
            else:
                report.leave(change, gettext_noop("Somebody changed it since."), name)
            continue
        if name not in names:
            report.leave(change, gettext_noop("This part cannot be set back."), name)
            continue
        if to_json(getattr(record, names[name].attname)) != after:
            report.leave(change, gettext_noop("Somebody changed it since."), name)
            continue
        value = from_json(names[name], before)
        values[name] = _empty(names[name]) if value is None else value
    together = restored_together(record.record_type) & set(change.fields)
    if not together <= set(values):
        for name in sorted(together & set(values)):
            report.leave(change, gettext_noop("Somebody changed it since."), name)
            del values[name]
    for name, cause in refused_values(record, values).items():
        report.leave(change, cause, name)
        del values[name]
    if not values and not custom:
        return False
    op.update(record, {**values, COLUMN: custom} if custom else values)
    hook = restored_hook(record.record_type)
    if hook is not None:
        hook(op, record, set(values))
    return True


def _empty(item: Any) -> Any:
    """What an absent value is: null where allowed, else the field's empty value."""
    if item.null:
        return None
    return item.get_default()
