"""The gap-free history of stages."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from shangji.core.opportunities.models.opportunity import Opportunity
from shangji.core.opportunities.models.pipeline import Reason, Stage


class StageMove(models.Model):
    """One stay in a stage: entered, and left when the next one begins.

    The open stay of an opportunity (`left_at` null) is its present stage; the database
    allows one. Each stay begins at the instant the one before it ended.
    """

    #: two histories are not one: a merged opportunity keeps its own
    merge_stays: ClassVar[frozenset[str]] = frozenset({"opportunity"})

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="moves")
    from_stage = models.ForeignKey(
        Stage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reason = models.ForeignKey(
        Reason, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.CharField(max_length=500, blank=True)
    is_undo = models.BooleanField(default=False)
    operation_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["stage", "entered_at"], name="move_stage_entered"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(left_at=None), name="one_present_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.from_stage_id} → {self.stage_id}"
