"""How good predictions were: AUC, Brier score, calibration, each with n and interval.

Imports numpy at its top: import this module inside a function, in the worker.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shangji.lib.statistics import wilson_interval
from shangji.lib.values import dataclass

Floats = NDArray[np.float64]
BINS: Final = 10
ROUNDS: Final = 300
#: a model is used when its Brier score is better than the base rate's by this share, and by more
#: than nothing at the lower end of the 95 % interval
NEEDED_GAIN: Final = 0.02
#: hand scores are compared from so many looks on, with so many of each outcome
SCORED_LEAST, SCORED_EACH = 60, 15


@dataclass(frozen=True)
class Measures:
    """What a test on later looks said. Triples are value, low, high (95 %, by opportunity)."""

    auc: tuple[float, float, float]
    brier: float
    base_brier: float
    base: float
    gain: tuple[float, float, float]
    ece: float
    bins: list[dict[str, Any]]
    score_auc: tuple[float, float] | None
    score_count: int

    @property
    def beats_base_rate(self) -> bool:
        return self.gain[0] >= NEEDED_GAIN and self.gain[1] > 0 and self.auc[1] > 0.5


def base_rate(won: Floats, recency: Floats, later: Floats) -> float:
    """The share won while learning, plain or with newer looks weighing more: the one that would
    have done better later, so that a model has to know more than the level."""
    plain, recent = float(won.mean()), float(np.average(won, weights=recency))
    return min((plain, recent), key=lambda one: float(((one - later) ** 2).mean()))


def measure(
    chance: Floats, won: Floats, *, deals: NDArray[np.int64], base: float, scores: Floats
) -> Measures:
    """Measure chances against what came of them."""
    loss, base_loss = (chance - won) ** 2, (base - won) ** 2
    order = np.argsort(chance, kind="stable")
    draws = _draws(deals)
    aucs = [auc(chance, won, weight, order) for weight in draws]
    gains = [1 - float(weight @ loss) / float(weight @ base_loss) for weight in draws]
    scored = ~np.isnan(scores)
    hits = float(won[scored].sum())
    enough = scored.sum() >= SCORED_LEAST and min(hits, scored.sum() - hits) >= SCORED_EACH
    return Measures(
        auc=(auc(chance, won), *_interval(aucs)),
        brier=float(loss.mean()),
        base_brier=float(base_loss.mean()),
        base=base,
        gain=(1 - float(loss.mean()) / float(base_loss.mean()), *_interval(gains)),
        ece=calibration_error(chance, won),
        bins=calibration_bins(chance, won),
        score_auc=(
            (auc(scores[scored], won[scored]), auc(chance[scored], won[scored])) if enough else None
        ),
        score_count=int(scored.sum()),
    )


def auc(
    chance: Floats,
    won: Floats,
    weight: Floats | None = None,
    order: NDArray[np.intp] | None = None,
) -> float:
    """How often a won one had the higher value than one that was not; ties count half."""
    order = np.argsort(chance, kind="stable") if order is None else order
    value, hit = chance[order], won[order]
    mass = np.ones(len(order)) if weight is None else weight[order]
    group = np.cumsum(np.concatenate(([0], (np.diff(value) > 0).astype(int))))
    won_mass = np.bincount(group, mass * hit)
    lost_mass = np.bincount(group, mass * (1 - hit))
    below = np.cumsum(lost_mass) - lost_mass
    pairs = won_mass.sum() * lost_mass.sum()
    return float(won_mass @ (below + lost_mass / 2) / pairs) if pairs else 0.5


def calibration_error(chance: Floats, won: Floats) -> float:
    """Mean gap between what was said and what came, over ten bins of equal count (ECE)."""
    total = 0.0
    for rows in _bins(chance):
        total += len(rows) * abs(float(chance[rows].mean()) - float(won[rows].mean()))
    return total / max(len(chance), 1)


def calibration_bins(chance: Floats, won: Floats) -> list[dict[str, Any]]:
    """Bins of equal count for the plot: what was said, what came, n and its interval."""
    found = []
    for rows in _bins(chance):
        hits = int(won[rows].sum())
        low, high = wilson_interval(hits, len(rows))
        found.append(
            {
                "said": float(chance[rows].mean()),
                "came": hits / len(rows),
                "n": len(rows),
                "low": low,
                "high": high,
            }
        )
    return found


def _bins(chance: Floats) -> list[NDArray[np.intp]]:
    order = np.argsort(chance, kind="stable")
    return [rows for rows in np.array_split(order, BINS) if len(rows)]


def _draws(deals: NDArray[np.int64]) -> list[Floats]:
    """Weights of bootstrap samples: opportunities drawn with replacement, all their looks."""
    rng = np.random.default_rng(7)
    _known, place = np.unique(deals, return_inverse=True)
    count = int(place.max(initial=0)) + 1
    rounds = ROUNDS if len(deals) < 50_000 else ROUNDS // 3
    return [
        np.bincount(rng.integers(0, count, count), minlength=count)[place].astype(float)
        for _n in range(rounds)
    ]


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
