"""Arithmetic of drawn charts: round steps, scales, corners of a radar. Plain numbers in and out.

Figures for SVG are rounded to a tenth of a unit: finer is not seen and makes pages longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, cos, floor, log10, pi, sin

from shangji.lib.values import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """A straight line from values (`low` to `high`) to places on the page (`start` to `end`)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return round((self.start + self.end) / 2, 1)
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)


def nice_step(span: float, most: int = 5) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that cuts `span` into at most `most` pieces."""
    if span <= 0:
        return 1.0
    size = 10.0 ** floor(log10(span / most))
    return next(
        (size * part for part in (1, 2, 2.5, 5, 10) if span / (size * part) <= most + 1e-9),
        size * 10,
    )


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`, evenly spaced."""
    step = nice_step(high - low, most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    if first == last:
        last += 1
    return [round(n * step, 10) for n in range(first, last + 1)]


def path_points(points: Iterable[Point]) -> str:
    """The `points` of a polyline or polygon."""
    return " ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in points)


def radar_corner(place: int, count: int, part: float, centre: Point, radius: float) -> Point:
    """Where axis `place` of `count` reaches the share `part` (0 to 1) of the radius; the first
    axis points up, the others follow clockwise."""
    angle = 2 * pi * place / count - pi / 2
    reach = radius * part
    return round(centre[0] + reach * cos(angle), 1), round(centre[1] + reach * sin(angle), 1)


def radar_polygon(parts: Sequence[float], centre: Point, radius: float) -> str:
    """The polygon of shares (0 to 1), one per axis."""
    count = len(parts)
    return path_points(
        radar_corner(place, count, part, centre, radius) for place, part in enumerate(parts)
    )


def spread_apart(places: Sequence[float], gap: float) -> list[float]:
    """Places of labels moved so that neighbours stand at least `gap` apart, order kept."""
    order = sorted(range(len(places)), key=lambda one: places[one])
    moved = list(places)
    for before, here in pairwise(order):
        moved[here] = max(moved[here], moved[before] + gap)
    if order:
        over = (moved[order[-1]] - places[order[-1]]) / 2
        if over > 0:
            moved = [one - over for one in moved]
    return moved
