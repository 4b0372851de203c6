"""How signs of interest are counted: one row per version of the rule."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class IntentRule(Record):
    """A version of the rule; the newest outside the bin counts, the others are kept.

    `lines` is versioned JSON, see rules/intent.py: what an event is worth and how many of one
    sort count on one day.
    """

    record_type = "intent_rule"

    number = models.PositiveIntegerField(unique=True)
    # after so many days a point is worth half
    half_life_days = models.PositiveSmallIntegerField(_("Half-life, days"))
    lines = models.JSONField()

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(half_life_days__gte=1, half_life_days__lte=730),
                name="intent_half_life_days",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
