"""What is known of competitors: battlecards, findings by criterion, prices heard."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Competitor, Opportunity
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record, WithCustomValues


class Battlecard(WithCustomValues, Record):
    """How to win against a competitor. Past its review date it is flagged wherever shown."""

    record_type = "battlecard"

    competitor = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="cards")
    title = models.CharField(_("Battlecard"), max_length=120)
    when_we_win = models.TextField(_("When we win"), max_length=4000, blank=True)
    when_we_lose = models.TextField(_("When we lose"), max_length=4000, blank=True)
    traps = models.TextField(_("Traps to set"), max_length=4000, blank=True)
    proof = models.TextField(_("Proof"), max_length=4000, blank=True)
    # who keeps it true; it is everybody's to read
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    review_by = models.DateField(_("Review by"))

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["competitor_id", "title", "id"]
        indexes: ClassVar = [models.Index(fields=["review_by"], name="battlecard_review")]

    def __str__(self) -> str:
        return self.title


class RivalCriterion(WithCustomValues, Record):
    """One line of the comparison with competitors: "Local service", "Price"."""

    record_type = "rival_criterion"

    name = models.CharField(_("Criterion"), max_length=120)
    position = models.PositiveSmallIntegerField(_("Position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="rival_criterion_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RivalFinding(WithCustomValues, Record):
    """How a competitor (or we) stood on a criterion on a day, with the evidence.

    Findings stay; the matrix shows the latest of each cell.
    """

    record_type = "rival_finding"

    # none: ourselves
    competitor = models.ForeignKey(
        Competitor, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    criterion = models.ForeignKey(RivalCriterion, on_delete=models.PROTECT, related_name="findings")
    # 1 far behind to 5 far ahead of what buyers expect
    rating = models.PositiveSmallIntegerField(_("Rating"))
    evidence = models.CharField(_("Evidence"), max_length=500)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    on = models.DateField(_("Seen on"))

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["competitor", "criterion", "-on"], name="finding_cell")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="finding_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="finding_has_evidence"),
        ]

    def __str__(self) -> str:
        return self.evidence


class RivalPrice(WithCustomValues, Record):
    """A price of a competitor, and how far it may be relied on."""

    record_type = "rival_price"

    competitor = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="prices")
    offer = models.CharField(_("Offer"), max_length=200)
    amount = models.DecimalField(_("Price"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    unit = models.CharField(_("Unit"), max_length=40, blank=True)
    # choices.RELIABILITY
    reliability = models.CharField(_("Reliability"), max_length=9, default="hearsay")
    source = models.CharField(_("Source"), max_length=200, blank=True)
    on = models.DateField(_("Seen on"))
    # shown by name only to those who see it
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        indexes: ClassVar = [models.Index(fields=["competitor", "-on"], name="rival_price_seen")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="rival_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.offer
