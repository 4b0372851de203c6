"""Change the order of work."""

from datetime import datetime

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.phases.evaluate.models import WorkOrder
from shangji.phases.evaluate.rules.work import WorkWeights, check_weights, weights_to_json

RIGHT = "settings.scoring"


def set_work_order(
    *, actor: Actor, weights: WorkWeights, now: datetime, version: int | None = None
) -> WorkOrder:
    """Put the rule in force for everybody, from the next page on.

    Raises Invalid when the weights do not add up to 100, Conflict when somebody changed the
    rule since `version`.
    """
    require_right(actor, RIGHT)
    settings = weights_to_json(check_weights(weights))
    with operation(actor, "work_order.set", now=now) as op:
        row = WorkOrder.objects.filter(key="default").first()
        if row is None:
            return op.created(WorkOrder(settings=settings))
        return op.update(op.lock(row), {"settings": settings}, version=version)
