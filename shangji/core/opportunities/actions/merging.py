"""What a merge of opportunities settles beyond fields and links."""

from collections.abc import Mapping, Sequence
from typing import Any

from shangji.core.channels.models import Touch
from shangji.core.opportunities.events import OpportunityAssigned
from shangji.core.opportunities.models import Opportunity
from shangji.records.merging.carrying import Moves

#: stays as it is on the opportunity that stays: a stage moves by its own action
KEEP = frozenset({"stage", "probability", "forecast"})
TOGETHER = {
    "amount": ("currency",),
    "next_step": ("next_step_on", "next_step_time", "next_step_owner"),
}


def settle_merged(
    moves: Moves, survivor: Opportunity, others: Sequence[Opportunity], taken: Mapping[str, int]
) -> None:
    """The first and the last touch of all, the last contact of all; a new owner is told."""
    touches = Touch.objects.filter(opportunity_id=survivor.pk)
    own = [one.last_contact_at for one in (survivor, *others) if one.last_contact_at]
    values: dict[str, Any] = {
        "first_touch": touches.order_by("at", "id").values_list("pk", flat=True).first(),
        "last_touch": touches.order_by("-at", "-id").values_list("pk", flat=True).first(),
        "last_contact_at": max(own, default=None),
    }
    moves.op.update(survivor, values)
    if taken.get("owner", survivor.pk) != survivor.pk:
        moves.op.publish(
            OpportunityAssigned(
                opportunity_id=survivor.pk,
                owner_id=survivor.owner_id,
                by_id=moves.op.actor.user_id,
            )
        )
