"""Claim from the open pool 公海, and return to it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from shangji.core.opportunities.events import OpportunityAssigned
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Conflict, Forbidden, Invalid


def claim_opportunities(*, actor: Actor, ids: Sequence[int], now: datetime) -> int:
    """Take opportunities from the pool; the number taken.

    Raises Conflict when somebody else was quicker with all of them.
    """
    require_type(actor, "edit", "opportunity")
    if actor.user_id is None or not actor.role.grant("opportunity").pool:
        raise Forbidden(_("Your role does not use the open pool."))
    with operation(actor, "pool.claim", now=now) as op:
        rows = (
            model_queryset(Opportunity)
            .visible_to(actor)
            .select_for_update()
            .filter(pk__in=list(ids)[:200], owner=None)
            .order_by("pk")
        )
        taken = 0
        for record in rows:
            op.update(record, {"owner": actor.user_id})
            op.publish(
                OpportunityAssigned(
                    opportunity_id=record.pk, owner_id=actor.user_id, by_id=actor.user_id
                )
            )
            taken += 1
        if not taken:
            raise Conflict(_("Somebody else was quicker. Nothing was claimed."))
        return taken


def return_to_pool(*, actor: Actor, opportunity_id: int, reason: str, now: datetime) -> Opportunity:
    """Give an opportunity back to the pool, saying why."""
    record = get_visible(Opportunity, actor, opportunity_id)
    require(actor, "assign", record)
    if not actor.role.grant("opportunity").pool:
        raise Forbidden(_("Your role does not use the open pool."))
    if not reason.strip():
        raise Invalid({"reason": [_("Say why it goes back.")]})
    with operation(actor, "pool.return", now=now, reason=reason.strip()[:500]) as op:
        fresh = op.update(op.lock(record), {"owner": None, "next_step_owner": None})
        op.publish(OpportunityAssigned(opportunity_id=fresh.pk, owner_id=None, by_id=actor.user_id))
        return fresh
