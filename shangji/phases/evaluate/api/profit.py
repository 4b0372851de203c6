"""Profit forecasts for other programs: what each scenario comes to, and scenarios saved."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from shangji.phases.evaluate.actions.profit import (
    Scenario,
    choose_main,
    recalculate,
    save_forecast,
)
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.queries.profit import forecasts_of
from shangji.phases.evaluate.rules.cash_plan import MOST_LINES, MOST_PERIODS, Line, Plan
from shangji.phases.evaluate.rules.uncertainty import Input, Uncertainty
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer

router = Router(tags=["Evaluation"])


class Futures(Schema):
    """The draws in the scenario's currency; `loss_share` is 0 to 1."""

    draws: int
    seed: int
    p10: float
    p50: float
    p90: float
    loss_share: float


class Forecast(Schema):
    """One scenario. `irr` is a yearly rate, null where no single one exists; `irr_kind` says
    why: single, several, none. Payback is in periods (years for days of their own)."""

    id: int
    name: str
    is_main: bool
    currency: str
    period: str
    npv: Decimal | None
    irr_kind: str
    irr: float | None
    mirr: float | None
    payback: float | None
    discounted_payback: float | None
    futures: Futures | None


@router.get(
    "/opportunities/{int:pk}/profit", response=list[Forecast], **door("read", "opportunity")
)
def read_profit(request: HttpRequest, pk: int) -> HttpResponse:
    """The scenarios of an opportunity, the main one first."""
    rows = forecasts_of(actor_of(request), seen(request, "opportunity", pk))
    return json_answer([_forecast(one) for one in rows])


class CashLine(Schema):
    """Income or a cost, one amount a period, without sign."""

    label: str = Field(max_length=80)
    kind: Literal["income", "cost"]
    values: list[Decimal] = Field(max_length=MOST_PERIODS)


class Spread(Schema):
    """How sure a line (by its place, from 0) is, in percent of the plan: `low`, `mode`, `high`,
    or `points` of percent and weight for a discrete one."""

    line: int = Field(ge=0, lt=MOST_LINES)
    kind: Literal["pert", "triangular", "discrete"]
    low: float = Field(default=100, ge=0, le=1000)
    mode: float = Field(default=100, ge=0, le=1000)
    high: float = Field(default=100, ge=0, le=1000)
    points: list[tuple[float, float]] = Field(default=[], max_length=12)


class ScenarioIn(Schema):
    """A scenario as a whole; rates in percent a year. `days` only where the period is dates."""

    name: str = Field(max_length=80)
    currency: str = Field(min_length=3, max_length=3)
    period: Literal["month", "quarter", "year", "dates"] = "month"
    starts_on: date
    discount_rate: Decimal = Field(default=Decimal(10), max_digits=7, decimal_places=4)
    tax_rate: Decimal = Field(default=Decimal(0), max_digits=7, decimal_places=4)
    with_risks: bool = True
    lines: list[CashLine] = Field(min_length=1, max_length=MOST_LINES)
    days: list[date] = Field(default=[], max_length=MOST_PERIODS)
    inputs: list[Spread] = Field(default=[], max_length=MOST_LINES)
    correlations: list[tuple[int, int, float]] = Field(default=[], max_length=MOST_LINES)


class ScenarioChange(ScenarioIn):
    """A scenario as a whole, with the version that was read."""

    version: int | None = Field(default=None, ge=1, le=2_000_000_000)


_EXAMPLE = {
    "name": "As planned",
    "currency": "CNY",
    "period": "year",
    "starts_on": "2027-01-01",
    "lines": [
        {"label": "Licences", "kind": "income", "values": ["0", "390", "590"]},
        {"label": "Rollout", "kind": "cost", "values": ["500", "40", "40"]},
    ],
}


@router.post(
    "/opportunities/{int:pk}/profit",
    response=Forecast,
    **door("edit", "opportunity", example=_EXAMPLE),
)
def add_scenario(request: HttpRequest, pk: int, body: ScenarioIn) -> HttpResponse:
    """Add a scenario and work it out; the first one becomes the main one."""
    made = save_forecast(
        actor=actor_of(request),
        opportunity=seen(request, "opportunity", pk),
        scenario=_scenario(body),
        now=timezone.now(),
    )
    return json_answer(_forecast(made))


@router.put(
    "/profit-forecasts/{int:pk}/scenario",
    response=Forecast,
    **door("edit", "profit_forecast", example=_EXAMPLE),
)
def replace_scenario(request: HttpRequest, pk: int, body: ScenarioChange) -> HttpResponse:
    """Save a scenario anew as a whole and work it out."""
    row = seen(request, "profit_forecast", pk)
    made = save_forecast(
        actor=actor_of(request),
        opportunity=row.opportunity,
        forecast=row,
        scenario=_scenario(body),
        version=body.version,
        now=timezone.now(),
    )
    return json_answer(_forecast(made))


@router.post(
    "/profit-forecasts/{int:pk}/main",
    response=Forecast,
    **door("edit", "profit_forecast", example={}),
)
def make_main(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the decision count with this scenario."""
    row = seen(request, "profit_forecast", pk)
    made = choose_main(actor=actor_of(request), forecast=row, now=timezone.now())
    return json_answer(_forecast(made))


@router.post(
    "/profit-forecasts/{int:pk}/recalculate",
    response=Forecast,
    **door("edit", "profit_forecast", example={}),
)
def work_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Work a scenario out anew with the risks and rates of today."""
    row = seen(request, "profit_forecast", pk)
    made = recalculate(actor=actor_of(request), forecast=row, now=timezone.now())
    return json_answer(_forecast(made))


def _scenario(body: ScenarioIn) -> Scenario:
    return Scenario(
        name=body.name,
        currency=body.currency,
        period=body.period,
        starts_on=body.starts_on,
        discount_rate=body.discount_rate,
        tax_rate=body.tax_rate,
        with_risks=body.with_risks,
        plan=Plan(
            tuple(Line(one.label, one.kind, tuple(one.values)) for one in body.lines),
            tuple(body.days),
        ),
        uncertainty=Uncertainty(
            tuple(
                Input(one.line, one.kind, one.low, one.mode, one.high, tuple(one.points))
                for one in body.inputs
            ),
            tuple(body.correlations),
        ),
    )


def _forecast(row: ProfitForecast) -> dict[str, Any]:
    found = row.result
    drawn = found.get("simulation")
    keys = ("draws", "seed", "p10", "p50", "p90", "loss_share")
    return {
        "id": row.pk,
        "name": row.name,
        "is_main": row.is_main,
        "currency": row.currency,
        "period": row.period,
        "npv": row.npv,
        "irr_kind": found.get("irr", {}).get("kind", "none"),
        "irr": found.get("irr", {}).get("rate"),
        "mirr": found.get("mirr"),
        "payback": found.get("payback"),
        "discounted_payback": found.get("discounted_payback"),
        "futures": {key: drawn[key] for key in keys} if drawn else None,
    }
