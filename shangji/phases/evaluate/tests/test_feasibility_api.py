"""Market, competitors and resources of an opportunity, as programs see and change them."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.phases.evaluate.factories import make_risk
from shangji.phases.evaluate.factories.capacity import (
    TIMES,
    make_demand,
    make_skill,
    make_specialist,
)
from shangji.phases.evaluate.models import Market, MarketInput
from tests.api.client import program


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice)


def test_a_program_chooses_a_market_and_reads_its_size(
    deal: Opportunity, alice: Any, now: datetime
) -> None:
    api = program(alice, now)
    assert api.get(f"opportunities/{deal.pk}/market").status_code == 204
    market = Market.objects.create(name="MES", **TIMES)
    MarketInput.objects.create(
        market=market,
        key="market_value",
        low=3,
        likely=4,
        high=5,
        currency="CNY",
        year=2025,
        source="Register",
        **TIMES,
    )
    chosen = api.ask("PUT", f"opportunities/{deal.pk}/market", {"market": market.pk})
    assert chosen.data == {"market": market.pk}
    size = api.get(f"opportunities/{deal.pk}/market").data
    tam = size["figures"][0]
    assert (tam["level"], tam["route"]) == ("tam", "top")
    assert tam["value"] == {"low": "3.0000", "likely": "4.0000", "high": "5.0000"}
    assert size["figures"][1]["missing"] == ["accounts", "buyers", "price", "frequency"]


def test_a_program_books_the_plan_it_read(deal: Opportunity, alice: Any, now: datetime) -> None:
    mes = make_skill()
    li = make_specialist(skills={mes: 4})
    soon = timezone.localdate() + timedelta(days=14)
    values = {"starts_on": soon, "ends_on": soon + timedelta(days=13)}
    demand = make_demand(deal, mes, **values)
    make_demand(deal, make_skill("PLC"), hours=Decimal(8), **values)
    api = program(alice, now)
    found = api.get(f"opportunities/{deal.pk}/resources").data
    states = [(one["state"], one["specialist"]) for one in found["pieces"]]
    assert states == [("proposed", li.pk), ("gap", None)]
    pairs = {"pairs": [{"demand": demand.pk, "specialist": li.pk}]}
    made = api.post(f"opportunities/{deal.pk}/bookings", pairs)
    assert made.status_code == 200
    again = api.post(f"opportunities/{deal.pk}/bookings", pairs)
    assert again.status_code == 409
    gone = api.post(f"opportunities/{deal.pk}/bookings/release", {"demand": None})
    assert gone.data == made.data


def test_a_program_names_a_competitor(deal: Opportunity, alice: Any, now: datetime) -> None:
    api = program(alice, now)
    named = api.post(f"opportunities/{deal.pk}/competitors", {"name": "Hengjie"}).data
    assert [(one["name"], one["decided"], one["share"]) for one in named] == [("Hengjie", 0, None)]
    assert api.get(f"opportunities/{deal.pk}/competitors").data == named


def test_a_program_reviews_closes_and_reopens_a_risk(
    deal: Opportunity, alice: Any, vera: Any, now: datetime
) -> None:
    risk = make_risk(alice, opportunity=deal, probability=4, impact=4)
    api = program(alice, now)
    soon = (timezone.localdate() + timedelta(days=30)).isoformat()
    seen = api.post(f"risks/{risk.pk}/review", {"review_on": soon, "probability": 2})
    assert (seen.status_code, seen.data["review_on"], seen.data["priority"]) == (200, soon, "4.8")
    late = api.post(f"risks/{risk.pk}/review", {"review_on": "2020-01-01"})
    assert late.status_code == 422
    assert "a day after today" in json.dumps(late.data)
    closed = api.post(f"risks/{risk.pk}/close", {"outcome": "passed", "note": "gone"})
    assert (closed.data["status"], closed.data["outcome"]) == ("closed", "passed")
    assert program(vera, now).post(f"risks/{risk.pk}/reopen", {}).status_code == 403
    assert api.post(f"risks/{risk.pk}/reopen", {}).data["status"] == "open"


def test_a_program_saves_scenarios_and_chooses_the_main_one(
    deal: Opportunity, alice: Any, now: datetime
) -> None:
    api = program(alice, now)
    line = {"label": "Net", "kind": "income", "values": ["-100", "39", "59", "55", "20"]}
    body = {"name": "Plan", "currency": "CNY", "period": "year", "starts_on": "2027-01-01"}
    first = api.post(f"opportunities/{deal.pk}/profit", {**body, "lines": [line]}).data
    assert (first["is_main"], round(first["irr"], 4)) == (True, 0.2809)
    spread = {"line": 0, "kind": "pert", "low": 80, "mode": 100, "high": 110}
    second = {**body, "name": "Careful", "lines": [line], "inputs": [spread]}
    made = api.post(f"opportunities/{deal.pk}/profit", second).data
    assert made["futures"]["draws"] == 20_000
    assert api.post(f"profit-forecasts/{made['id']}/main", {}).data["is_main"]
    two = {**line, "values": ["-100", "120"]}
    saved = api.ask("PUT", f"profit-forecasts/{made['id']}/scenario", {**body, "lines": [two]})
    assert round(saved.data["irr"], 4) == 0.2
    listed = api.get("profit-forecasts?f=is_main.is.1").data["items"]
    assert [(one["name"], round(one["irr"], 4)) for one in listed] == [("Plan", 0.2)]
    wrong = api.post(
        f"opportunities/{deal.pk}/profit", {**body, "currency": "ABC", "lines": [line]}
    )
    assert wrong.status_code == 422
    assert "ABC" in json.dumps(wrong.data)
