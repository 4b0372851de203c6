"""Decay, caps and machines, by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangji.phases.evaluate.rules.intent import (
    DEFAULT_LINES,
    Event,
    Rule,
    count_events,
    decayed,
    moved_by_one,
    quick_total,
    read_rule,
    shares,
    total,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def rule(*lines: tuple[str, str, int, int], half_life: int = 7) -> Rule:
    return read_rule(
        half_life,
        {
            "version": 1,
            "lines": [
                {"by": by, "value": value, "points": points, "cap": cap}
                for by, value, points, cap in lines
            ],
        },
    )


def touch(key: int, days: float, **more: object) -> Event:
    at = NOW - timedelta(days=days)
    return Event("touch", key, at, at.date(), **more)  # type: ignore[arg-type]


def test_it_halves_with_each_half_life() -> None:
    assert [decayed(Decimal(8), days, 7) for days in (0, 7, 14, 21)] == [8, 4, 2, 1]


def test_it_shares_as_the_golden_vector_says() -> None:
    counted = count_events(
        rule(("touch", "", 1, 20)), [touch(1, 14), touch(2, 7), touch(3, 0)], now=NOW
    )
    assert [round(one, 4) for one in shares(counted)] == [0.1429, 0.2857, 0.5714]


def test_it_takes_three_hundred_page_views_for_the_limit_of_a_day() -> None:
    views = [touch(n, 0.001 * n / 300) for n in range(300)]
    counted = count_events(rule(("touch", "", 2, 20)), views, now=NOW)
    assert round(total(counted)) == 40
    assert sum(one.why == "cap" for one in counted) == 280


def test_it_limits_each_sort_and_each_day_by_itself() -> None:
    two = rule(("medium", "demo", 5, 1), ("touch", "", 1, 1))
    events = [
        touch(1, 0, medium="Demo"),
        touch(2, 0, medium="demo"),
        touch(3, 0),
        touch(4, 1, medium="demo"),
    ]
    assert [one.why for one in count_events(two, events, now=NOW)] == ["", "", "cap", ""]


def test_it_shows_machines_and_counts_them_nothing() -> None:
    counted = count_events(rule(("touch", "", 2, 20)), [touch(1, 0, is_machine=True)], now=NOW)
    assert [(one.points, one.why) for one in counted] == [(0, "machine")]
    assert total(counted) == 0


def test_it_looks_at_the_medium_before_the_channel_before_the_rest() -> None:
    lines = rule(("touch", "", 1, 20), ("channel", "event", 6, 20), ("medium", "stand", 9, 20))
    events = [
        touch(3, 0, channel="event", medium="Stand"),
        touch(2, 1e-6, channel="event"),
        touch(1, 2e-6),
    ]
    assert [int(one.points) for one in count_events(lines, events, now=NOW)] == [1, 6, 9]


def test_it_leaves_out_what_lies_ahead_and_what_is_too_old() -> None:
    events = [touch(1, -1), touch(2, 71), touch(3, 69)]
    counted = count_events(rule(("touch", "", 2, 20)), events, now=NOW)
    assert [one.event.key for one in counted] == [3]


def test_it_says_what_the_rule_does_not_list() -> None:
    call = Event("activity", 1, NOW, NOW.date(), kind="call")
    assert count_events(rule(("touch", "", 2, 20)), [call], now=NOW)[0].why == "unlisted"


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 2, "lines": []},
        {"version": 1, "lines": [{"by": "moon", "value": "", "points": 1, "cap": 1}]},
        {"version": 1, "lines": [{"by": "touch", "value": "", "points": -1, "cap": 1}]},
        {"version": 1, "lines": [{"by": "touch", "value": "", "points": 1, "cap": 0}]},
    ],
)
def test_it_refuses_a_broken_rule(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="rule"):
        read_rule(14, stored)


def test_it_begins_with_a_rule_that_can_be_read() -> None:
    assert len(read_rule(14, DEFAULT_LINES).lines) == 9


def test_it_keeps_a_point_of_the_drift_when_it_moved_by_one() -> None:
    assert moved_by_one(None, Decimal("0.4"))
    assert not moved_by_one(None, Decimal(0))
    assert not moved_by_one(Decimal(5), Decimal("5.9"))
    assert moved_by_one(Decimal(5), Decimal("4.0"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("visit", "call", "mail", "meeting")),
            st.floats(0, 139, allow_nan=False, allow_subnormal=False),
        ),
        max_size=30,
    )
)
@settings(max_examples=200, deadline=None)
def test_it_adds_many_up_as_it_adds_up_one(events: list[tuple[str, float]]) -> None:
    rules = read_rule(14, DEFAULT_LINES)
    told, quick = [], []
    for number, (kind, days) in enumerate(events):
        at = NOW - timedelta(days=days)
        told.append(Event("activity", number, at, at.date(), kind=kind))
        quick.append((rules.index["activity", kind], (NOW - at).total_seconds() / 86400))
    added = quick_total(rules, quick)
    counted = count_events(rules, told, now=NOW)
    if added is None:
        assert len(events) > rules.least_cap or not events
    elif not any(one.why for one in counted):
        assert added == total(counted)


def test_it_leaves_to_the_exact_way_what_lies_between_two_cents() -> None:
    half = rule(("touch", "", 1, 20), half_life=7)
    line = read_rule(7, {"version": 1, "lines": [
        {"by": "touch", "value": "", "points": "0.005", "cap": 20}]}).lines[0]  # fmt: skip
    assert quick_total(half, [(line, 0.0)]) is None
    assert quick_total(half, [(half.lines[0], 7.0)]) == Decimal("0.5")


def test_it_leaves_to_the_exact_way_where_a_limit_may_bite() -> None:
    capped = rule(("touch", "", 2, 2))
    assert quick_total(capped, [(capped.lines[0], 0.0)] * 3) is None
