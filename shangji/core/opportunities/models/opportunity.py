"""The opportunity 商机: one record through all five phases."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.models import Account
from shangji.core.channels.models import Channel, Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models.pipeline import Pipeline, Reason, Stage
from shangji.foundation.audit.models import OwnedRecord, WithCustomValues
from shangji.lib.phases import PHASE_KEYS


class Opportunity(WithCustomValues, OwnedRecord):
    """Phase and status follow from the stage; only `move_to_stage` changes the three."""

    record_type = "opportunity"
    OPEN, WON, LOST = "open", "won", "lost"

    name = models.CharField(_("Opportunity"), max_length=200)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities"
    )
    pipeline = models.ForeignKey(
        Pipeline, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    phase = models.CharField(_("Phase"), max_length=10)
    status = models.CharField(_("Status"), max_length=4, default=OPEN)
    stage_entered_at = models.DateTimeField(_("In stage since"))

    amount = models.DecimalField(
        _("Amount"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    # the three are kept apart; `probability` is what counts: manual, else the stage's
    probability = models.PositiveSmallIntegerField(_("Win rate"), default=0)
    probability_manual = models.PositiveSmallIntegerField(null=True)
    probability_predicted = models.PositiveSmallIntegerField(null=True)
    forecast = models.CharField(_("Forecast category"), max_length=10, default="pipeline")
    forecast_manual = models.BooleanField(default=False)

    expected_close_on = models.DateField(_("Expected close"), null=True, blank=True)
    push_count = models.PositiveSmallIntegerField(_("Pushed"), default=0)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("Next step due"), null=True, blank=True)
    next_step_time = models.TimeField(null=True, blank=True)
    next_step_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    kind = models.CharField(_("Type"), max_length=8, default="new")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_touch = models.ForeignKey(
        Touch, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    last_touch = models.ForeignKey(
        Touch, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # last time the customer was part of something: call, meeting, mail, visit, human touch
    last_contact_at = models.DateTimeField(_("Last touch"), null=True)
    opened_on = models.DateField(_("Opened"))
    closed_at = models.DateTimeField(_("Closed at"), null=True)
    closed_on = models.DateField(_("Closed"), null=True)
    close_reason = models.ForeignKey(
        Reason, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    close_note = models.CharField(_("Note on the outcome"), max_length=500, blank=True)
    tags = models.JSONField(_("Tags"), default=list)
    description = models.TextField(_("Description"), max_length=10000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["stage", "owner", "next_step_on"],
                name="opp_board",
                condition=Q(deleted_at=None),
            ),
            # columns of a board for many owners: walked in order until forty are seen
            models.Index(
                fields=["stage", "next_step_on", "id", "owner"],
                name="opp_stage_step",
                condition=Q(deleted_at=None),
            ),
            # lists of one owner, in order and summed without touching the rows: SQLite counts
            # an index as covering only when it holds the columns of its own condition, too
            models.Index(
                fields=["owner", "status", "amount", "id", "currency", "probability", "deleted_at"],
                name="opp_owner_amount",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=[
                    "owner",
                    "status",
                    "expected_close_on",
                    "id",
                    "amount",
                    "currency",
                    "forecast",
                    "stage",
                    "deleted_at",
                ],
                name="opp_owner_close",
                condition=Q(deleted_at=None),
            ),
            # faults of one owner's: stale ones by the bound, pushed ones along the way
            models.Index(
                fields=[
                    "owner",
                    "status",
                    "last_contact_at",
                    "stage",
                    "push_count",
                    "currency",
                    "amount",
                    "id",
                    "deleted_at",
                ],
                name="opp_owner_contact",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["owner", "closed_on", "status", "currency", "amount", "deleted_at"],
                name="opp_owner_closed",
                condition=Q(deleted_at=None, closed_on__isnull=False),
            ),
            models.Index(
                fields=["next_step_owner", "status", "next_step_on"],
                name="opp_next_step",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["status", "amount"], name="opp_amount", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["status", "expected_close_on", "owner"],
                name="opp_close",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["stage", "amount"], name="opp_stage_amount", condition=Q(deleted_at=None)
            ),
            # the rare kinds (renewals) are counted on every list's tabs
            models.Index(fields=["kind", "owner"], name="opp_kind", condition=Q(deleted_at=None)),
            models.Index(fields=["closed_on", "status"], name="opp_closed_on"),
            models.Index(
                fields=["external_system", "external_id"],
                name="opp_external",
                condition=~Q(external_id=""),
            ),
            models.Index(fields=["updated_at"], name="opp_updated"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(phase__in=PHASE_KEYS), name="opp_phase_known"),
            models.CheckConstraint(
                condition=Q(status__in=("open", "won", "lost")), name="opp_status_known"
            ),
            models.CheckConstraint(condition=Q(probability__lte=100), name="opp_probability"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="opp_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None)
                | ~Q(status="open") & Q(closed_at__isnull=False),
                name="opp_closed_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.name
