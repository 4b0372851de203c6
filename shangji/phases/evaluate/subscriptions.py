"""What evaluation hears of: touches and moves change intent and the predicted win rate, and hours
held for a lost opportunity are free again."""

from datetime import datetime

from django.utils.translation import gettext_noop

from shangji.core.channels.events import TouchRecorded
from shangji.core.opportunities.events import (
    OpportunityCreated,
    OpportunityLost,
    OpportunityMoved,
)
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import system_actor
from shangji.phases.evaluate.actions.bookings import release_bookings
from shangji.phases.evaluate.actions.intent import count_intent
from shangji.phases.evaluate.actions.win_model import predict_some
from shangji.phases.evaluate.models import Booking
from shangji.phases.evaluate.queries.win_model import current_model


def count_touched(event: TouchRecorded, now: datetime) -> None:
    """The opportunity of a touch, or the open ones of the person it names."""
    if event.opportunity_id is not None:
        count_intent([event.opportunity_id], now=now)
    elif event.contact_id is not None:
        rows = Opportunity.objects.filter(contact=event.contact_id, status="open", deleted_at=None)
        count_intent(list(rows.values_list("pk", flat=True)), now=now)


def predict_moved(event: OpportunityMoved, now: datetime) -> None:
    """Predicted anew after a move; a decided one keeps no prediction, a reopened one gets one."""
    predict_some([event.opportunity_id], now=now)


def predict_new(event: OpportunityCreated, now: datetime) -> None:
    """A new opportunity has a prediction from its first hour."""
    if current_model() is not None:
        predict_some([event.opportunity_id], now=now)


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
