"""From a learned model to a percent and its reasons, by arithmetic alone.

A model is JSON, as the training wrote it (version 1):

    {"version": 1, "intercept": float,
     "numbers": {name: {"mean", "std", "weight", "missing", "centre"}},
     "categories": {name: {"levels": {level: weight}, "centre": float}},
     "medians": {currency: log of its median amount},
     "calibration": {"kind": "platt", "slope", "offset"}
                  | {"kind": "isotonic", "x": [log odds], "y": [share]}}

`centre` is a feature's mean contribution while learning: what is left after taking it off says
how this opportunity differs from the average one, in log odds.
"""

from bisect import bisect_right
from collections.abc import Mapping
from math import exp
from typing import Any, Final

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.story import Values

#: an open opportunity is neither lost nor won, whatever a model says
LOWEST, HIGHEST = 0.01, 0.99
#: reasons shown, and the percent points below which none is
REASONS: Final = 5
SMALLEST: Final = 0.5


@dataclass(frozen=True)
class Reason:
    """A feature, its value as seen, and by how many percent points it moves the chance against
    an opportunity that is average in it."""

    term: str
    value: str | float | None
    points: float


@dataclass(frozen=True)
class Prediction:
    """`chance` 0.01 to 0.99; every feature's share in it, largest first."""

    chance: float
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        return min(99, max(1, round(100 * self.chance)))

    @property
    def top(self) -> tuple[Reason, ...]:
        return tuple(one for one in self.reasons if abs(one.points) >= SMALLEST)[:REASONS]


def predict(model: Mapping[str, Any], values: Values, *, currency: str) -> Prediction:
    """The chance of winning, and what it rests on."""
    parts: dict[str, tuple[str | float | None, float]] = {}
    for name, one in model["numbers"].items():
        value = values.get(name)
        number = None if value is None else float(value)
        if name == "amount" and number is not None:
            median = model["medians"].get(currency)
            number = None if median is None else number - median
        if number is None:
            share = one["missing"]
        else:
            share = one["weight"] * (number - one["mean"]) / one["std"]
        parts[name] = (value, share - one["centre"])
    for name, one in model["categories"].items():
        level = str(values.get(name) or "")
        parts[name] = (level, one["levels"].get(level, 0.0) - one["centre"])
    odds = model["intercept"] + sum(share for _value, share in parts.values())
    chance = calibrated(model["calibration"], odds)
    reasons = (
        Reason(name, value, 100 * (chance - calibrated(model["calibration"], odds - share)))
        for name, (value, share) in parts.items()
        if share
    )
    ordered = sorted(reasons, key=lambda one: (-abs(one.points), one.term))
    return Prediction(clipped(chance), tuple(ordered))


def clipped(chance: float) -> float:
    return min(HIGHEST, max(LOWEST, chance))


def calibrated(calibration: Mapping[str, Any], odds: float) -> float:
    """Log odds as the share that was really won among such opportunities."""
    if calibration["kind"] == "platt":
        return sigmoid(calibration["slope"] * odds + calibration["offset"])
    xs, ys = calibration["x"], calibration["y"]
    place = bisect_right(xs, odds)
    if place == 0:
        return float(ys[0])
    if place == len(xs):
        return float(ys[-1])
    left, right = xs[place - 1], xs[place]
    part = (odds - left) / (right - left) if right > left else 1.0
    return float(ys[place - 1] + part * (ys[place] - ys[place - 1]))


def sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + exp(-x))
    e = exp(x)
    return e / (1 + e)
