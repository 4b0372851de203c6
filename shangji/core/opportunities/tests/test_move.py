"""The spine: one move, and what follows from it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangji.core.opportunities.actions import (
    edit_opportunity,
    lose_opportunity,
    move_to_stage,
    reopen_opportunity,
    reset_forecast,
    reset_probability,
    win_opportunity,
)
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, Stage, StageMove
from shangji.core.opportunities.rules import status_after
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.events.models import OutboxEvent
from shangji.lib.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def move(actor: Any, record: Opportunity, key: str, now: Any, **more: Any) -> Opportunity:
    return move_to_stage(actor=actor, opportunity=record, stage=stage(key), now=now, **more)


def stays(record: Opportunity) -> list[str]:
    rows = StageMove.objects.filter(opportunity=record).order_by("id")
    return [row.stage.key for row in rows.select_related("stage")]


def assert_gap_free(record: Opportunity) -> None:
    """Each stay begins where and when the one before ended; the last is the present stage."""
    record.refresh_from_db()
    rows = list(StageMove.objects.filter(opportunity=record).order_by("id"))
    for before, after in pairwise(rows):
        assert before.left_at == after.entered_at
        assert after.from_stage_id == before.stage_id
        assert after.stage_id != before.stage_id
    assert [row.left_at for row in rows].count(None) == 1
    assert rows[-1].left_at is None
    assert rows[-1].stage_id == record.stage_id


def assert_follows_from_stage(record: Opportunity) -> None:
    record.refresh_from_db()
    here = record.stage
    status = status_after(stage_kind=here.kind, stage_phase=here.phase)
    manual = record.probability_manual
    assert (record.phase, record.status) == (here.phase, status)
    expected = {"won": 100, "lost": 0, "open": here.probability if manual is None else manual}
    assert record.probability == expected[status]
    assert (record.closed_at is None) == (status == "open")
    assert (record.closed_on is None) == (status == "open")


@pytest.mark.parametrize(
    ("key", "phase", "percent", "forecast"),
    [
        ("verified", "identify", 10, "pipeline"),
        ("qualified", "evaluate", 20, "pipeline"),
        ("nurturing", "nurture", 25, "pipeline"),
        ("quote", "convert", 50, "best"),
        ("contract", "convert", 90, "commit"),
    ],
)
def test_it_lets_phase_rate_and_forecast_follow_the_stage(
    alice: Any, actor: Any, now: Any, key: str, phase: str, percent: int, forecast: str
) -> None:
    record = move(actor(alice), make_opportunity(alice), key, now)
    assert (record.phase, record.status) == (phase, "open")
    assert (record.probability, record.forecast) == (percent, forecast)
    assert record.stage_entered_at == now


def test_it_never_overwrites_a_hand_set_rate(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="discovery")
    record = edit_opportunity(actor=me, record=record, values={"probability": 65}, now=now)
    record = move(me, record, "contract", now)
    assert (record.probability, record.probability_manual) == (65, 65)
    record = lose_opportunity(actor=me, opportunity=record, reason=reason("too_expensive"), now=now)
    assert record.probability == 0
    record = edit_opportunity(actor=me, record=record, values={"probability": 40}, now=now)
    assert record.probability == 0, "a lost deal stays lost"
    record = reopen_opportunity(actor=me, opportunity=record, now=now)
    assert (record.stage.key, record.probability) == ("contract", 40)
    record = reset_probability(actor=me, opportunity=record, now=now)
    assert (record.probability, record.probability_manual) == (90, None)


def test_it_keeps_a_hand_set_forecast_until_the_deal_is_decided(
    alice: Any, actor: Any, now: Any
) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="discovery")
    record = edit_opportunity(actor=me, record=record, values={"forecast": "commit"}, now=now)
    assert move(me, record, "quote", now).forecast == "commit"
    record = win_opportunity(actor=me, opportunity=record, reason=reason("best_fit"), now=now)
    assert record.forecast == "closed"
    record = reopen_opportunity(actor=me, opportunity=record, now=now)
    assert (record.forecast, record.forecast_manual) == ("best", False)
    record = edit_opportunity(actor=me, record=record, values={"forecast": "omitted"}, now=now)
    assert reset_forecast(actor=me, opportunity=record, now=now).forecast == "best"


@pytest.mark.parametrize("verb", [win_opportunity, lose_opportunity])
def test_it_asks_why(alice: Any, actor: Any, now: Any, verb: Any) -> None:
    record = make_opportunity(alice, at="quote")
    with pytest.raises(Invalid) as missing:
        verb(actor=actor(alice), opportunity=record, reason=None, now=now)
    assert "reason" in missing.value.errors
    other = "too_expensive" if verb is win_opportunity else "best_fit"
    with pytest.raises(Invalid):
        verb(actor=actor(alice), opportunity=record, reason=reason(other), now=now)
    assert_gap_free(record)
    assert record.status == "open"


def test_it_asks_a_note_where_the_reason_needs_one(alice: Any, actor: Any, now: Any) -> None:
    record = make_opportunity(alice, at="quote")
    ask = {"actor": actor(alice), "opportunity": record, "reason": reason("other_lost")}
    with pytest.raises(Invalid) as missing:
        lose_opportunity(**ask, note="  ", now=now)
    assert "note" in missing.value.errors
    record = lose_opportunity(**ask, note="Budget went to a building", now=now)
    assert (record.close_note, record.close_reason_id) == (
        "Budget went to a building",
        reason("other_lost").pk,
    )


def test_it_does_not_take_a_reason_out_of_use(alice: Any, actor: Any, now: Any) -> None:
    why = reason("too_expensive")
    why.is_active = False
    why.save()
    with pytest.raises(Invalid):
        lose_opportunity(
            actor=actor(alice), opportunity=make_opportunity(alice), reason=why, now=now
        )


def test_it_reopens_where_it_truly_left(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="discovery")
    for hour, key in enumerate(["contract", "quote", "negotiation"]):
        record = move(me, record, key, now + timedelta(hours=hour))
    later = now + timedelta(days=1)
    record = win_opportunity(actor=me, opportunity=record, reason=reason("best_fit"), now=later)
    assert (record.status, record.closed_at) == ("won", later)
    record = move(me, record, "onboarding", later + timedelta(days=1))
    assert (record.status, record.phase, record.closed_at) == ("won", "maintain", later)
    record = reopen_opportunity(actor=me, opportunity=record, now=later + timedelta(days=2))
    assert (record.stage.key, record.status) == ("negotiation", "open")
    assert (record.closed_at, record.closed_on, record.close_reason_id) == (None, None, None)
    with pytest.raises(DomainError):
        reopen_opportunity(actor=me, opportunity=record, now=later + timedelta(days=3))
    assert_gap_free(record)


def test_it_is_no_move_to_the_stage_it_is_in(alice: Any, actor: Any, now: Any) -> None:
    record = make_opportunity(alice, at="quote")
    before = record.version
    assert move(actor(alice), record, "quote", now).version == before
    assert stays(record) == ["quote"]
    assert not OutboxEvent.objects.exists()


def test_it_tells_of_each_move_once(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = move(me, make_opportunity(alice, at="quote"), "contract", now)
    for _click in range(2):
        win_opportunity(actor=me, opportunity=record, reason=reason("trust"), now=now)
    names = list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))
    assert names == ["opportunity.moved", "opportunity.moved", "opportunity.won"]


def test_it_refuses_a_stage_out_of_use(alice: Any, actor: Any, now: Any) -> None:
    Stage.objects.filter(key="quote").update(is_active=False)
    with pytest.raises(Invalid):
        move(actor(alice), make_opportunity(alice), "quote", now)


def test_it_counts_a_later_close_date_as_pushed(alice: Any, actor: Any, now: Any) -> None:
    me, day = actor(alice), now.date()
    record = make_opportunity(alice)
    counts = []
    for close in (day, day + timedelta(days=9), day + timedelta(days=3), None, day):
        record = edit_opportunity(
            actor=me, record=record, values={"expected_close_on": close}, now=now
        )
        counts.append(record.push_count)
    assert counts == [0, 1, 1, 1, 1]


def test_it_refuses_a_move_of_what_moved_meanwhile(
    alice: Any, mei: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice, at="discovery")
    seen = record.version
    move(actor(mei), record, "quote", now, version=seen)
    with pytest.raises(Conflict) as clash:
        move(actor(alice), record, "contract", now, version=seen)
    assert clash.value.fields["stage"] == (stage("contract").pk, stage("quote").pk)
    assert stays(record) == ["discovery", "quote"]


def test_it_moves_beside_a_change_of_another_field(
    alice: Any, mei: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice, at="discovery")
    seen = record.version
    edit_opportunity(
        actor=actor(mei), record=record, values={"name": "Renamed"}, version=seen, now=now
    )
    moved = move(actor(alice), record, "quote", now, version=seen)
    assert (moved.name, moved.stage.key) == ("Renamed", "quote")


def test_it_moves_by_the_form_under_the_same_rules(
    alice: Any, mei: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice, at="discovery")
    seen = record.version
    ask = {"actor": actor(alice), "record": record, "now": now}
    edited = edit_opportunity(
        **ask, values={"stage": stage("quote").pk, "name": "Both"}, version=seen
    )
    assert (edited.stage.key, edited.name) == ("quote", "Both")
    with pytest.raises(Invalid):
        edit_opportunity(**ask, values={"stage": stage("lost").pk})
    with pytest.raises(Conflict):
        edit_opportunity(**ask, values={"stage": stage("contract").pk}, version=seen)
    assert_gap_free(record)


def test_it_hides_from_strangers_and_refuses_readers(
    alice: Any, charlie: Any, vera: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice)
    with pytest.raises(NotFound):
        move(actor(charlie), record, "quote", now)
    with pytest.raises(Forbidden):
        move(actor(vera), record, "quote", now)


def test_it_undoes_a_move_as_a_step_of_the_history(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="negotiation")
    lose_opportunity(actor=me, opportunity=record, reason=reason("poor_fit"), now=now)
    report = undo_operation(
        actor=me, target=Operation.objects.latest("id"), now=now + timedelta(seconds=5)
    )
    assert report.left == []
    assert_gap_free(record)
    assert_follows_from_stage(record)
    assert (record.stage.key, record.close_reason_id) == ("negotiation", None)
    assert stays(record) == ["negotiation", "lost", "negotiation"]
    assert StageMove.objects.latest("id").is_undo


def test_it_does_not_tear_a_move_apart_when_undoing_late(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="nurturing")
    move(me, record, "discovery", now)
    first = Operation.objects.latest("id")
    move(me, record, "quote", now + timedelta(hours=1))
    report = undo_operation(actor=me, target=first, now=now + timedelta(hours=2))
    assert {line["field"] for line in report.left} >= {"stage", "phase"}
    assert_gap_free(record)
    assert_follows_from_stage(record)
    assert (record.stage.key, record.phase) == ("quote", "convert")


KEYS = ["new", "qualified", "nurturing", "discovery", "quote", "contract", "won", "lost", "service"]
STEPS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(KEYS)),
    st.tuples(st.just("undo"), st.integers(1, 4)),
    st.tuples(st.just("rate"), st.integers(0, 100)),
    st.tuples(st.just("reopen"), st.none()),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=8))
def test_it_keeps_a_gap_free_history_whatever_happens(
    alice: Any, actor: Any, now: Any, steps: list[tuple[str, Any]]
) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="new")
    begun = Operation.objects.count()
    for number, (what, value) in enumerate(steps):
        at = now + timedelta(minutes=number + 1)
        try:
            if what == "move":
                why = {"won": "trust", "service": "trust", "lost": "poor_fit"}.get(value)
                move(me, record, value, at, reason=reason(why) if why else None)
            elif what == "rate":
                edit_opportunity(actor=me, record=record, values={"probability": value}, now=at)
            elif what == "reopen":
                reopen_opportunity(actor=me, opportunity=record, now=at)
            elif Operation.objects.count() - begun >= value:
                target = Operation.objects.order_by("-id")[value - 1]
                undo_operation(actor=me, target=target, now=at)
        except DomainError:
            pass
        assert_gap_free(record)
        assert_follows_from_stage(record)
