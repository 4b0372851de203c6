"""The drawn parts of a comparison, as figures for the template: radar, bars, totals by weight."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from shangji.lib.charts import (
    Scale,
    nice_ticks,
    path_points,
    radar_corner,
    radar_polygon,
    spread_apart,
)
from shangji.lib.values import dataclass
from shangji.phases.evaluate.pages.comparison_words import answer, closest_criterion, two
from shangji.phases.evaluate.queries.comparison import Candidate, Comparison
from shangji.phases.evaluate.rules.comparison import curve

CENTRE, RADIUS = (160.0, 112.0), 80.0
LINE, LOW, HAN_FROM = 14.0, 8.0, 0x2E7F
LEFT, RIGHT, TOP, BOTTOM = 32.0, 276.0, 14.0, 316.0
BAR_LEFT, BAR_RIGHT, BAR_STEP = 18.0, 284.0, 16.0
MIDDLE_BAND = 0.35
SAMPLES = 24


def _width(text: str) -> int:
    """Latin places of a text; Han count two."""
    return sum(2 if ord(sign) > HAN_FROM else 1 for sign in text)


def cut(text: str, width: int) -> str:
    """A text of at most so many Latin places."""
    if _width(text) <= width:
        return text
    kept = ""
    while _width(kept + text[len(kept)]) < width:
        kept += text[len(kept)]
    return kept.rstrip() + "…"


def in_lines(text: str, width: int) -> list[str]:
    """A label on one line or two, parted at a space (or inside, where there is none)."""
    if _width(text) <= width:
        return [text]
    words = text.split(" ")
    first = words[0]
    for count in range(len(words) - 1, 0, -1):
        if _width(" ".join(words[:count])) <= width:
            first = " ".join(words[:count])
            return [first, cut(" ".join(words[count:]), width)]
    half = text[: width // 2] if _width(text) > len(text) else text[:width]
    return [half, cut(text[len(half) :], width)]


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    anchor: str
    lines: list[str]
    whole: str


def radar(comparison: Comparison) -> dict[str, Any]:
    """Axes, rings, a polygon per candidate; an axis nobody answered stays at the centre.

    The first criterion points up, the others follow to the left.
    """
    criteria = comparison.card.criteria
    n = len(criteria)
    labels = []
    for place, one in enumerate(criteria):
        x, y = radar_corner(-place, n, 1.0, CENTRE, RADIUS + 12)
        side = (x - CENTRE[0]) / (RADIUS + 12)
        anchor = "middle" if abs(side) < MIDDLE_BAND else "start" if side > 0 else "end"
        lines = in_lines(one.name.text, 24 if anchor == "middle" else 11)
        # the first line's foot: under the axis below, above it on top, beside it in the middle
        down = 9.0 if y > CENTRE[1] + RADIUS / 2 else 4.0
        if y < CENTRE[1] - RADIUS / 2:
            down = -2.0
        lift = LINE * (len(lines) - 1) * (1 if down < 0 else 0 if down > LOW else 0.5)
        labels.append(Label(x, y + down - lift, anchor, lines, one.name.text))
    shown = [
        {
            "letter": one.letter,
            "series": place + 1,
            "points": path_points(_corners(one, comparison)),
            "dots": [
                radar_corner(-axis, n, part, CENTRE, RADIUS)
                for axis, part in enumerate(_parts(one, comparison))
            ],
        }
        for place, one in enumerate(comparison.candidates)
    ]
    return {
        "possible": n >= 3,
        "rings": [radar_polygon([part] * n, CENTRE, RADIUS) for part in (0.25, 0.5, 0.75, 1)],
        "axes": [radar_corner(place, n, 1.0, CENTRE, RADIUS) for place in range(n)],
        "centre": CENTRE,
        "labels": labels,
        "series": list(reversed(shown)),
    }


def _parts(one: Candidate, comparison: Comparison) -> list[float]:
    return [float(one.entry.values.get(c.key) or 0) / 10 for c in comparison.card.criteria]


def _corners(one: Candidate, comparison: Comparison) -> list[tuple[float, float]]:
    parts = _parts(one, comparison)
    return [
        radar_corner(-axis, len(parts), part, CENTRE, RADIUS) for axis, part in enumerate(parts)
    ]


def bars(comparison: Comparison) -> dict[str, Any]:
    """The same answers as bars from 0 to 10, criterion by criterion."""
    scale = Scale(0, 10, BAR_LEFT, BAR_RIGHT)
    groups, y = [], 12.0
    for criterion in comparison.card.criteria:
        rows = []
        head = y
        for place, one in enumerate(comparison.candidates):
            y += BAR_STEP if place else BAR_STEP + 2
            value = one.entry.values.get(criterion.key)
            rows.append(
                {
                    "letter": one.letter,
                    "series": place + 1,
                    "text_y": y + 4,
                    "bar_y": y - 3,
                    "width": round(scale(float(value or 0)) - BAR_LEFT, 1),
                    "text": answer(value),
                }
            )
        groups.append({"name": criterion.name.text, "y": head, "rows": rows})
        y += 32
    return {"groups": groups, "height": y - 14, "left": BAR_LEFT, "right": BAR_RIGHT}


def weight_chart(comparison: Comparison) -> dict[str, Any] | None:
    """How totals follow the weight that decides most, with where the first place changes."""
    scored = [one for one in comparison.candidates if one.place.total is not None]
    if len(scored) < 2:
        return None
    key = closest_criterion(comparison)
    now = comparison.weights[key]
    turns = comparison.turns.get(key, [])
    far = max([Fraction(1, 2), now, *(turn.at for turn in turns[:1])])
    most = 0.5 if far <= Fraction(1, 2) else 1.0
    lines = {one.pk: _samples(one, comparison.weights, key, most) for one in scored}
    heights = [y for line in lines.values() for _x, y in line]
    # a quarter of the span above and below, so that no line runs along the frame
    room = (max(heights) - min(heights)) / 4 or 0.25
    ticks = nice_ticks(min(heights) - room, max(heights) + room, 4)
    across = Scale(0, most, LEFT, RIGHT)
    up = Scale(ticks[0], ticks[-1], BOTTOM, TOP)
    ends = spread_apart([up(lines[one.pk][-1][1]) for one in scored], 14)
    criterion = comparison.card.criterion(key)
    series = {one.pk: n + 1 for n, one in enumerate(comparison.candidates)}
    return {
        "key": key,
        "name": criterion.name.text if criterion else key,
        "now": across(float(now)),
        "now_text": two(now),
        "now_anchor": "end" if float(now) > most * 0.3 else "start",
        "now_label": across(float(now)) + (-6 if float(now) > most * 0.3 else 6),
        "x_ticks": [{"at": across(x), "text": f"{x:.1f}"} for x in nice_ticks(0, most, 5)],
        "y_ticks": [{"at": up(y), "text_at": up(y) + 4, "text": _tick(y, ticks)} for y in ticks],
        "left": LEFT,
        "right": RIGHT,
        "top": TOP,
        "bottom": BOTTOM,
        "lines": [
            {
                "letter": one.letter,
                "series": series[one.pk],
                "points": path_points((across(x), up(y)) for x, y in lines[one.pk]),
                "end": end + 4,
            }
            for one, end in zip(scored, ends, strict=True)
        ],
        "turns": [
            {
                "x": across(float(turn.at)),
                "y": up(_height(comparison, turn)),
                "label_y": up(_height(comparison, turn)) - 11,
                "text": two(turn.at),
            }
            for turn in turns
            if float(turn.at) <= most
        ],
        "table": _table(scored, comparison.weights, key, most),
    }


def _tick(value: float, ticks: list[float]) -> str:
    fine = any(round(one, 1) != one for one in ticks)
    return f"{value:.2f}" if fine else f"{value:.1f}"


def _samples(
    one: Candidate, weights: Mapping[str, Fraction], key: str, most: float
) -> list[tuple[float, float]]:
    """The total along the weight: two points of a straight line, else enough for a bend."""
    line = curve(one.entry.values, weights, key)
    steps = 1 if line.is_straight else SAMPLES
    end = Fraction(most)
    found = [(end * n / steps, line.at(end * n / steps)) for n in range(steps + 1)]
    return [(float(x), float(y)) for x, y in found if y is not None]


def _height(comparison: Comparison, turn: Any) -> float:
    one = comparison.by_key(turn.leaders[0])
    line = curve(one.entry.values, comparison.weights, turn.criterion)
    return float(line.at(turn.at) or 0)


def _table(
    scored: Iterable[Candidate], weights: Mapping[str, Fraction], key: str, most: float
) -> list[dict[str, Any]]:
    """The table twin: totals at six weights."""
    rows = []
    for n in range(6):
        x = Fraction(most) * n / 5
        totals = [curve(one.entry.values, weights, key).at(x) for one in scored]
        rows.append({"at": two(x), "totals": [answer(one) for one in totals]})
    return rows


def slider_most(comparison: Comparison) -> float:
    """Where sliders end: half is enough room while no weight is large."""
    return 0.5 if max(comparison.weights.values()) <= Fraction(2, 5) else 1.0


def slider_marks(comparison: Comparison, key: str) -> list[float]:
    """Where on a slider (0 to 100) the first place changes."""
    most = slider_most(comparison)
    turns = comparison.turns.get(key, [])
    return [round(float(turn.at) / most * 100, 1) for turn in turns if turn.at <= most]
