"""Profit forecasts as a list to read, filter, import and export; the table of cash flows that each
is made of has its own page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.phases.evaluate.choices.profit import PERIODS
from shangji.phases.evaluate.imports.profit import DAYS, LINES, TOGETHER, UNSURE, ForecastRows
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.record.cash import CashLines, Days, Together, Unsure
from shangji.phases.evaluate.record.checks import Errors
from shangji.records.description import Field, Preset, RecordDescription, Total
from shangji.records.kinds import Boolean, Choice, Date, DateTime, Kind, Link, Money, Number, Text
from shangji.records.kinds.base import FormatContext, WorkedOut


class Measure(WorkedOut):
    """A figure of `result`: worked out, never stored apart. `keys` lead to it; `percent` shows a
    share of 1 in percent."""

    name = "measure"
    align = "end"
    operators: ClassVar = ()

    def __init__(self, *keys: str, percent: bool = False) -> None:
        self.keys = keys
        self.percent = percent

    def _read(self, row: Mapping[str, Any], path: str) -> float | None:
        found: Any = row.get(path)
        for key in self.keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, int | float) else None

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = self._read(row, path)
        if value is None:
            return ""
        shown = f"{value * 100:.1f}%" if self.percent else f"{value:.1f}"
        return shown.replace("-", "−")

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        value = self._read(row, path)
        return None if value is None else Decimal(repr(round(value, 6)))

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: self._read(row, path)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": ["number", "null"]}


def _check(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    errors: Errors = {}
    rate, tax = values.get("discount_rate"), values.get("tax_rate")
    if rate is not None and not -100 < rate <= 1000:
        errors["discount_rate"] = [_now("Above −100 and at most 1000 percent a year.")]
    if tax is not None and not 0 <= tax <= 100:
        errors["tax_rate"] = [_now("0 to 100 percent.")]
    return errors


def _page(actor: Actor, record: ProfitForecast, now: datetime) -> dict[str, Any]:
    url = reverse("evaluate:profit", kwargs={"pk": record.opportunity_id})
    return {"table_url": f"{url}?scenario={record.pk}"}


def _measure(key: str, label: Any, kind: Measure, width: int) -> Field:
    return Field(key, label, kind, path="result", writable=False, sortable=False,
                 filterable=False, width=width)  # fmt: skip


def _cash(key: str, label: Any, kind: Kind, width: int) -> Field:
    return Field(key, label, kind, path="plan", needs=("simulation",), writable=False,
                 sortable=False, filterable=False, fact=False, width=width)  # fmt: skip


PROFIT_FORECAST = RecordDescription(
    type="profit_forecast",
    slug="profit-forecasts",
    model=ProfitForecast,
    name=_("Profit forecast"),
    plural=_("Profit forecasts"),
    icon="chart-line",
    fields=(
        Field("name", _("Scenario"), Text(80), required=True, fact=False, width=180),
        Field("opportunity", _("Opportunity"), Link("opportunity", "opportunities"),
              writable=False, width=220),
        Field("is_main", _("Main scenario"), Boolean(), writable=False, width=80),
        Field("npv", _("NPV"), Money(), writable=False, width=120),
        _measure("irr", _("IRR, a year"), Measure("irr", "rate", percent=True), 90),
        _measure("payback", _("Payback, periods"), Measure("payback"), 90),
        _measure("loss_share", _("Probability of loss"),
                 Measure("simulation", "loss_share", percent=True), 100),
        Field("currency", _("Currency"), Text(3), writable=False, width=80),
        Field("period", _("Period"), Choice(PERIODS), writable=False, width=90),
        Field("starts_on", _("First period begins"), Date(), writable=False, width=110),
        Field("discount_rate", _("Discount rate"), Number(4), required=True, width=90),
        Field("tax_rate", _("Tax rate"), Number(4), required=True, width=90),
        Field("with_risks", _("Count the risks in"), Boolean(), width=90),
        _cash(LINES, _("Cash flow"), CashLines(), 260),
        _cash(UNSURE, _("Uncertainty"), Unsure(), 200),
        _cash(TOGETHER, _("What moves together"), Together(), 160),
        _cash(DAYS, _("Days of the columns"), Days(), 160),
        Field("calculated_at", _("Worked out at"), DateTime(), writable=False, width=130),
    ),
    columns=("name", "opportunity", "is_main", "npv", "irr", "payback", "loss_share",
             "calculated_at"),
    sort="-npv",
    second="opportunity",
    presets=(
        Preset("main", _("Main scenarios"), ("is_main.is.1",), sort="-npv"),
        Preset("loss", _("Negative NPV"), ("npv.lte.0",), sort="npv"),
        Preset("all", _("All"), sort="-calculated_at"),
    ),
    totals=(Total("npv", _("NPV"), path="npv", column="npv"),),
    group_by=("period", "is_main"),
    check=_check,
    creatable=False,
    brought=True,
    import_rows=ForecastRows,
    page_template="evaluate/forecast.html",
    page_context=_page,
    empty_hint=_("Enter income and costs on an opportunity, under Evaluation, Profit."),
)  # fmt: skip
