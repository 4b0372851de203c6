"""Monte Carlo over a forecast: thousands of futures, the same ones for the same seed.

Each uncertain line is drawn as a percentage of its plan (PERT, triangular or discrete), what
moves together through a Gaussian copula, each risk as something that happens or does not. Draws
are stratified (a Latin hypercube), which keeps the median within a percent from seed to seed
where plain draws would need many times as many. numpy and scipy are loaded by the first
simulation, never when a process starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.cash_plan import COST, Plan, Terms, timing
from shangji.phases.evaluate.rules.uncertainty import (
    DISCRETE,
    TRIANGULAR,
    Event,
    Input,
    Uncertainty,
    correlation_rows,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BINS = 24


@dataclass(frozen=True)
class Swing:
    """How far one input alone moves the NPV: at its P10 and at its P90, all else as planned."""

    label: str
    low: float
    high: float

    @property
    def width(self) -> float:
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Outcome:
    """What the draws say; money in the forecast's currency.

    Attributes:
        p10, p50, p90: a tenth, half, nine tenths of the futures lie below.
        loss_share: share of futures with an NPV below zero, 0 to 1.
        histogram: (from, to, count), equal widths from the least to the greatest NPV.
        swings: widest first.
    """

    draws: int
    seed: int
    p10: float
    p50: float
    p90: float
    mean: float
    loss_share: float
    histogram: tuple[tuple[float, float, int], ...]
    swings: tuple[Swing, ...]


def simulate(
    plan: Plan, terms: Terms, uncertainty: Uncertainty, events: Sequence[Event] = ()
) -> Outcome:
    """Draw the NPV of a plan. The loss of a risk is spread over the periods, as its expectation
    is in the table."""
    import numpy as np  # noqa: PLC0415 - heavy; see the module

    times, rate = timing(terms, plan)
    model = _Model(plan, np.asarray(times), rate, float(terms.tax_rate) / 100)
    rng = np.random.default_rng(uncertainty.seed)
    draws = uncertainty.draws
    factors = np.ones((draws, len(plan.lines)))
    if uncertainty.inputs:
        shares = _correlated(rng, draws, correlation_rows(uncertainty))
        for place, one in enumerate(uncertainty.inputs):
            factors[:, one.line] = _percent_at(one, shares[:, place]) / 100.0
    losses = np.zeros(draws)
    for event in events:
        losses += event.loss * (_layers(rng, draws) < event.chance)
    worth = model.worth(factors, losses)
    low, middle, high = (float(one) for one in np.percentile(worth, (10, 50, 90)))
    return Outcome(
        draws=draws,
        seed=uncertainty.seed,
        p10=low,
        p50=middle,
        p90=high,
        mean=float(worth.mean()),
        loss_share=float((worth < 0).mean()),
        histogram=_histogram(worth),
        swings=_swings(model, plan, uncertainty, events),
    )


class _Model:
    """NPV of many futures at once: (draws × lines) @ (lines × periods), tax, discount."""

    def __init__(self, plan: Plan, times: Array, rate: float, tax: float) -> None:
        import numpy as np  # noqa: PLC0415 - heavy; see the module

        signs = [-1.0 if one.kind == COST else 1.0 for one in plan.lines]
        self.flows: Array = np.array(
            [
                [sign * float(value) for value in line.values]
                for sign, line in zip(signs, plan.lines, strict=True)
            ]
        ).reshape(len(plan.lines), plan.periods)
        self.discount: Array = (1.0 + rate) ** -times
        self.tax = tax

    def worth(self, factors: Array, losses: Array) -> Array:
        import numpy as np  # noqa: PLC0415 - heavy; see the module

        profits = factors @ self.flows
        periods = profits.shape[1]
        profits -= (losses / periods)[:, None]
        worth: Array = profits @ self.discount
        if not self.tax:
            return worth
        carried = np.zeros(len(profits))
        for t in range(periods):
            carried += profits[:, t]
            worth -= self.tax * self.discount[t] * np.maximum(carried, 0.0)
            np.minimum(carried, 0.0, out=carried)
        return worth


def _layers(rng: np.random.Generator, draws: int) -> Array:
    """Numbers in (0, 1), one from each of `draws` equal layers, shuffled."""
    layers: Array = (rng.permutation(draws) + rng.random(draws)) / draws
    return layers


def _correlated(rng: np.random.Generator, draws: int, rows: Sequence[Sequence[float]]) -> Array:
    """Uniform columns that move together as a Gaussian copula with these correlations."""
    import numpy as np  # noqa: PLC0415 - heavy; see the module
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - heavy; see the module

    normal = ndtri(np.column_stack([_layers(rng, draws) for _row in rows]))
    shares: Array = ndtr(normal @ np.linalg.cholesky(np.asarray(rows)).T)
    return shares


def _percent_at(one: Input, shares: Any) -> Any:
    """The inverse distribution of an input at shares in (0, 1), in percent of the plan."""
    import numpy as np  # noqa: PLC0415 - heavy; see the module
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy; see the module

    if one.kind == DISCRETE:
        values = np.array([value for value, _weight in one.points])
        weights = np.array([weight for _value, weight in one.points])
        edges = np.cumsum(weights / weights.sum())
        return values[np.minimum(np.searchsorted(edges, shares), len(values) - 1)]
    width = one.high - one.low
    if width == 0:
        return np.full_like(shares, one.low)
    at = (one.mode - one.low) / width
    if one.kind == TRIANGULAR:
        rising = one.low + np.sqrt(shares * width * (one.mode - one.low))
        falling = one.high - np.sqrt((1 - shares) * width * (one.high - one.mode))
        return np.where(shares < at, rising, falling)
    # PERT: a beta with α = 1 + 4(m − a)/(b − a), β = 1 + 4(b − m)/(b − a)
    return one.low + width * betaincinv(1 + 4 * at, 1 + 4 * (1 - at), shares)


def _histogram(worth: Array) -> tuple[tuple[float, float, int], ...]:
    import numpy as np  # noqa: PLC0415 - heavy; see the module

    low, high = float(worth.min()), float(worth.max())
    if high - low <= 1e-9 * max(1.0, abs(low)):
        return ((low, high, len(worth)),)
    counts, edges = np.histogram(worth, bins=BINS, range=(low, high))
    return tuple(
        (float(edges[n]), float(edges[n + 1]), int(count)) for n, count in enumerate(counts)
    )


def _swings(
    model: _Model, plan: Plan, uncertainty: Uncertainty, events: Sequence[Event]
) -> tuple[Swing, ...]:
    """One input at a time; the risks stand at their expectation meanwhile."""
    import numpy as np  # noqa: PLC0415 - heavy; see the module

    ends = np.array([0.1, 0.9])
    expected = sum(one.chance * one.loss for one in events)
    swings = []
    for one in uncertainty.inputs:
        factors = np.ones((2, len(plan.lines)))
        factors[:, one.line] = _percent_at(one, ends) / 100.0
        low, high = model.worth(factors, np.full(2, expected))
        swings.append(Swing(plan.lines[one.line].label, float(low), float(high)))
    for event in events:
        rest = expected - event.chance * event.loss
        happens, not_ = model.worth(
            np.ones((2, len(plan.lines))), np.array([rest + event.loss, rest])
        )
        swings.append(Swing(event.label, float(happens), float(not_)))
    return tuple(sorted(swings, key=lambda one: -one.width))
