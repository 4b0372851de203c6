"""What opportunities set off: a new owner is told, and the leader of who won."""

from datetime import datetime

from django.utils.translation import gettext_noop

from shangji.core.opportunities.events import OpportunityAssigned, OpportunityWon
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.notices.actions import notify
from shangji.foundation.people.queries import leader_of


def tell_new_owner(event: OpportunityAssigned, now: datetime) -> None:
    """A notice to whoever got an opportunity from somebody else."""
    record = Opportunity.objects.filter(pk=event.opportunity_id, deleted_at=None).first()
    if record is None or event.owner_id is None or event.owner_id == event.by_id:
        return
    if record.owner_id != event.owner_id:
        return
    notify(
        user_ids=[event.owner_id],
        kind="opportunity.assigned",
        title=gettext_noop("%(name)s is yours now"),
        params={"name": record.name},
        url=f"/opportunities/{record.pk}/",
        now=now,
        unique_key=f"assigned:{record.pk}:{record.version}",
    )


def tell_leader_of_win(event: OpportunityWon, now: datetime) -> None:
    """A notice to whoever leads the owner, may see it and did not win it; once a win."""
    record = Opportunity.objects.filter(pk=event.opportunity_id, deleted_at=None).first()
    if record is None or record.owner is None or record.status != Opportunity.WON:
        return
    leader = leader_of(record.owner)
    if leader is None or leader.pk == event.by_id:
        return
    if not model_queryset(Opportunity).allows(Actor(leader, "job"), "read", record):
        return
    won = StageMove.objects.filter(opportunity=record, stage__kind="won").order_by("-id").first()
    notify(
        user_ids=[leader.pk],
        kind="opportunity.won",
        title=gettext_noop("%(owner)s won %(name)s"),
        params={"owner": record.owner.name, "name": record.name},
        url=f"/opportunities/{record.pk}/",
        now=now,
        unique_key=f"won:{record.pk}:{won.pk if won else 0}",
    )
