"""Where the lines and bars of a forecast's charts stand, in the units of a 520-wide drawing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shangji.lib.values import dataclass

WIDTH, HEIGHT = 520.0, 180.0
#: room for labels on the left, and below
LEFT, BOTTOM = 8.0, 22.0


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    is_loss: bool
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class Mark:
    """A vertical line with its words."""

    x: float
    label: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Histogram:
    bars: list[Bar]
    marks: list[Mark]
    zero: float | None


def histogram(simulation: Mapping[str, Any], show: Callable[[float], str]) -> Histogram:
    """Bars from zero up, losses apart, and lines at P10, P50, P90 and zero.

    Args:
        show: an amount in words, for the lines.
    """
    bins = simulation["histogram"]
    low, high = bins[0][0], bins[-1][1]
    span = (high - low) or 1.0
    top = max(count for _low, _high, count in bins) or 1
    room = HEIGHT - BOTTOM - 16

    def x_of(value: float) -> float:
        return float(round(LEFT + (value - low) / span * (WIDTH - 2 * LEFT), 1))

    bars = []
    for start, end, count in bins:
        height = round(count / top * room, 1)
        width = max(round(x_of(end) - x_of(start) - 1, 1), 1.0)
        y = round(HEIGHT - BOTTOM - height, 1)
        middle = (start + end) / 2
        bars.append(Bar(x_of(start), y, width, height, middle < 0, count, start, end))
    marks = []
    for key in ("p10", "p50", "p90"):
        x = x_of(simulation[key])
        anchor = "start" if x < 60 else "end" if x > WIDTH - 60 else "middle"
        marks.append(Mark(x, key.upper(), show(simulation[key]), anchor))
    return Histogram(bars, marks, x_of(0.0) if low < 0 < high else None)


@dataclass(frozen=True)
class TornadoBar:
    label: str
    x: float
    width: float
    low: float
    high: float


@dataclass(frozen=True)
class Tornado:
    bars: list[TornadoBar]
    zero: float | None


def tornado(swings: Sequence[Mapping[str, Any]], *, most: int = 8) -> Tornado:
    """One bar an input, from its NPV at P10 to that at P90; the widest first."""
    shown = [one for one in swings if one["low"] != one["high"]][:most]
    if not shown:
        return Tornado([], None)
    low = min(min(one["low"], one["high"]) for one in shown)
    high = max(max(one["low"], one["high"]) for one in shown)
    span = (high - low) or 1.0

    def x_of(value: float) -> float:
        return float(round((value - low) / span * 100, 2))

    bars = [
        TornadoBar(
            one["label"],
            x_of(min(one["low"], one["high"])),
            max(round(abs(x_of(one["high"]) - x_of(one["low"])), 2), 0.5),
            min(one["low"], one["high"]),
            max(one["low"], one["high"]),
        )
        for one in shown
    ]
    return Tornado(bars, x_of(0.0) if low < 0 < high else None)


def polyline(values: Sequence[tuple[float, float]]) -> tuple[str, float | None]:
    """Points of a line through (x, y) pairs, and the height of y = 0 when it is in view."""
    if len(values) < 2:
        return "", None
    xs, ys = [x for x, _y in values], [y for _x, y in values]
    low, high = min(0.0, *ys), max(0.0, *ys)
    across, up = (max(xs) - min(xs)) or 1.0, (high - low) or 1.0
    room = HEIGHT - BOTTOM - 8

    def point(x: float, y: float) -> str:
        left = LEFT + (x - min(xs)) / across * (WIDTH - 2 * LEFT)
        return f"{left:.1f},{8 + (high - y) / up * room:.1f}"

    zero = round(8 + high / up * room, 1)
    return " ".join(point(x, y) for x, y in values), zero
