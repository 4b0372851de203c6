"""Markets, the inputs of their size with source, and which market an opportunity belongs to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingRecord, Opportunity
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record, WithCustomValues


class Market(WithCustomValues, Record):
    """A market or segment. Its size is worked out from its inputs, never stored."""

    record_type = "market"

    name = models.CharField(_("Market"), max_length=120)
    description = models.TextField(_("Description"), max_length=4000, blank=True)
    # in which its figures are shown; inputs in others are converted at a dated rate
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="market_once")
        ]

    def __str__(self) -> str:
        return self.name


class MarketInput(WithCustomValues, Record):
    """One estimate that a market's size is made of: a range, and where it comes from."""

    record_type = "market_input"

    market = models.ForeignKey(Market, on_delete=models.CASCADE, related_name="inputs")
    # choices.INPUTS: money a year, a share in percent, or a count
    key = models.CharField(_("Input"), max_length=20)
    low = models.DecimalField(_("Low"), max_digits=20, decimal_places=4)
    likely = models.DecimalField(_("Likely"), max_digits=20, decimal_places=4)
    high = models.DecimalField(_("High"), max_digits=20, decimal_places=4)
    # of money only
    currency = models.CharField(_("Currency"), max_length=3, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    url = models.CharField(_("Link"), max_length=500, blank=True)
    # the year the figure speaks of
    year = models.PositiveSmallIntegerField(_("Year"))
    # high, medium, low
    confidence = models.CharField(_("Confidence"), max_length=6, default="medium")
    note = models.CharField(_("Note"), max_length=500, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["market_id", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["market", "key"], condition=Q(deleted_at=None), name="market_input_once"
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("likely"), likely__lte=F("high")),
                name="market_input_in_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="market_input_has_source"),
            models.CheckConstraint(
                condition=Q(year__gte=1990, year__lte=2100), name="market_input_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.likely}"


class MarketChoice(HangingRecord):
    """The market an opportunity belongs to; one row each, so that lists join it once."""

    record_type = "market_choice"

    opportunity = models.OneToOneField(
        Opportunity, on_delete=models.CASCADE, related_name="market_choice"
    )
    market = models.ForeignKey(Market, null=True, on_delete=models.PROTECT, related_name="choices")

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.market_id}"
