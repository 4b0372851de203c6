"""History of a record and of the workspace, as far as the actor may know."""

from collections.abc import Sequence

from django.db.models import QuerySet

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.registry import for_good, is_for_good, undo_step
from shangji.foundation.audit.words import hidden_with


def may_undo(actor: Actor, target: Operation) -> bool:
    """Own operations, or everybody's with the right; never an undone one, nor one of which the
    ledger holds no way back, nor the undo of what it cannot do again (a merge), nor one that is
    still at work."""
    if target.undone_at is not None or not has_way_back(target):
        return False
    if target.undoes_id and undo_step(target.reason):
        return False
    if target.undoes_id and target.undo_report is None:
        return False
    return target.actor_id == actor.user_id or actor.can("audit.undo_all")


def history(
    actor: Actor, record: Record, *, limit: int = 100, also: Sequence[int] = ()
) -> Sequence[Change]:
    """Changes of a visible record, newest first, without fields hidden from the actor.

    Args:
        also: ids of records of the type whose history is part of this one's.
    """
    hidden = actor.hidden_fields(record.record_type)
    changes = list(
        Change.objects.filter(record_type=record.record_type, record_id__in=[record.pk, *also])
        .select_related("operation", "operation__actor")
        .order_by("-id")[:limit]
    )
    for change in changes:
        change.fields = {
            name: pair
            for name, pair in change.fields.items()
            if hidden_with(record.record_type, name) not in hidden
        }
    return [change for change in changes if change.fields or change.kind != Change.UPDATED]


def visible_operations(actor: Actor) -> QuerySet[Operation]:
    """Operations the actor may list: all with the right, else own ones."""
    rows = Operation.objects.select_related("actor").order_by("-at", "-id")
    return rows if actor.can("audit.read") else rows.filter(actor_id=actor.user_id)


def has_way_back(target: Operation) -> bool:
    """Whether the ledger holds anything that undo could set back."""
    return target.change_count > 0 and not is_for_good(target.action)


def last_undoable(actor: Actor) -> Operation | None:
    """What the actor did last, for the message that says so: None when that has no way back."""
    last = _own(actor).first()
    return last if last is not None and has_way_back(last) else None


def next_to_undo(actor: Actor) -> Operation | None:
    """What key Z undoes: the newest with a way back. The choice of a theme does not stand in it."""
    return _own(actor).filter(change_count__gt=0).exclude(action__in=for_good()).first()


def _own(actor: Actor) -> QuerySet[Operation]:
    """The actor's operations that are no undo and were not undone, newest first."""
    rows = Operation.objects.filter(actor_id=actor.user_id, undoes=None, undone_at=None)
    return rows.order_by("-id")
