"""Writes of the outbox beside publishing, which is part of the change itself (bus.py)."""

from datetime import datetime

from shangji.foundation.events.models import OutboxEvent


def forget_old(*, before: datetime) -> int:
    """Delete the events of before this instant. Returns how many."""
    gone, _each = OutboxEvent.objects.filter(at__lt=before).delete()
    return gone
