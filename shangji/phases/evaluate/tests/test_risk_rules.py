"""Priority, expected loss and the state of a register, by examples."""

from datetime import date
from decimal import Decimal

import pytest

from shangji.phases.evaluate.rules.risk import (
    RiskState,
    cell_level,
    expected_loss,
    heat_counts,
    is_expired,
    is_overdue,
    rank_key,
    register_gaps,
    risk_level,
    risk_priority,
)

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("p", "i", "c", "priority", "level"),
    [
        (5, 5, 1, "25", "high"),
        (1, 1, 5, "0.2", "low"),
        (3, 3, 3, "5.4", "mid"),
        (4, 5, 2, "16", "high"),
        (4, 4, 5, "3.2", "low"),
        (3, 4, 1, "12", "high"),
        (3, 5, 3, "9", "high"),
        (2, 5, 4, "4", "mid"),
    ],
)
def test_it_weighs_what_cannot_be_controlled(
    p: int, i: int, c: int, priority: str, level: str
) -> None:
    assert risk_priority(p, i, c) == Decimal(priority)
    assert risk_level(risk_priority(p, i, c)) == level


def test_it_grows_with_probability_and_impact_and_shrinks_with_control() -> None:
    for p in range(1, 5):
        for other in range(1, 6):
            assert risk_priority(p, other, 3) < risk_priority(p + 1, other, 3)
            assert risk_priority(other, p, 3) < risk_priority(other, p + 1, 3)
            assert risk_priority(other, 3, p) > risk_priority(other, 3, p + 1)


@pytest.mark.parametrize(
    ("chance", "loss", "currency", "emv"),
    [
        (30, "200000", "CNY", "60000"),
        (0, "200000", "CNY", "0"),
        (33, "0.10", "CNY", "0.03"),
        (15, "1001", "JPY", "150"),
        (None, "200000", "CNY", None),
        (30, None, "CNY", None),
    ],
)
def test_it_expects_a_loss(
    chance: int | None, loss: str | None, currency: str, emv: str | None
) -> None:
    found = expected_loss(chance, None if loss is None else Decimal(loss), currency)
    assert found == (None if emv is None else Decimal(emv))


def state(**values: object) -> RiskState:
    base: dict[str, object] = {
        "is_open": True,
        "owner_id": 1,
        "review_on": TODAY,
        "accepted_until": None,
    }
    return RiskState(**(base | values))  # type: ignore[arg-type]


def test_a_review_is_overdue_the_day_after() -> None:
    assert not is_overdue(state(review_on=TODAY), TODAY)
    assert is_overdue(state(review_on=date(2026, 11, 24)), TODAY)
    assert not is_overdue(state(review_on=date(2026, 11, 24), is_open=False), TODAY)
    assert is_expired(state(accepted_until=date(2026, 11, 24)), TODAY)
    assert not is_expired(state(accepted_until=TODAY), TODAY)


def test_a_register_is_owned_and_reviewed() -> None:
    assert register_gaps([], TODAY).is_empty
    assert register_gaps([state()], TODAY).complete
    gaps = register_gaps(
        [
            state(owner_id=None),
            state(review_on=None),
            state(review_on=date(2026, 1, 1)),
            state(accepted_until=date(2026, 1, 1)),
            state(is_open=False, owner_id=None, review_on=None),
        ],
        TODAY,
    )
    assert (gaps.unowned, gaps.undated, gaps.overdue, gaps.expired) == (1, 1, 1, 1)
    assert not gaps.complete
    # all risks closed: they were looked at
    assert register_gaps([state(is_open=False, owner_id=None)], TODAY).complete


def test_money_ranks_before_the_matrix() -> None:
    dear, cheap = (Decimal(90000), Decimal("2.4")), (Decimal(500), Decimal(25))
    guess = (None, Decimal(16))
    assert sorted([guess, cheap, dear], key=lambda one: rank_key(*one)) == [dear, cheap, guess]


def test_the_map_has_25_cells() -> None:
    counts = heat_counts([(5, 5), (5, 5), (1, 3)])
    assert len(counts) == 25
    assert counts[5, 5] == 2
    assert sum(counts.values()) == 3
    assert [cell_level(*cell) for cell in ((5, 5), (2, 3), (1, 1))] == ["high", "mid", "low"]
