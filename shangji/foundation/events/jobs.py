"""Delivery: each subscriber gets each event once, in a transaction with the job's "done"."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shangji.foundation.events import actions
from shangji.foundation.events.bus import from_payload, subscribers
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import GiveUp, job, schedule

#: delivered events are kept this long, for whoever looks into a fault
KEEP = timedelta(days=90)


@job("events.deliver", atomic=True, max_attempts=8, label=_("Tell what happened"))
def deliver(ctx: JobContext, *, event_id: int, subscriber: str) -> None:
    row = OutboxEvent.objects.filter(pk=event_id).first()
    if row is None:
        raise GiveUp(f"event {event_id} is no longer in the outbox")
    handler = subscribers(row.name).get(subscriber)
    if handler is None:
        raise GiveUp(f"nobody subscribes to {row.name} as {subscriber!r} any more")
    handler(from_payload(row.name, row.payload), ctx.now)


@job("events.tidy", label=_("Forget old events"))
def tidy(ctx: JobContext) -> dict[str, int]:
    """Forget old events."""
    return {"deleted": actions.forget_old(before=ctx.now - KEEP)}


schedule("events.tidy", daily_at="03:20")
