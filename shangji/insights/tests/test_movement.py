"""Rates from phase to phase, and what changed since Monday of last week."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

from shangji.core.opportunities.actions import edit_opportunity, move_to_stage
from shangji.core.opportunities.actions.create import create_opportunity
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.flow import phase_flow
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import User
from shangji.insights.queries.changes import changes_since

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=40)


def walk(actor: Actor, record: Opportunity, *keys: str) -> None:
    for number, key in enumerate(keys):
        at = NOW - timedelta(days=30 - number)
        why = {"lost": "too_expensive", "won": "trust"}.get(key)
        move_to_stage(
            actor=actor,
            opportunity=Opportunity.objects.get(pk=record.pk),
            stage=stage(key),
            reason=reason(why) if why else None,
            now=at,
        )


def test_it_rates_what_left_a_phase_by_what_went_on(alice: User) -> None:
    actor = Actor(alice, "page")
    # of four that leave identify: two go on, one is lost, one goes on and comes back
    walk(actor, make_opportunity(alice, now=BEFORE), "verified", "assessing")
    walk(actor, make_opportunity(alice, now=BEFORE), "assessing", "qualified", "discovery")
    walk(actor, make_opportunity(alice, now=BEFORE), "lost")
    walk(actor, make_opportunity(alice, now=BEFORE), "assessing", "verified")
    make_opportunity(alice, now=BEFORE)  # stays
    flow = phase_flow(actor, NOW)
    assert (flow["identify"].left, flow["identify"].forward) == (4, 3)
    assert flow["identify"].rate == 0.75
    # out of evaluate: one on to convert, one back
    assert (flow["evaluate"].left, flow["evaluate"].forward) == (2, 1)
    assert flow["nurture"].rate is None


def test_it_counts_a_win_once(alice: User) -> None:
    actor = Actor(alice, "page")
    won = make_opportunity(alice, at="contract", now=BEFORE)
    walk(actor, won, "won", "onboarding", "service")
    walk(actor, make_opportunity(alice, at="contract", now=BEFORE), "lost")
    flow = phase_flow(actor, NOW)
    assert (flow["convert"].left, flow["convert"].forward) == (2, 1)


def test_it_rates_customers_by_the_new_opportunities_that_follow(alice: User, bob: User) -> None:
    served = [make_opportunity(alice, at="service", now=BEFORE) for _n in range(4)]
    for parent in (served[0], served[0], served[1]):
        make_opportunity(alice, at="discovery", parent=parent, now=NOW - timedelta(days=3))
    make_opportunity(alice, parent=served[2], now=NOW - timedelta(days=200))  # too long ago
    maintain = phase_flow(Actor(alice, "page"), NOW)["maintain"]
    assert (maintain.left, maintain.forward, maintain.rate) == (4, 2, 0.5)
    assert phase_flow(Actor(bob, "page"), NOW)["maintain"].rate is None


def test_it_leaves_out_what_was_undone_and_what_others_did(alice: User, charlie: User) -> None:
    actor = Actor(alice, "page")
    walk(actor, make_opportunity(alice, now=BEFORE), "assessing")
    undo_operation(actor=actor, target=Operation.objects.latest("pk"), now=NOW)
    walk(Actor(charlie, "page"), make_opportunity(charlie, now=BEFORE), "assessing")
    assert phase_flow(actor, NOW)["evaluate"].left == 0


def lines(user: User) -> tuple[dict[str, tuple[int, dict[str, Decimal]]], dict[str, Decimal]]:
    found = changes_since(Actor(user, "page"), NOW)
    assert not found.is_cut
    return {one.key: (one.count, dict(one.amount)) for one in found.moves}, found.net


def test_it_sums_what_changed_since_monday_of_last_week(alice: User) -> None:
    actor = Actor(alice, "page")
    monday = datetime(2026, 11, 15, 16, 0, tzinfo=UTC)  # Monday the 16th 00:00 in Shanghai

    def change(before: int, at: datetime, **values: Any) -> None:
        row = make_opportunity(
            alice, amount=Decimal(before), expected_close_on=date(2026, 12, 1), now=BEFORE
        )
        edit_opportunity(actor=actor, record=row, values=values, now=at)

    create_opportunity(actor=actor, values={"name": "New", "amount": Decimal(96)}, now=monday)
    create_opportunity(
        actor=actor,
        values={"name": "Old", "amount": Decimal(5)},
        now=monday - timedelta(seconds=1),
    )
    change(100, NOW, amount=Decimal(118))
    change(50, NOW, amount=Decimal(40))
    change(54, NOW, expected_close_on=date(2027, 1, 4))
    change(70, NOW, expected_close_on=date(2026, 12, 20))  # stays in the quarter
    for amount, key, why in ((31, "lost", "too_expensive"), (20, "won", "trust")):
        row = make_opportunity(alice, at="contract", amount=Decimal(amount), now=BEFORE)
        move_to_stage(actor=actor, opportunity=row, stage=stage(key), reason=reason(why), now=NOW)
    found, net = lines(alice)
    assert found == {
        "new": (1, {"CNY": Decimal(96)}),
        "raised": (1, {"CNY": Decimal(18)}),
        "lowered": (1, {"CNY": Decimal(-10)}),
        "pushed": (1, {"CNY": Decimal(-54)}),
        "won": (1, {"CNY": Decimal(20)}),
        "lost": (1, {"CNY": Decimal(-31)}),
    }
    assert net == {"CNY": Decimal(96 + 18 - 10 - 54 - 31)}


def test_it_takes_history_that_an_import_brings_for_no_news(alice: User) -> None:
    with operation(Actor(alice, "import"), "import", now=NOW) as op:
        for amount, day in ((700, "2019-05-01"), (30, "2026-11-20")):
            row = make_opportunity(alice, at="won", amount=Decimal(amount), now=BEFORE)
            told = {"status": "won", "closed_on": day, "amount": str(amount)}
            op.log(row, Change.CREATED, {name: [None, value] for name, value in told.items()})
    found, _net = lines(alice)
    assert found == {"new": (1, {"CNY": Decimal(30)}), "won": (1, {"CNY": Decimal(30)})}
    with mock.patch("shangji.insights.queries.changes.LIMIT", 1):
        assert changes_since(Actor(alice, "page"), NOW).is_cut


def test_it_forgets_what_was_undone_and_keeps_currencies_apart(alice: User) -> None:
    actor = Actor(alice, "page")
    row = make_opportunity(alice, amount=Decimal(10), currency="USD", now=BEFORE)
    edit_opportunity(actor=actor, record=row, values={"amount": Decimal(15)}, now=NOW)
    other = make_opportunity(alice, amount=Decimal(10), now=BEFORE)
    edit_opportunity(actor=actor, record=other, values={"amount": Decimal(99)}, now=NOW)
    assert lines(alice)[1] == {"CNY": Decimal(89), "USD": Decimal(5)}
    assert list(lines(alice)[1]) == ["CNY", "USD"]  # the workspace's own first
    undo_operation(actor=actor, target=Operation.objects.latest("pk"), now=NOW)
    found, net = lines(alice)
    assert net["USD"] == 5 and net.get("CNY", 0) == 0
    assert found["raised"][1]["USD"] == 5
