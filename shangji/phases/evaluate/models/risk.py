"""The risk register of an opportunity."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingRecord, Opportunity
from shangji.foundation.audit.models import WithCustomValues
from shangji.phases.evaluate.choices.risk import RISK_CLASS_KEYS, RISK_OUTCOME_KEYS, TREATMENT_KEYS


class Risk(WithCustomValues, HangingRecord):
    """One thing that may go wrong, what it would cost, and what is done about it.

    `priority` and `emv` are worked out from the other fields whenever the row changes
    (actions/risk.py `fold_risks`); they are on the row so that lists sort by them.
    """

    record_type = "risk"
    unlogged: ClassVar[frozenset[str]] = frozenset({"priority", "emv"})
    OPEN, CLOSED = "open", "closed"

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="risks")
    title = models.CharField(_("Risk"), max_length=200)
    category = models.CharField(_("Class"), max_length=12, default="technical")
    # 1 to 5 each; a controllability of 5 is entirely in our own hands
    probability = models.PositiveSmallIntegerField(_("Probability"), default=3)
    impact = models.PositiveSmallIntegerField(_("Impact"), default=3)
    controllability = models.PositiveSmallIntegerField(_("Controllability"), default=3)
    # P × I × (6 − C) / 5: 0.2 to 25
    priority = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    # percent, 0 to 100, and what it costs when it happens; EMV = chance × loss
    chance = models.PositiveSmallIntegerField(_("Chance"), null=True, blank=True)
    loss = models.DecimalField(_("Loss"), max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    emv = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    treatment = models.CharField(_("Treatment"), max_length=8, blank=True)
    action = models.CharField(_("Action"), max_length=300, blank=True)
    action_due_on = models.DateField(_("Action due"), null=True, blank=True)
    residual_probability = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_impact = models.PositiveSmallIntegerField(null=True, blank=True)
    # an accepted risk is accepted up to a day, then it has to be looked at again
    accepted_until = models.DateField(_("Accepted until"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    review_on = models.DateField(_("Review"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("Last reviewed"), null=True)
    status = models.CharField(_("Status"), max_length=6, default=OPEN)
    outcome = models.CharField(_("Outcome"), max_length=9, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True)

    class Meta:
        ordering: ClassVar = ["-priority", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["review_on"],
                name="risk_review",
                condition=Q(status="open", deleted_at=None),
            ),
            models.Index(
                fields=["accepted_until"],
                name="risk_accepted",
                condition=Q(status="open", deleted_at=None, accepted_until__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(probability__range=(1, 5), impact__range=(1, 5))
                & Q(controllability__range=(1, 5)),
                name="risk_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(residual_probability=None)
                | Q(residual_probability__gte=1, residual_probability__lte=F("probability")),
                name="risk_residual_probability",
            ),
            models.CheckConstraint(
                condition=Q(residual_impact=None)
                | Q(residual_impact__gte=1, residual_impact__lte=F("impact")),
                name="risk_residual_impact",
            ),
            models.CheckConstraint(
                condition=Q(chance=None) | Q(chance__lte=100), name="risk_chance_percent"
            ),
            models.CheckConstraint(
                condition=Q(loss=None) | Q(loss__gte=0), name="risk_loss_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(category__in=RISK_CLASS_KEYS), name="risk_class_known"
            ),
            models.CheckConstraint(
                condition=Q(treatment__in=("", *TREATMENT_KEYS)), name="risk_treatment_known"
            ),
            models.CheckConstraint(
                condition=~Q(treatment="accept") | Q(accepted_until__isnull=False),
                name="risk_accepted_for_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None, outcome="")
                | Q(status="closed", closed_at__isnull=False, outcome__in=RISK_OUTCOME_KEYS),
                name="risk_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title
