"""The work queue: its order, its reasons, whose rows, and the rule behind it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.opportunities.actions.snooze import snooze
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.workspace.models import ExchangeRate
from shangji.lib.errors import Conflict, Forbidden, Invalid
from shangji.phases.evaluate.actions.standing import keep_standing
from shangji.phases.evaluate.actions.work import set_work_order
from shangji.phases.evaluate.models import WorkOrder
from shangji.phases.evaluate.queries import work
from shangji.phases.evaluate.queries.work import current_weights, order_of_work, preview_of
from shangji.phases.evaluate.rules.work import WorkWeights

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
TODAY = date(2026, 11, 23)


def deal(owner: Any, name: str, **values: Any) -> Opportunity:
    """Worth 50,000, a step in three weeks, closing in two months, spoken to today."""
    row = {
        "amount": Decimal(50_000),
        "next_step_on": TODAY + timedelta(days=21),
        "expected_close_on": TODAY + timedelta(days=60),
        "last_contact_at": NOW,
        **values,
    }
    return make_opportunity(owner, name=name, **row)


def order(user: Any, **asked: Any) -> list[str]:
    found = order_of_work(Actor(user, "page"), NOW, weights=WorkWeights(), **asked)
    return [one.row["name"] for one in found.ranked]


def test_it_puts_first_what_deserves_it_and_says_why(alice: Any) -> None:
    deal(alice, "quiet")
    deal(alice, "late", next_step_on=TODAY - timedelta(days=2))
    big = deal(alice, "big", amount=Decimal(5_000_000), at="negotiation")
    best = deal(alice, "good", at="assessing")
    keep_standing(best.pk, {"score": Decimal(95), "grade": "A", "intent": Decimal(38)})
    keep_standing(big.pk, {"score": Decimal(20), "grade": "D"})
    found = order_of_work(Actor(alice, "page"), NOW, weights=WorkWeights())
    assert [one.row["name"] for one in found.ranked] == ["late", "big", "good", "quiet"]
    assert [one.points for one in found.ranked] == [
        Decimal("40.2"), Decimal("34.0"), Decimal("29.0"), Decimal("10.2")
    ]  # fmt: skip
    assert found.ranked[0].reasons[:2] == ["2 days late", "not scored, counts half"]
    assert found.ranked[2].reasons[:2] == ["grade A, 95", "intent 38"]


def test_it_leaves_out_what_is_decided_and_what_is_not_seen(alice: Any, charlie: Any) -> None:
    deal(alice, "open")
    deal(alice, "won", at="won")
    deal(alice, "lost", at="lost")
    deal(charlie, "foreign")
    assert order(alice) == ["open"]


def test_it_shows_own_ones_or_all_that_are_seen(alice: Any, bob: Any, mei: Any) -> None:
    deal(alice, "of Alice")
    deal(bob, "of Bob")
    deal(mei, "of Mei")
    assert order(mei, mine=True) == ["of Mei"]
    assert set(order(mei)) == {"of Alice", "of Bob", "of Mei"}
    assert order(mei, phase="convert") == []


def test_it_comes_back_on_the_day_it_was_put_off_to(alice: Any) -> None:
    actor = Actor(alice, "page")
    row = deal(alice, "later")
    snooze(
        actor=actor, subject=f"opportunity:{row.pk}:work", until=TODAY + timedelta(days=2), now=NOW
    )
    assert order(alice) == []
    later = order_of_work(actor, NOW + timedelta(days=2), weights=WorkWeights())
    assert [one.row["name"] for one in later.ranked] == ["later"]


def test_it_never_takes_a_foreign_currency_one_to_one(alice: Any) -> None:
    deal(alice, "dollars", currency="USD", amount=Decimal(5_000_000))
    [one] = order_of_work(Actor(alice, "page"), NOW, weights=WorkWeights()).ranked
    assert "no rate for USD, counts half" in one.reasons
    ExchangeRate.objects.create(currency="USD", base="CNY", rate=Decimal("7.1"), on=TODAY)
    [one] = order_of_work(Actor(alice, "page"), NOW, weights=WorkWeights()).ranked
    assert "expected ¥1.78M" in one.reasons  # 5 M × 5 % × 7.1


def test_it_weighs_the_top_of_very_many_and_says_so(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST", 4)
    monkeypatch.setattr(work, "FROM_EACH", 1)
    for number in range(6):
        deal(alice, f"deal {number}")
    deal(alice, "late", next_step_on=TODAY - timedelta(days=2))
    deal(alice, "large", amount=Decimal(10**7))
    found = order_of_work(Actor(alice, "page"), NOW, weights=WorkWeights())
    assert found.total == 8
    assert found.looked < 8
    assert {"late", "large"} <= {one.row["name"] for one in found.ranked}


def test_it_keeps_the_rule_to_those_who_may(alice: Any, mei: Any) -> None:
    with pytest.raises(Forbidden):
        set_work_order(actor=Actor(alice, "page"), weights=WorkWeights(), now=NOW)
    with pytest.raises(Invalid, match="now 90"):
        set_work_order(actor=Actor(mei, "page"), weights=WorkWeights(deadline=20), now=NOW)
    assert not WorkOrder.objects.exists()


def test_it_undoes_a_change_of_the_rule_and_refuses_a_clash(mei: Any) -> None:
    actor = Actor(mei, "page")
    first = set_work_order(actor=actor, weights=WorkWeights(deadline=60, value=0), now=NOW)
    set_work_order(actor=actor, weights=WorkWeights(deadline=0, value=60), now=NOW, version=1)
    with pytest.raises(Conflict):
        set_work_order(actor=actor, weights=WorkWeights(), now=NOW, version=first.version)
    last = Operation.objects.order_by("-id")[0]
    undo_operation(actor=actor, target=last, now=NOW)
    assert current_weights()[0].deadline == 60


def test_it_shows_a_broken_rule_as_broken_and_goes_on(mei: Any, sign_in: Any) -> None:
    set_work_order(actor=Actor(mei, "page"), weights=WorkWeights(), now=NOW)
    WorkOrder.objects.update(settings={"version": 1, "deadline": "many"})
    assert current_weights()[2]
    page = sign_in(mei).get("/evaluate/queue/")
    assert page.status_code == 200
    assert "cannot be read" in page.content.decode()


def test_it_previews_what_another_rule_would_change(alice: Any, mei: Any, sign_in: Any) -> None:
    deal(alice, "late", next_step_on=TODAY - timedelta(days=2))
    deal(alice, "large", amount=Decimal(10**7))
    proposed = WorkWeights(deadline=0, value=60)
    shifts = preview_of(Actor(mei, "page"), NOW, present=WorkWeights(), proposed=proposed)
    assert [(one.ranked.row["name"], one.moved) for one in shifts] == [("large", 1), ("late", -1)]
    asked = (
        "preview=1&deadline=0&value=60&score=20&intent=10&silence=10"
        "&value_full=500000&intent_full=40&days_ahead=14"
    )
    page = sign_in(mei).get(f"/settings/order-of-work/?{asked}")
    assert "What this rule would change" in page.content.decode()
    assert not WorkOrder.objects.exists()


def test_it_asks_as_many_queries_for_one_row_as_for_many(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    counts = []
    for number in range(2):
        for at in range(1 + number * 30):
            deal(alice, f"deal {number} {at}")
        client.get("/evaluate/queue/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/evaluate/queue/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 24


def test_whoever_owns_nothing_begins_with_all_that_is_seen(
    alice: Any, vera: Any, sign_in: Any
) -> None:
    make_opportunity(alice, name="Line 3")
    page = sign_in(vera).get("/evaluate/queue/").content.decode()
    assert "Line 3" in page
    assert "Line 3" not in sign_in(vera).get("/evaluate/queue/?whose=mine").content.decode()
