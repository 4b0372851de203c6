"""The order of work as arithmetic: a table a salesperson could check."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.phases.evaluate.rules.work import (
    FACTORS,
    Candidate,
    WorkWeights,
    weights_from_json,
    weights_to_json,
    work_parts,
    work_points,
)

D = Decimal
W = WorkWeights()  # deadline 30, value 30, score 20, intent 10, silence 10


def points(one: Candidate, weights: WorkWeights = W) -> dict[str, str]:
    return {part.key: str(part.points) for part in work_parts(weights, one)}


@pytest.mark.parametrize(
    ("one", "key", "expected"),
    [
        (Candidate(due_in=-1), "deadline", "30.0"),  # late: full
        (Candidate(due_in=0), "deadline", "27.0"),  # today: nine tenths
        (Candidate(due_in=7), "deadline", "13.5"),  # half way through 14 days
        (Candidate(due_in=14), "deadline", "0.0"),
        (Candidate(), "deadline", "27.0"),  # without a next step: think of one today
        (Candidate(due_in=14, close_in=-3), "deadline", "30.0"),  # close date has passed
        (Candidate(value=D(250_000)), "value", "15.0"),
        (Candidate(value=D(9_000_000)), "value", "30.0"),
        (Candidate(), "value", "15.0"),  # not known: half
        (Candidate(score=D(82)), "score", "16.4"),
        (Candidate(), "score", "10.0"),
        (Candidate(intent=D(20)), "intent", "5.0"),
        (Candidate(), "intent", "0.0"),
        (Candidate(silent=5, stale_after=10), "silence", "5.0"),
        (Candidate(silent=30, stale_after=10), "silence", "10.0"),
        (Candidate(silent=None, stale_after=10), "silence", "10.0"),
        (Candidate(silent=30, stale_after=0), "silence", "0.0"),
    ],
)
def test_it_gives_each_factor_its_points(one: Candidate, key: str, expected: str) -> None:
    assert points(one)[key] == expected


def test_it_says_what_counts_half() -> None:
    known = {part.key: part.known for part in work_parts(W, Candidate())}
    assert known == {
        "deadline": True, "value": False, "score": False, "intent": True, "silence": True
    }  # fmt: skip


NUMBERS = st.one_of(st.none(), st.integers(-400, 400))
AMOUNTS = st.one_of(st.none(), st.decimals(-1000, 10**9, places=2))


@given(NUMBERS, NUMBERS, AMOUNTS, st.decimals(0, 100, places=2), NUMBERS, st.integers(0, 60))
def test_it_stays_between_nothing_and_a_hundred(
    due: int | None, close: int | None, value: D | None, score: D, silent: int | None, stale: int
) -> None:
    quiet = None if silent is None else abs(silent)
    one = Candidate(due, close, value, score, score, quiet, stale)
    parts = work_parts(W, one)
    assert all(0 <= part.points <= part.full for part in parts)
    assert work_points(parts) == sum(part.points for part in parts) <= 100


def test_it_reads_what_it_stored() -> None:
    weights = WorkWeights(deadline=50, value=10, value_full=D("123456.70"), days_ahead=7)
    assert weights_from_json(weights_to_json(weights)) == weights


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"version": 2}, "version"),
        ({"deadline": "30"}, "deadline"),
        ({"deadline": True}, "deadline"),
        ({"value": -1}, "value"),
        ({"deadline": 31}, "total"),
        ({"value_full": "NaN"}, "value_full"),
        ({"value_full": "0"}, "value_full"),
        ({"value_full": "1e999"}, "value_full"),
        ({"intent_full": 0}, "intent_full"),
        ({"days_ahead": 91}, "days_ahead"),
    ],
)
def test_it_refuses_a_broken_store_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}$"):
        weights_from_json({**weights_to_json(W), **change})


def test_its_built_in_weights_make_a_hundred() -> None:
    assert W.total == 100
    assert len(work_parts(W, Candidate())) == len(FACTORS)
