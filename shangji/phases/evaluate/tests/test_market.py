"""The market of an opportunity: figures open to their source and move with their inputs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.workspace.models import ExchangeRate
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.market import set_market
from shangji.phases.evaluate.factories.capacity import TIMES, make_specialist
from shangji.phases.evaluate.models import Market, MarketChoice, MarketInput
from shangji.phases.evaluate.queries.market import market_of, size_of
from shangji.phases.evaluate.rules.market import SOM, TAM
from shangji.records.actions import create_record, edit_record

BOTTOM = {
    "accounts": 2000,
    "buyers": 1,
    "price": 400000,
    "frequency": "0.5",
    "fit": 30,
    "reach": 20,
}


@pytest.fixture
def market(db: None) -> Market:
    return Market.objects.create(name="MES in Zhejiang", **TIMES)


def give(market: Market, key: str, value: object, **more: Any) -> MarketInput:
    likely = Decimal(str(value))
    row = {"low": likely, "likely": likely, "high": likely, "year": 2025, "source": f"On {key}"}
    money = key in ("price", "market_value", "earlier_value")
    row |= {"currency": "CNY" if money else "", **TIMES, **more}
    return MarketInput.objects.create(market=market, key=key, **row)


@pytest.fixture
def bottom_up(market: Market) -> dict[str, MarketInput]:
    return {key: give(market, key, value) for key, value in BOTTOM.items()}


def closed(owner: Any, won: int, lost: int, now: datetime) -> None:
    for at, count in (("won", won), ("lost", lost)):
        for _each in range(count):
            deal = make_opportunity(owner, at=at)
            Opportunity.objects.filter(pk=deal.pk).update(
                closed_at=now, closed_on=now.date() - timedelta(days=10)
            )


def test_som_waits_for_a_sample_of_wins_and_losses(
    market: Market, bottom_up: Any, alice: Any, actor: Any, now: datetime
) -> None:
    closed(alice, 10, 19, now)
    before = size_of(actor(alice), market, now).lines[-1].bottom
    assert before.value is None
    assert [str(one) for one in before.missing] == ["Win rate"]
    closed(alice, 0, 1, now)
    size = size_of(actor(alice), market, now)
    som = size.lines[-1].bottom.value
    assert size.win.decided == 30
    assert som is not None
    # 400 million × 30 % × 20 % × 10 of 30
    assert round(som.likely) == 8_000_000
    assert som.low < som.likely < som.high


def test_delivery_caps_the_som(
    market: Market, bottom_up: Any, alice: Any, actor: Any, now: datetime
) -> None:
    closed(alice, 10, 20, now)
    give(market, "hours_per_purchase", 1000)
    make_specialist()
    size = size_of(actor(alice), market, now)
    som = size.lines[-1].bottom
    assert som.figure.capped
    assert som.value is not None
    assert size.free_hours is not None
    assert som.value.likely == size.free_hours / 1000 * 400000


def test_changing_an_input_through_its_form_moves_the_page(
    market: Market, bottom_up: Any, alice: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice)
    MarketChoice.objects.create(opportunity=deal, market=market, **TIMES)
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/evaluate/market/"
    page = client.get(url).content.decode()
    assert "¥400.00M" in page
    assert "On accounts" in page
    row = bottom_up["accounts"]
    answer = client.post(
        f"/market-inputs/{row.pk}/edit/?fields=likely,high",
        {"likely": "4000", "high": "4000", "version": row.version, "next": url},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert "¥800.00M" in client.get(url).content.decode()


def test_an_input_in_another_currency_takes_a_dated_rate(
    market: Market, alice: Any, actor: Any, now: datetime
) -> None:
    give(market, "market_value", 100, currency="USD")
    assert size_of(actor(alice), market, now).lines[0].top.value is None
    ExchangeRate.objects.create(base="CNY", currency="USD", on=date(2026, 1, 1), rate=Decimal(7))
    line = size_of(actor(alice), market, now).lines[0]
    assert line.top.value is not None
    assert line.top.value.likely == 700
    rate = line.top.inputs[0].rate
    assert rate is not None
    assert rate.on == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"low": 5, "likely": 4, "high": 9}, "likely"),
        ({"input": "fit", "low": 50, "likely": 90, "high": 101}, "high"),
        ({"input": "price", "currency": ""}, "currency"),
        ({"source": ""}, "source"),
        ({"input": "accounts"}, "input"),
    ],
)
def test_it_names_what_is_wrong_with_an_input(
    market: Market, alice: Any, actor: Any, now: datetime, values: Any, wrong: str
) -> None:
    give(market, "accounts", 1)
    whole = {
        "market": market.pk,
        "input": "reach",
        "low": Decimal(1),
        "likely": Decimal(2),
        "high": Decimal(3),
        "source": "Register",
        "year": 2025,
        "confidence": "low",
        "currency": "",
    }
    with pytest.raises(Invalid) as refused:
        create_record(
            actor=actor(alice), record_type="market_input", values={**whole, **values}, now=now
        )
    assert wrong in refused.value.errors


def test_an_edit_is_checked_against_what_stands(
    market: Market, alice: Any, actor: Any, now: datetime
) -> None:
    row = give(market, "fit", 30)
    with pytest.raises(Invalid):
        edit_record(actor=actor(alice), record=row, values={"low": Decimal(31)}, now=now)


def test_the_database_keeps_ranges_in_order(market: Market) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        give(market, "fit", 30, high=Decimal(20))


def test_choosing_a_market_is_undoable(
    market: Market, alice: Any, vera: Any, charlie: Any, actor: Any, now: datetime
) -> None:
    deal = make_opportunity(alice)
    other = Market.objects.create(name="WMS", **TIMES)
    for chosen in (market, other):
        set_market(actor=actor(alice), opportunity=deal, market=chosen, now=now)
    assert market_of(deal) == other
    for expected in (market, None):
        last = Operation.objects.filter(action="opportunity.market", undone_at=None).latest("pk")
        undo_operation(actor=actor(alice), target=last, now=now)
        assert market_of(deal) == expected
    set_market(actor=actor(alice), opportunity=deal, market=other, now=now)
    assert market_of(deal) == other
    for user, refusal in ((vera, Forbidden), (charlie, NotFound)):
        with pytest.raises(refusal):
            set_market(actor=actor(user), opportunity=deal, market=None, now=now)


def test_pages_ask_no_more_with_more_rows(
    market: Market, bottom_up: Any, alice: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    client.get("/evaluate/markets/")
    for place in range(12):
        give(Market.objects.create(name=f"Market {place}", **TIMES), "accounts", 5)
        make_specialist()
    with django_assert_max_num_queries(26):
        assert client.get("/evaluate/markets/").status_code == 200


def test_som_of_the_page_is_bottom_up_when_there_is_one(
    market: Market, bottom_up: Any, alice: Any, actor: Any, now: datetime
) -> None:
    closed(alice, 15, 15, now)
    size = size_of(actor(alice), market, now)
    assert [line.level for line in size.lines] == [TAM, "sam", SOM]
    assert size.som == size.lines[-1].bottom.value


def test_opportunities_are_listed_by_their_market(
    market: Market, alice: Any, actor: Any, sign_in: Any, now: datetime
) -> None:
    inside, gone = make_opportunity(alice, name="Inside"), make_opportunity(alice, name="Gone")
    make_opportunity(alice, name="Outside")
    for deal in (inside, gone):
        set_market(actor=actor(alice), opportunity=deal, market=market, now=now)
    undo_operation(actor=actor(alice), target=Operation.objects.latest("id"), now=now)
    client = sign_in(alice)

    def names(condition: str) -> set[str]:
        page = client.get(f"/opportunities/?view=all&f={condition}&columns=name,market")
        text = page.content.decode()
        return {name for name in ("Inside", "Gone", "Outside") if f">{name}<" in text}

    assert names(f"market.is.{market.pk}") == {"Inside"}
    assert names("market.empty.") == {"Gone", "Outside"}
    assert names(f"market.not.{market.pk}") == {"Gone", "Outside"}
    exported = client.get("/api/v1/opportunities?fields=name,market&sort=name").json()["items"]
    assert [one["market"] and one["market"]["name"] for one in exported] == [
        None, "MES in Zhejiang", None,
    ]  # fmt: skip
