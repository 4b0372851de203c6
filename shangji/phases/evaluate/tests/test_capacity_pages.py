"""Resources of a deal and the load of people, as pages; demands come in and go out as sheets."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.factories import make_demand, make_skill, make_specialist
from shangji.phases.evaluate.models import Booking, Demand
from shangji.records.actions import create_record


def soon(weeks: int = 3) -> dict[str, Any]:
    start = today() + timedelta(weeks=weeks)
    return {"starts_on": start, "ends_on": start + timedelta(days=13)}


@pytest.fixture
def mes(db: None) -> Any:
    return make_skill("MES")


def test_the_plan_is_booked_and_released_from_the_page(alice: Any, mes: Any, sign_in: Any) -> None:
    deal = make_opportunity(alice)
    demand = make_demand(deal, mes, name="Blueprint", **soon())
    person = make_specialist("Li Wei", skills={mes: 3})
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/evaluate/resources/"
    page = client.get(url).content.decode()
    assert f'value="{demand.pk}:{person.pk}"' in page
    assert client.post(f"{url}book/", {"pair": f"{demand.pk}:{person.pk}"}).status_code == 302
    page = client.get(url).content.decode()
    assert "Booked" in page
    assert "Li Wei" in page
    assert client.post(f"{url}release/", {"demand": demand.pk}).status_code == 302
    assert not Booking.objects.alive().exists()


def test_a_gap_stands_in_words_and_hides_costs_from_those_who_may_not_know_them(
    alice: Any, mei: Any, mes: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice)
    make_demand(deal, mes, budget=Decimal(1000), **soon())
    make_specialist("Li Wei", skills={mes: 3}, cost_per_hour=Decimal(123))
    url = f"/opportunities/{deal.pk}/evaluate/resources/"
    assert "Raise the budget to ¥4,920, or decline." in sign_in(mei).get(url).content.decode()
    page = sign_in(alice).get(url).content.decode()
    assert "Raise the budget, or decline." in page
    assert "4,920" not in page


def test_what_if_names_who_is_wanted_twice(alice: Any, mes: Any, sign_in: Any) -> None:
    deals = [make_opportunity(alice, name=name) for name in ("MES two", "LIS")]
    for deal in deals:
        make_demand(deal, mes, hours=Decimal(70), **soon())
    make_specialist("Li Wei", skills={mes: 3})
    page = sign_in(alice).get(
        f"/opportunities/{deals[0].pk}/evaluate/resources/?with={deals[1].pk}"
    )
    text = page.content.decode()
    assert "Li Wei is the first choice of more than one:" in text
    assert "1 / 2" in text


def test_another_teams_deal_is_no_what_if(alice: Any, charlie: Any, mes: Any, sign_in: Any) -> None:
    deal = make_opportunity(alice)
    make_demand(deal, mes, **soon())
    theirs = make_opportunity(charlie, name="Secret tender")
    make_demand(theirs, mes, **soon())
    page = (
        sign_in(alice)
        .get(f"/opportunities/{deal.pk}/evaluate/resources/?with={theirs.pk}")
        .content.decode()
    )
    assert "Secret tender" not in page


def test_a_demand_is_written_by_whoever_may_change_the_deal(
    alice: Any, bob: Any, charlie: Any, vera: Any, mes: Any, actor: Any, now: Any
) -> None:
    deal = make_opportunity(alice)
    values = {
        "name": "Blueprint",
        "opportunity": deal.pk,
        "skill": mes.pk,
        "level": 3,
        "hours": Decimal(8),
        "currency": "CNY",
        **soon(),
    }
    for user in (bob, charlie):
        with pytest.raises(Invalid) as refused:
            create_record(actor=actor(user), record_type="demand", values=values, now=now)
        assert "opportunity" in refused.value.errors
    create_record(actor=actor(alice), record_type="demand", values=values, now=now)
    assert Demand.objects.get().opportunity == deal


def test_pages_ask_no_more_with_more_people_and_deals(
    alice: Any, mes: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    for _each in range(12):
        make_specialist(skills={mes: 3})
        deal = make_opportunity(alice)
        make_demand(deal, mes, **soon())
        make_demand(deal, mes, **soon(6))
    for url, most in (
        ("/evaluate/capacity/", 22),
        ("/evaluate/capacity/plan/", 31),
        (f"/opportunities/{deal.pk}/evaluate/resources/", 32),
    ):
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_the_heat_table_reads_free_hours(alice: Any, mes: Any, sign_in: Any) -> None:
    make_specialist("Li Wei", skills={mes: 3}, hours_per_week=Decimal(30))
    make_specialist("Other", hours_per_week=Decimal(7))
    client = sign_in(alice)
    page = client.get("/evaluate/capacity/").content.decode()
    assert "Li Wei" in page
    assert 'data-heat="0"' in page
    only = client.get(f"/evaluate/capacity/?skill={mes.pk}").content.decode()
    assert "Li Wei" in only
    assert ">Other<" not in only


def test_a_role_that_hides_amounts_reads_none(
    alice: Any, mes: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MES two", "LIS"):
        deal = make_opportunity(alice, name=name, amount=Decimal(7_654_321))
        make_demand(deal, mes, **soon())
    pages = (
        f"/opportunities/{deal.pk}/evaluate/resources/",
        f"/opportunities/{deal.pk}/evaluate/profit/?new=1",
        "/evaluate/capacity/plan/",
    )

    def told(page: str) -> bool:
        content = sign_in(alice).get(page).content.decode()
        return "7.65M" in content or "7,654,321" in content

    assert [told(page) for page in pages] == [True] * 3

    def hides(self: Actor, kind: str) -> frozenset[str]:
        return frozenset({"amount"} if kind == "opportunity" else ())

    monkeypatch.setattr(Actor, "hidden_fields", hides)
    assert [told(page) for page in pages] == [False] * 3
