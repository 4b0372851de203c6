"""What was learned from closed opportunities: one row per training."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class WinModel(Record):
    """One training: the model when it beats the base rate, else why there is none.

    The newest outside the bin predicts; older ones are kept, because predictions name theirs.
    """

    record_type = "win_model"
    LEARNED, BASE_RATE, REFUSED = "learned", "base_rate", "refused"
    unlogged = frozenset({"card", "weights"})

    number = models.PositiveIntegerField(unique=True)
    trained_at = models.DateTimeField()
    outcome = models.CharField(max_length=9)
    # the target: won within so many days of the scoring time; null: won in the end
    horizon_days = models.PositiveSmallIntegerField(null=True)
    # closed opportunities it could learn from, and the won among them
    deal_count = models.PositiveIntegerField()
    won_count = models.PositiveIntegerField()
    learned_from = models.DateField(null=True)
    learned_to = models.DateField(null=True)
    # what the model card shows: measures with intervals, calibration, effects, drift
    card = models.JSONField(default=dict)
    # what prediction needs: terms, weights, calibration; empty unless learned
    weights = models.JSONField(default=dict)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=("learned", "base_rate", "refused")),
                name="win_model_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(won_count__lte=models.F("deal_count")), name="win_model_won_of_deals"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def lost_count(self) -> int:
        return self.deal_count - self.won_count

    @property
    def won_share(self) -> float | None:
        """0 to 1; None where nothing was decided."""
        return self.won_count / self.deal_count if self.deal_count else None
