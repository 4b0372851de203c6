"""Put an opportunity into a market."""

from datetime import datetime

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.recorder import operation
from shangji.phases.evaluate.models import Market, MarketChoice


def set_market(
    *, actor: Actor, opportunity: Opportunity, market: Market | None, now: datetime
) -> MarketChoice:
    """The market an opportunity belongs to, or none of them. One row each, undoable."""
    require(actor, "edit", opportunity)
    if market is not None:
        require(actor, "read", market)
    with operation(actor, "opportunity.market", now=now) as op:
        row = MarketChoice.objects.select_for_update().filter(opportunity=opportunity).first()
        if row is None:
            return op.created(MarketChoice(opportunity=opportunity, market=market))
        if row.deleted_at is not None:
            row = op.restored(row)
        return op.update(row, {"market": market})
