"""What an opportunity would earn: a cash flow by period, and what follows from it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import HangingRecord, Opportunity


class ProfitForecast(HangingRecord):
    """One scenario in one currency; several may be kept, one of them is the main one.

    `plan` and `simulation` are versioned JSON (rules/cash_plan.py reads and checks both);
    `result` is worked out from them when they are saved (actions/profit.py) and never typed in.
    """

    record_type = "profit_forecast"
    unlogged: ClassVar[frozenset[str]] = frozenset({"result", "npv", "calculated_at"})
    #: the main scenario of an opportunity stays its main one when another's comes in
    merge_yields: ClassVar[dict[str, dict[str, bool]]] = {"opportunity": {"is_main": False}}

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="profit_forecasts"
    )
    name = models.CharField(_("Scenario"), max_length=80)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    # month, quarter, year, or dates: each column has its own day
    period = models.CharField(_("Period"), max_length=7, default="month")
    starts_on = models.DateField(_("First period begins"))
    # percent a year
    discount_rate = models.DecimalField(
        _("Discount rate"), max_digits=7, decimal_places=4, default=10
    )
    # percent of the profit of a period, losses carried forward
    tax_rate = models.DecimalField(_("Tax rate"), max_digits=7, decimal_places=4, default=0)
    with_risks = models.BooleanField(_("Count the risks in"), default=True)
    is_main = models.BooleanField(_("Main scenario"), default=False)
    plan = models.JSONField(default=dict)
    simulation = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    npv = models.DecimalField(_("NPV"), max_digits=20, decimal_places=4, null=True)
    calculated_at = models.DateTimeField(_("Worked out at"), null=True)

    class Meta:
        ordering: ClassVar = ["-is_main", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(is_main=True, deleted_at=None),
                name="profit_one_main_scenario",
            ),
            models.CheckConstraint(
                condition=Q(period__in=("month", "quarter", "year", "dates")),
                name="profit_period_known",
            ),
            models.CheckConstraint(
                condition=Q(discount_rate__gt=-100, discount_rate__lte=1000),
                name="profit_discount_rate",
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="profit_tax_rate"
            ),
        ]

    def __str__(self) -> str:
        return self.name
