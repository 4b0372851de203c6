"""NPV, payback and rates of return against values worked out by hand and by spreadsheets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.phases.evaluate.rules import cash_flow as rules

GOLDEN = [-100.0, 39.0, 59.0, 55.0, 20.0]
TWO_ROOTS = [-100.0, 230.0, -132.0]


def test_the_golden_flow() -> None:
    assert rules.npv(0.10, GOLDEN) == pytest.approx(39.1975, abs=5e-5)
    # exactly: −100 + 39/1.1 + 59/1.21 + 55/1.331 + 20/1.4641
    assert rules.npv(0.10, GOLDEN) == pytest.approx(39.197459, abs=1e-6)
    found = rules.irr(GOLDEN)
    assert found.kind == "single"
    assert found.rate == pytest.approx(0.2809484, abs=1e-6)
    assert rules.payback(GOLDEN) == pytest.approx(2 + 2 / 55, abs=1e-6)
    worth = rules.discounted(0.10, GOLDEN, range(5))
    assert rules.payback(worth) == pytest.approx(2.382, abs=5e-4)


def test_two_roots_give_no_single_rate() -> None:
    assert rules.irr(TWO_ROOTS) == rules.Irr("several")
    assert rules.npv(0.10, TWO_ROOTS) == pytest.approx(0, abs=1e-9)
    assert rules.npv(0.20, TWO_ROOTS) == pytest.approx(0, abs=1e-9)
    profile = rules.npv_profile(TWO_ROOTS, range(3), [step / 200 for step in range(101)])
    assert rules.zero_rates(profile) == pytest.approx([0.10, 0.20], abs=1e-3)
    assert rules.mirr(TWO_ROOTS, 0.10, 0.10) == pytest.approx(0.10, abs=1e-9)


@pytest.mark.parametrize("flows", [[10.0, 20.0], [-10.0, -20.0], [0.0, 0.0], []])
def test_a_flow_that_never_turns_has_no_rate(flows: list[float]) -> None:
    assert rules.irr(flows) == rules.Irr("none")
    assert rules.mirr(flows, 0.1, 0.1) is None


@pytest.mark.parametrize(
    ("flows", "at"),
    [
        ([-100.0, 50.0, 50.0], 2.0),
        ([-100.0, 0.0, 200.0], 1.5),
        ([10.0, 20.0], 0.0),
        ([-100.0, 50.0], None),
        # paid back once and lost again: it counts when it stays
        ([-100.0, 150.0, -100.0, 100.0], 2.5),
        ([-100.0, 230.0, -132.0], None),
    ],
)
def test_it_is_paid_back_for_good(flows: list[float], at: float | None) -> None:
    found = rules.payback(flows)
    assert found == (None if at is None else pytest.approx(at))


def test_days_count_in_years_of_365() -> None:
    days = [date(2026, 1, 1), date(2027, 1, 1), date(2027, 7, 2)]
    flows = [-1000.0, 600.0, 600.0]
    expected = -1000 + 600 / 1.1 + 600 / 1.1 ** (547 / 365)
    assert rules.xnpv(0.10, days, flows) == pytest.approx(expected)
    found = rules.irr(flows, rules.year_fractions(days))
    assert found.rate is not None
    assert rules.xnpv(found.rate, days, flows) == pytest.approx(0, abs=1e-6)


def test_it_agrees_with_the_library() -> None:
    pyxirr = pytest.importorskip("pyxirr")
    days = [date(2026, 1, 1), date(2026, 5, 20), date(2027, 7, 2), date(2028, 2, 29)]
    flows = [-1000.0, 300.0, 400.0, 600.0]
    assert rules.xnpv(0.08, days, flows) == pytest.approx(pyxirr.xnpv(0.08, days, flows))
    found = rules.irr(flows, rules.year_fractions(days))
    assert found.rate == pytest.approx(pyxirr.xirr(days, flows), abs=1e-6)
    assert rules.mirr(GOLDEN, 0.1, 0.12) == pytest.approx(pyxirr.mirr(GOLDEN, 0.1, 0.12))


def test_months_compound_to_the_year() -> None:
    month = rules.per_period(0.10, 12)
    assert (1 + month) ** 12 == pytest.approx(1.10)


def test_losses_are_carried_forward() -> None:
    assert rules.after_tax([-100.0, 60.0, 60.0, 10.0], 0.25) == pytest.approx([0, 0, 5, 2.5])


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=60),
    st.floats(1, 1e7),
)
def test_one_turn_gives_one_rate_that_holds(earned: list[float], paid: float) -> None:
    flows = [-paid, *earned]
    found = rules.irr(flows)
    if found.kind == "single":
        assert found.rate is not None
        worth = rules.discounted(found.rate, flows, range(len(flows)))
        assert abs(sum(worth)) <= 1e-6 * max(abs(one) for one in worth)
