"""Reads of the open pool."""

from typing import Any

from django.db.models import QuerySet

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset


def pool(actor: Actor, *, text: str = "") -> QuerySet[Any]:
    """Open opportunities without an owner, oldest first."""
    rows: QuerySet[Any] = (
        model_queryset(Opportunity).visible_to(actor).filter(owner=None, status="open")
    )
    if text:
        rows = rows.filter(name__icontains=text[:100])
    return rows.order_by("created_at")
