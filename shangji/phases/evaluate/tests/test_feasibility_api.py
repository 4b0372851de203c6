"""Market, competitors and resources of an opportunity, as programs see and change them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
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
    soon = date.today() + timedelta(days=14)
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
