"""What opportunities set off: a new owner is told."""

from datetime import datetime

from django.utils.translation import gettext_noop

from shangji.core.opportunities.events import OpportunityAssigned
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.notices.actions import notify


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
