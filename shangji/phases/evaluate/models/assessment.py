"""Assessments: what one person answered about one opportunity, on one version of a card."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingQuerySet, HangingRecord
from shangji.foundation.access.actor import Actor
from shangji.phases.evaluate.models.scorecard import Scorecard, ScorecardVersion


class AssessmentQuerySet(HangingQuerySet["Assessment"]):
    """Seen with the opportunity, by roles that see scores at all."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        if "score" in actor.hidden_fields("opportunity"):
            return Q(pk__in=())
        return super().row_condition(actor, verb)


class Assessment(HangingRecord):
    """A ledger row: its answers are never edited. A rater's newest one outside the bin, by
    `rated_at`, is the one that counts, so undoing it lets the one before count again."""

    record_type = "assessment"

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    scorecard_version = models.ForeignKey(
        ScorecardVersion, on_delete=models.PROTECT, related_name="+"
    )
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rated_at = models.DateTimeField(_("Rated at"))
    # {"version": 1, "answers": {criterion: {"value": "8", "text": "…", "link": "https://…"}}}
    answers: Any = models.JSONField(default=dict)
    # points of 100 over what this rater answered, and the percent of weight that is
    points = models.DecimalField(_("Points"), max_digits=5, decimal_places=2, null=True)
    share = models.DecimalField(_("Scored share"), max_digits=5, decimal_places=2, default=0)
    # what the rater says of the whole
    note = models.CharField(_("Remark"), max_length=500, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-rated_at", "-id"]
        indexes: ClassVar = [
            # who rated what last: folded per card, opportunity and rater
            models.Index(
                fields=["scorecard", "opportunity", "rater", "-id"],
                name="assessment_current",
                condition=Q(deleted_at=None),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=0, points__lte=100),
                name="assessment_points",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="assessment_share"
            ),
        ]

    def __str__(self) -> str:
        return self.opportunity.name
