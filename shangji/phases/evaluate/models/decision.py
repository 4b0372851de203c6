"""Go, no-go, not now: what was decided, by whom, on which figures."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingRecord, Opportunity, Reason, Stage
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record
from shangji.phases.evaluate.choices.decision import VERDICTS


class Decision(HangingRecord):
    """One decision, or the request for one that waits for approval.

    `snapshot` keeps the one-pager's figures as they stood: {"version": 1, "lines": [...]}.
    """

    record_type = "decision"
    GO, NO_GO, NOT_NOW = "go", "no_go", "not_now"
    ASKED, DECIDED, REFUSED = "asked", "decided", "refused"

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(_("Decision"), max_length=7)
    state = models.CharField(_("State"), max_length=7, default=DECIDED)
    reason = models.CharField(_("Why"), max_length=1000)
    # no-go: the reason an opportunity is lost with
    lost_reason = models.ForeignKey(
        Reason, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    from_stage = models.ForeignKey(
        Stage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # not now: the day it comes back by itself, and when it did
    returns_on = models.DateField(_("Comes back"), null=True, blank=True)
    returned_at = models.DateTimeField(_("Came back at"), null=True)
    amount = models.DecimalField(
        _("Amount"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    snapshot = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True)
    # what whoever approved or refused said to it
    answer = models.CharField(_("Answer"), max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["returns_on"],
                name="decision_returns",
                condition=Q(state="decided", returned_at=None, returns_on__isnull=False),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(state="asked", deleted_at=None),
                name="decision_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("go", "no_go", "not_now")), name="decision_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(state__in=("decided", "refused"), decided_at__isnull=False),
                name="decision_decided_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(verdict="not_now", returns_on__isnull=False)
                | ~Q(verdict="not_now") & Q(returns_on=None),
                name="decision_not_now_returns",
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict()

    def get_verdict(self) -> str:
        """The verdict in the reader's language."""
        return next((str(one.label) for one in VERDICTS if one.value == self.verdict), "")


class DecisionPolicy(Record):
    """From which value on a decision is asked for and approved, and a risk register kept; one row.

    Amounts are in the workspace's own currency; None switches a rule off.
    """

    record_type = "decision_policy"

    approval_over = models.DecimalField(
        _("Approval from"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    register_over = models.DecimalField(
        _("Risk register from"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    decision_over = models.DecimalField(
        _("Decision from"), max_digits=18, decimal_places=4, null=True, blank=True
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="decision_policy_is_one"),
            models.CheckConstraint(
                condition=(Q(approval_over=None) | Q(approval_over__gte=0))
                & (Q(register_over=None) | Q(register_over__gte=0))
                & (Q(decision_over=None) | Q(decision_over__gte=0)),
                name="decision_policy_amounts",
            ),
        ]

    def __str__(self) -> str:
        return "decision policy"
