"""Profit forecasts for other programs: what each scenario comes to."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.queries.profit import forecasts_of
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
