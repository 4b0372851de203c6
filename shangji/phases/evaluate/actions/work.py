"""Change the order of work."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.models import WorkOrder
from shangji.phases.evaluate.rules.work import (
    FACTORS,
    WorkWeights,
    weights_from_json,
    weights_to_json,
)

RIGHT = "settings.scoring"


def check_weights(weights: WorkWeights) -> WorkWeights:
    """The weights as given. Invalid names what does not hold, with the sum there is."""
    if weights.total != 100:
        text = _("The five weights should add up to 100, now %(sum)s.") % {"sum": weights.total}
        raise Invalid.whole(text)
    try:
        return weights_from_json(weights_to_json(weights))
    except ValueError as problem:
        raise Invalid({str(problem): [_("This number is out of range.")]}) from None


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


def weights_of(values: dict[str, int | Decimal]) -> WorkWeights:
    """Weights from checked form values, by name."""
    names = (*FACTORS, "intent_full", "days_ahead")
    return WorkWeights(
        **{name: int(values[name]) for name in names}, value_full=Decimal(values["value_full"])
    )
