"""What evaluation does when opportunities end: hours held for a lost one are free again."""

from datetime import datetime

from django.utils.translation import gettext_noop

from shangji.core.opportunities.events import OpportunityLost
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import system_actor
from shangji.phases.evaluate.actions.bookings import release_bookings
from shangji.phases.evaluate.models import Booking


def release_after_loss(event: OpportunityLost, now: datetime) -> None:
    """Let the people of a lost opportunity go. One that was won or reopened since keeps them."""
    record = Opportunity.objects.alive().filter(pk=event.opportunity_id).first()
    if record is None or record.status != Opportunity.LOST:
        return
    if Booking.objects.alive().filter(opportunity=record).exists():
        release_bookings(
            actor=system_actor(),
            opportunity=record,
            now=now,
            reason=gettext_noop("The opportunity was lost"),
        )
