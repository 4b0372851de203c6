"""The roll-up equals a recount, whatever was done and through whichever path."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangji.core.opportunities.actions import (
    edit_opportunity,
    lose_opportunity,
    move_to_stage,
    win_opportunity,
)
from shangji.core.opportunities.actions.rollup import recount
from shangji.core.opportunities.defaults import install_defaults
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, StageMove, StageTotal
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Conflict, DomainError
from shangji.records.actions import delete_record, restore_record
from tests.threads import at_once


def totals() -> set[tuple[Any, ...]]:
    """What is kept, empty lines left out."""
    rows = StageTotal.objects.values_list(
        *("stage_id", "owner_id", "status", "currency"),
        *("count", "amount_e4", "weighted_e4", "without_step", "without_step_e4"),
    )
    return {row for row in rows if any(row[4:])}


def assert_equals_recount() -> None:
    kept = totals()
    recount()
    assert kept == totals()


AMOUNTS = st.one_of(st.none(), st.decimals(0, Decimal("99999999.99"), places=2))
STEPS = st.one_of(
    st.tuples(st.just("make"), AMOUNTS),
    st.tuples(st.just("amount"), AMOUNTS),
    st.tuples(st.just("move"), st.sampled_from(["new", "quote", "contract", "lost"])),
    st.tuples(st.just("owner"), st.sampled_from(["alice", "bob", None])),
    st.tuples(st.just("rate"), st.integers(0, 100)),
    st.tuples(st.just("step"), st.sampled_from(["", "Call"])),
    st.tuples(st.just("money"), st.sampled_from(["CNY", "USD"])),
    st.tuples(st.just("bin"), st.none()),
    st.tuples(st.just("restore"), st.none()),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("gone"), st.none()),
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_it_equals_a_recount_after_anything(
    dana: Any, alice: Any, bob: Any, actor: Any, now: Any, steps: list[tuple[str, Any]]
) -> None:
    me, people = actor(dana), {"alice": alice.pk, "bob": bob.pk}
    record = make_opportunity(alice, at="discovery")
    for number, (what, value) in enumerate(steps):
        at = now + timedelta(minutes=number)
        names = {
            "amount": "amount",
            "rate": "probability",
            "step": "next_step",
            "money": "currency",
        }
        try:
            if what == "make":
                record = make_opportunity(bob, amount=value)
            elif what in names:
                edit_opportunity(actor=me, record=record, values={names[what]: value}, now=at)
            elif what == "owner":
                edit_opportunity(
                    actor=me, record=record, values={"owner": people.get(value)}, now=at
                )
            elif what == "move":
                why = reason("poor_fit") if value == "lost" else None
                move_to_stage(actor=me, opportunity=record, stage=stage(value), reason=why, now=at)
            elif what == "bin":
                delete_record(actor=me, record=record, now=at)
            elif what == "restore":
                restore_record(actor=me, record=record, now=at)
            elif what == "undo":
                undo_operation(actor=me, target=Operation.objects.latest("id"), now=at)
            else:
                Opportunity.objects.filter(pk=record.pk).delete()
                record = make_opportunity(None)
        except (DomainError, Operation.DoesNotExist):
            pass
    assert_equals_recount()


@pytest.mark.django_db
def test_it_sums_exactly_by_stage_owner_and_currency(alice: Any, bob: Any) -> None:
    make_opportunity(alice, at="quote", amount=Decimal("0.1"))
    make_opportunity(alice, at="quote", amount=Decimal("0.2"), next_step="")
    make_opportunity(bob, at="quote", amount=Decimal(7), currency="USD")
    quote = stage("quote").pk
    assert totals() == {
        (quote, alice.pk, "open", "CNY", 2, 3000, 1500, 1, 2000),
        (quote, bob.pk, "open", "USD", 1, 70000, 35000, 0, 0),
    }


@pytest.fixture
def ready(transactional_db: None, now: Any) -> None:
    """Rows that the emptied tables of a test with real commits need."""
    forget_pipelines()
    install_defaults(now)


@pytest.mark.parametrize("versioned", [True, False])
def test_it_ends_in_one_stage_when_won_and_lost_at_once(
    ready: None, alice: Any, mei: Any, actor: Any, now: Any, versioned: bool
) -> None:
    for _round in range(3):
        record = make_opportunity(alice, at="contract")
        seen = record.version if versioned else None
        clicks = [
            lambda who=who, verb=verb, why=why: verb(  # type: ignore[misc]
                actor=actor(who),
                opportunity=Opportunity.objects.get(pk=record.pk),  # noqa: B023
                reason=reason(why),
                version=seen,  # noqa: B023
                now=now,
            )
            for who, verb, why in (
                (alice, win_opportunity, "trust"),
                (mei, lose_opportunity, "poor_fit"),
                (alice, win_opportunity, "trust"),
                (mei, lose_opportunity, "poor_fit"),
            )
        ]
        OutboxEvent.objects.all().delete()
        raised = at_once(*clicks)
        assert all(error is None or isinstance(error, Conflict) for error in raised), raised
        record.refresh_from_db()
        moves = list(StageMove.objects.filter(opportunity=record).order_by("id"))
        assert moves[-1].stage_id == record.stage_id
        assert [move.left_at for move in moves].count(None) == 1
        decided = OutboxEvent.objects.filter(name__in=["opportunity.won", "opportunity.lost"])
        assert decided.count() == len(moves) - 1
        if versioned:
            assert len(moves) == 2
    assert_equals_recount()


def test_it_keeps_totals_when_deals_cross_at_once(
    ready: None, alice: Any, mei: Any, actor: Any, now: Any
) -> None:
    records = [make_opportunity(alice, at="quote") for _ in range(3)]
    records += [make_opportunity(alice, at="contract") for _ in range(3)]

    def cross(record: Opportunity, keys: tuple[str, ...]) -> Any:
        def run() -> None:
            for key in keys:
                move_to_stage(actor=actor(mei), opportunity=record, stage=stage(key), now=now)

        return run

    there, back = ("contract", "quote", "contract"), ("quote", "contract", "quote")
    raised = at_once(
        *(cross(record, there) for record in records[:3]),
        *(cross(record, back) for record in records[3:]),
    )
    assert raised == [None] * 6
    assert_equals_recount()


def _in_sight(client: Any) -> tuple[int, list[str]]:
    """The number beside the phases together, and what was asked of the roll-up."""
    with CaptureQueriesContext(connection) as captured:
        shell = client.get("/profile/").context["shell"]
        number = sum(one["count"] for one in shell["phases"])
    return number, [one["sql"] for one in captured if "opportunities_stagetotal" in one["sql"]]


def test_what_a_page_asked_is_read_with_the_session_the_next_time(
    sign_in: Any, alice: Any, now: datetime
) -> None:
    client = sign_in(alice)
    make_opportunity(owner=alice, now=now)
    for foreseen in (False, True, True):
        number, texts = _in_sight(client)
        assert number == 1
        assert ["FROM django_session" in sql for sql in texts] == [foreseen], texts
    make_opportunity(owner=alice, now=now)
    assert _in_sight(client)[0] == 2


def test_an_answer_to_another_question_is_not_taken(
    sign_in: Any, alice: Any, bob: Any, now: datetime
) -> None:
    """Rights that changed put another question together: what was read with the session is left."""
    client = sign_in(alice)
    make_opportunity(owner=bob, now=now)
    assert [_in_sight(client)[0] for _n in range(3)] == [0, 0, 0]
    User.objects.filter(pk=bob.pk).update(deputy=alice, deputy_from=today() - timedelta(days=1))
    assert _in_sight(client)[0] == 1
