"""History of a record and of the workspace, as far as the actor may know."""

from collections.abc import Sequence

from django.db.models import QuerySet

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.registry import is_for_good, passed_over, undo_step
from shangji.foundation.audit.words import hidden_with


def may_undo(actor: Actor, target: Operation) -> bool:
    """Own operations, or everybody's with the right; never an undone one, nor the undo of what
    the ledger cannot do again (a merge), nor one that is still at work."""
    if target.undone_at is not None or is_for_good(target.action):
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
    rows = Operation.objects.select_related("actor").order_by("-id")
    return rows if actor.can("audit.read") else rows.filter(actor_id=actor.user_id)


def last_undoable(actor: Actor) -> Operation | None:
    """The actor's newest operation that is not an undo and was not undone (key Z)."""
    return (
        Operation.objects.filter(actor_id=actor.user_id, undoes=None, undone_at=None)
        .exclude(action__in=passed_over())
        .order_by("-id")
        .first()
    )
