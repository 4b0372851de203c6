"""What delivering an opportunity takes, and the people booked for it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingRecord, Opportunity
from shangji.foundation.audit.models import WithCustomValues
from shangji.phases.evaluate.models.capacity import Skill, Specialist


class Demand(WithCustomValues, HangingRecord):
    """One piece of work for one person: skill and level, hours, budget, delivery window."""

    record_type = "demand"

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="demands")
    name = models.CharField(_("Work"), max_length=120)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="demands")
    level = models.PositiveSmallIntegerField(_("Level"), default=3)
    hours = models.DecimalField(_("Hours"), max_digits=7, decimal_places=2)
    # what these hours may cost; without one, cost does not rule anybody out
    budget = models.DecimalField(
        _("Budget"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="demand_hours_positive"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="demand_level_1_to_5"
            ),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="demand_window"),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0), name="demand_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Booking(HangingRecord):
    """A person's hours reserved for a demand, week by week; released into the bin."""

    record_type = "booking"

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="bookings")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="bookings")
    specialist = models.ForeignKey(Specialist, on_delete=models.PROTECT, related_name="bookings")
    hours = models.DecimalField(_("Hours"), max_digits=7, decimal_places=2)
    # hours by Monday: {"2026-11-30": "24.00"}; their sum is `hours`
    weeks = models.JSONField(_("Weeks"), default=dict)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["demand_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["demand"], condition=Q(deleted_at=None), name="booking_once_per_demand"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="booking_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} {self.specialist_id}"
