"""Warnings count what their lists show; the forecast keeps currencies and shares apart."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import OpportunityPerson
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.insights.queries.attention import quarter_forecast, warnings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SignIn = Callable[[User], Client]


def faulty(owner: User | None, now: datetime, prefix: str) -> None:
    """Three in order and one of each fault, ten of amount each."""
    day = timezone.localdate(now)
    fine: dict[str, Any] = {
        "next_step": "Call",
        "next_step_on": day + timedelta(days=9),
        "expected_close_on": day + timedelta(days=60),
        "last_contact_at": now,
        "amount": Decimal(10),
        "now": now,
    }
    for number in range(3):
        make_opportunity(owner, name=f"{prefix} fine {number}", **fine)
    make_opportunity(owner, name=f"{prefix} no step", **fine | {"next_step": ""})
    quiet = {"last_contact_at": now - timedelta(days=30)}
    make_opportunity(owner, name=f"{prefix} stale", **fine | quiet)
    passed = {"expected_close_on": day - timedelta(days=1)}
    make_opportunity(owner, name=f"{prefix} passed", **fine | passed)
    make_opportunity(owner, name=f"{prefix} pushed", **fine | {"push_count": 3})
    make_opportunity(owner, name=f"{prefix} no decider", at="discovery", **fine)
    decided = make_opportunity(owner, name=f"{prefix} decider", at="discovery", **fine)
    OpportunityPerson.objects.create(
        opportunity=decided, contact=make_contact(owner), role="decider"
    )
    make_opportunity(owner, name=f"{prefix} lost", at="lost", **fine | {"next_step": ""})


def test_it_counts_each_fault_among_ones_own_open_ones(alice: User, bob: User) -> None:
    faulty(alice, NOW, "a")
    faulty(bob, NOW, "b")
    faulty(None, NOW, "pool")
    found, total = warnings(Actor(alice, "page"), NOW)
    assert {one.key: one.count for one in found} == {
        "no_step": 1,
        "stale": 1,
        "overdue": 1,
        "pushed": 1,
        "no_decider": 1,
    }
    assert all(one.amount == {"CNY": Decimal(10)} for one in found)
    assert total == 9


@pytest.mark.parametrize(
    ("who", "times"), [("alice", 1), ("mei", 2), ("vera", 4), ("dana", 4), ("maya", 1)]
)
def test_it_links_to_a_list_of_as_many_rows(
    request: pytest.FixtureRequest, sign_in: SignIn, who: str, times: int
) -> None:
    people = {name: request.getfixturevalue(name) for name in ("alice", "bob", "charlie", "mei")}
    people |= {name: request.getfixturevalue(name) for name in ("vera", "dana")}
    now = timezone.now()
    people["maya"] = User.objects.create_user(
        email="maya@example.com", name="Maya", role="marketer"
    )
    owners = [people["alice"], people["bob"], people["charlie"], None]
    if who == "maya":  # reads all, changes her own
        owners = [people["maya"], people["bob"], None]
    for number, owner in enumerate(owners):
        faulty(owner, now, str(number))
    browser = sign_in(people[who])
    found, _total = warnings(Actor(people[who], "page"), now)
    for one in found:
        assert one.count == times, one.key
        query = urlencode([("f", text) for text in one.conditions])
        page = browser.get(f"/opportunities/?{query}").content.decode()
        assert page.count('<tr data-id="') == times, (one.key, one.conditions)


def test_it_keeps_won_commit_and_best_apart_in_the_quarter(alice: User) -> None:
    values: list[tuple[str, int, str, dict[str, Any]]] = [
        ("won", 100, "CNY", {"closed_on": date(2026, 10, 1)}),
        ("won", 5, "CNY", {"closed_on": date(2026, 9, 30)}),  # the quarter before
        ("service", 30, "CNY", {"closed_on": date(2026, 12, 31)}),  # won, and served since
        ("contract", 20, "CNY", {"expected_close_on": date(2026, 12, 31)}),
        ("contract", 9, "CNY", {"expected_close_on": date(2027, 1, 1)}),  # the next quarter
        ("quote", 40, "CNY", {"expected_close_on": date(2026, 12, 1)}),
        ("discovery", 7, "CNY", {"expected_close_on": date(2026, 12, 1)}),
        ("new", 3, "CNY", {"expected_close_on": date(2026, 12, 1)}),  # omitted by its stage
        ("contract", 1, "USD", {"expected_close_on": date(2026, 12, 1)}),
    ]
    for key, amount, currency, more in values:
        make_opportunity(alice, at=key, amount=Decimal(amount), currency=currency, **more)
    found, first, last = quarter_forecast(Actor(alice, "page"), NOW)
    assert (first, last) == (date(2026, 10, 1), date(2026, 12, 31))
    yuan, dollars = found
    assert (yuan.currency, yuan.closed, yuan.commit, yuan.best, yuan.pipeline) == (
        "CNY",
        Decimal(130),
        Decimal(20),
        Decimal(40),
        Decimal(7),
    )
    assert yuan.call == Decimal(150)
    assert (dollars.currency, dollars.commit) == ("USD", Decimal(1))
