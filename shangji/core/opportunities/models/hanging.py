"""Records that hang on an opportunity and are seen with it: assessments, risks, quotes."""

from typing import TypeVar

from django.db import models
from django.db.models import Q

from shangji.core.opportunities.models.opportunity import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.audit.models import Record

M = TypeVar("M", bound=models.Model)


class HangingQuerySet(RecordQuerySet[M]):
    """Rows of the opportunities an actor sees; their type's own right narrows it further."""

    owner_path = "opportunity__owner"

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        seen = Q(opportunity__deleted_at=None)
        own = super().row_condition(actor, verb)
        if own is not None:
            seen &= own
        if actor.scope(verb, self.record_type) > actor.scope("read", "opportunity"):
            deals = model_queryset(Opportunity).visible_to(actor)
            seen &= Q(opportunity__in=deals.order_by().values("pk"))
        return seen


class HangingRecord(Record):
    """A record on an opportunity; a subclass may name its own `related_name`."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="+")

    objects = HangingQuerySet.as_manager()

    class Meta:
        abstract = True
