"""The futures of a forecast: right on average, the same for a seed, quick."""

import statistics
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangji.lib.errors import Invalid
from shangji.phases.evaluate.rules import cash_plan as plans
from shangji.phases.evaluate.rules.simulation import Outcome, simulate
from shangji.phases.evaluate.rules.uncertainty import (
    Event,
    Input,
    Uncertainty,
    check_uncertainty,
    uncertainty_from_json,
    uncertainty_to_json,
)
from tests.quick import least_seconds


def terms(**values: object) -> plans.Terms:
    base: dict[str, object] = {
        "period": "month",
        "starts_on": date(2026, 12, 1),
        "discount_rate": Decimal(10),
        "tax_rate": Decimal(25),
        "currency": "CNY",
    }
    return plans.Terms(**(base | values))  # type: ignore[arg-type]


def plan(periods: int, *lines: tuple[str, str, int]) -> plans.Plan:
    return plans.Plan(
        tuple(plans.Line(name, kind, (Decimal(each),) * periods) for name, kind, each in lines)
    )


SALES = plan(
    60, ("Licences", "income", 90_000), ("Support", "income", 30_000), ("Staff", "cost", 70_000)
)
SPREAD = Uncertainty(
    inputs=(
        Input(0, "pert", 60, 100, 120),
        Input(1, "triangular", 50, 100, 110),
        Input(2, "discrete", points=((100, 60), (130, 40))),
    ),
    correlations=((0, 1, 0.6), (0, 2, -0.2)),
)


def test_the_golden_flow_by_year() -> None:
    values = [-100, 39, 59, 55, 20]
    flow = plans.Plan((plans.Line("Net", "income", tuple(Decimal(v) for v in values)),))
    yearly = terms(period="year", tax_rate=Decimal(0))
    found = simulate(flow, yearly, Uncertainty())
    assert (found.p10, found.p50, found.p90) == pytest.approx((39.197459,) * 3, abs=1e-6)
    assert found.loss_share == 0
    table = plans.tabulate(flow, yearly)
    assert table.rate == pytest.approx(0.1)
    assert table.running[-1] == 73


def test_a_pert_has_its_mean() -> None:
    one = plan(1, ("Sales", "income", 100))
    free = terms(tax_rate=Decimal(0))
    found = simulate(one, free, Uncertainty((Input(0, "pert", 60, 100, 120),)))
    # (a + 4m + b) / 6
    assert found.mean == pytest.approx((60 + 400 + 120) / 6, abs=0.05)
    found = simulate(one, free, Uncertainty((Input(0, "triangular", 60, 100, 120),)))
    assert found.mean == pytest.approx((60 + 100 + 120) / 3, abs=0.05)
    points = ((80.0, 30.0), (100.0, 50.0), (120.0, 20.0))
    found = simulate(one, free, Uncertainty((Input(0, "discrete", points=points),)))
    assert found.mean == pytest.approx(0.3 * 80 + 0.5 * 100 + 0.2 * 120, abs=0.05)


def test_a_risk_costs_its_expected_loss() -> None:
    one, free = plan(1, ("Sales", "income", 100)), terms(tax_rate=Decimal(0))
    found = simulate(one, free, Uncertainty(), [Event("Delay", 0.3, 200.0)])
    assert found.mean == pytest.approx(100 - 60, abs=0.1)
    assert found.loss_share == pytest.approx(0.3, abs=0.001)
    assert [(s.label, s.low, s.high) for s in found.swings] == [
        ("Delay", pytest.approx(-100), pytest.approx(100))
    ]


def test_what_moves_together_spreads_wider() -> None:
    both = plan(1, ("A", "income", 100), ("B", "income", 100))
    inputs = (Input(0, "pert", 50, 100, 150), Input(1, "pert", 50, 100, 150))

    def width(rho: float) -> float:
        pairs = ((0, 1, rho),)
        found = simulate(both, terms(tax_rate=Decimal(0)), Uncertainty(inputs, pairs))
        return found.p90 - found.p10

    assert width(-0.8) < width(0.0) < width(0.8)


def test_the_same_seed_gives_the_same_futures() -> None:
    assert simulate(SALES, terms(), SPREAD) == simulate(SALES, terms(), SPREAD)


def seeded(seed: int) -> Outcome:
    events = [Event("Delay", 0.2, 300_000.0)]
    given = Uncertainty(SPREAD.inputs, SPREAD.correlations, seed=seed)
    return simulate(SALES, terms(), given, events)


@pytest.mark.bar
def test_the_median_holds_from_seed_to_seed(bar: Any) -> None:
    medians = [seeded(seed).p50 for seed in range(12)]
    middle = statistics.median(medians)
    off = max(abs(one - middle) for one in medians) / abs(middle)
    bar(f"Monte Carlo, P50 over 12 seeds: within {off:.2%} (bar 1%)")
    assert off <= 0.01


@pytest.mark.bar
def test_ten_thousand_futures_of_sixty_months_take_less_than_a_second(bar: Any) -> None:
    found = seeded(1)  # the libraries are loaded once
    took = least_seconds(lambda: seeded(1), 2)
    bar(f"Monte Carlo, {found.draws:,} draws of 60 months: {took:.2f} s of processor (bar 1 s)")
    assert found.draws == 20_000  # twice the bar's ten thousand, within the bar
    assert took < 1.0


def test_the_histogram_counts_every_draw() -> None:
    found = seeded(3)
    assert sum(count for _low, _high, count in found.histogram) == found.draws
    assert found.p10 < found.p50 < found.p90
    widths = [one.width for one in found.swings]
    assert widths == sorted(widths, reverse=True)


def test_what_cannot_be_is_said_by_name() -> None:
    with pytest.raises(Invalid) as problem:
        check_uncertainty(Uncertainty((Input(0, "pert", 110, 100, 120),)), ["Licences"])
    assert "Licences" in str(problem.value.message)
    three = tuple(Input(n, "pert", 50, 100, 150) for n in range(3))
    wrong = ((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9))
    with pytest.raises(Invalid) as problem:
        check_uncertainty(Uncertainty(three, wrong), ["A", "B", "C"])
    assert "contradict" in str(problem.value.message)
    check_uncertainty(Uncertainty(three, ((0, 1, 0.5), (1, 2, 0.5))), ["A", "B", "C"])


def test_it_is_read_as_it_was_stored() -> None:
    assert uncertainty_from_json(uncertainty_to_json(SPREAD)) == SPREAD
    assert plans.plan_from_json(plans.plan_to_json(SALES)) == SALES
    with pytest.raises(plans.BrokenPlan):
        plans.plan_from_json({"version": 2})
    with pytest.raises(ValueError, match="version"):
        uncertainty_from_json({"version": 9})
