"""Where an opportunity stands: the present values, folded from what was recorded."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from shangji.core.opportunities.models import Opportunity


class Standing(models.Model):
    """One row per opportunity that was ever scored; lists filter and sort by it.

    Nothing is typed in here: each value is worked out from the ledger beside it (assessments,
    touches, predictions, risks, decisions) and can be worked out again at any time.
    """

    #: worked out anew from what a merge carries over
    merge_stays: ClassVar[frozenset[str]] = frozenset({"opportunity"})

    opportunity = models.OneToOneField(
        Opportunity, primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )
    # scorecard: points of 100, over the share of weight that was scored
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    score_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    score_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    # percent of the weights that were scored, 0 to 100
    scored_share = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(max_length=1, blank=True)
    scored_at = models.DateTimeField(null=True)
    # what the score is made of: the card's version, and {criterion: [value, where from]} with
    # the number of raters or the rule that held ("r0"); see rules/scoring.py
    score_version = models.ForeignKey(
        "evaluate.ScorecardVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    score_parts: Any = models.JSONField(default=dict)
    # decayed points of human touches
    intent = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    intent_at = models.DateTimeField(null=True)
    # the value of its last point: a new point is kept when it moved by a whole one
    intent_kept = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    # the probability itself is Opportunity.probability_predicted; why: {"model", "reasons"}
    prediction = models.JSONField(null=True)
    predicted_at = models.DateTimeField(null=True)
    # open risks, and the highest priority among them (P × I × (6 − C) / 5)
    risk_count = models.PositiveSmallIntegerField(default=0)
    risk_priority = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    # go, no_go, not_now; the day on which "not now" comes back by itself
    decision = models.CharField(max_length=8, blank=True)
    decided_at = models.DateTimeField(null=True)
    returns_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["score"], name="standing_score"),
            models.Index(fields=["grade"], name="standing_grade", condition=~Q(grade="")),
            models.Index(fields=["intent"], name="standing_intent"),
            models.Index(
                fields=["returns_on"],
                name="standing_returns",
                condition=Q(returns_on__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="standing_points"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=("", "go", "no_go", "not_now")),
                name="standing_decision_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.score} {self.grade}"


class StandingPoint(models.Model):
    """How a value stood on a day: the drift over time. One per opportunity, kind and day."""

    #: how a merged opportunity stood was its own
    merge_stays: ClassVar[frozenset[str]] = frozenset({"opportunity"})

    SCORE, INTENT, PROBABILITY = "score", "intent", "probability"

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=11)
    on = models.DateField()
    value = models.DecimalField(max_digits=7, decimal_places=2)
    # which scorecard version, decay rule or model gave it: "scorecard:3:v4", "model:12"
    source = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opportunity", "kind", "on"], name="standing_point_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("score", "intent", "probability")),
                name="standing_point_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.kind} {self.on}: {self.value}"
