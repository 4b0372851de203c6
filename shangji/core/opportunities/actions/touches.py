"""Touches on the identity line: first and last are kept, none is overwritten."""

from datetime import datetime

from shangji.core.channels.events import TouchRecorded
from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.recorder import operation


def record_touch(
    *,
    actor: Actor,
    opportunity: Opportunity,
    channel: Channel | None,
    at: datetime,
    now: datetime,
    source: str = "",
    medium: str = "",
    campaign: str = "",
    page: str = "",
    note: str = "",
    is_machine: bool = False,
) -> Touch:
    """Add a dated touch; machine touches stay on the line and never count as last contact."""
    require(actor, "edit", opportunity)
    with operation(actor, "opportunity.touch", now=now) as op:
        record = op.lock(opportunity)
        touch = Touch.objects.create(
            opportunity_id=record.pk,
            contact_id=record.contact_id,
            account_id=record.account_id,
            channel=channel,
            source=source[:120],
            medium=medium[:60],
            campaign=campaign[:120],
            page=page[:300],
            note=note[:200],
            is_machine=is_machine,
            at=at,
            operation_id=op.id,
        )
        values: dict[str, object] = {}
        first, last = record.first_touch, record.last_touch
        if first is None or at < first.at:
            values["first_touch"] = touch.pk
            if channel is not None:
                values["channel"] = channel.pk
        if last is None or at >= last.at:
            values["last_touch"] = touch.pk
        if not is_machine and (record.last_contact_at is None or at > record.last_contact_at):
            values["last_contact_at"] = at
        op.update(record, values)
        op.publish(
            TouchRecorded(touch_id=touch.pk, opportunity_id=record.pk, contact_id=record.contact_id)
        )
        return touch
