"""The lines of a drift chart, as figures for evaluate/_drift.html."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.lib.charts import Scale, nice_ticks, path_points, spread_apart
from shangji.phases.evaluate.queries.drift import Drift

LEFT, RIGHT, TOP, BOTTOM = 34.0, 306.0, 10.0, 150.0
WIDTH, HEIGHT = 480, 174
LABELS = {
    "score": _("Score"),
    "probability": _("Predicted win rate"),
    "intent": _("Intent"),
}
STYLES = {"score": "s2", "probability": "s1", "intent": "s3"}


def drift_chart(drift: Drift) -> dict[str, Any]:
    """Score and predicted win rate on one scale of 0 to 100; intent on the same, which reaches
    further up where it is higher."""
    highest = max((float(one[1]) for found in drift.points.values() for one in found), default=0)
    ticks = nice_ticks(0, max(100.0, highest), 5)
    up = Scale(ticks[0], ticks[-1], BOTTOM, TOP)
    along = Scale(drift.since.toordinal(), drift.until.toordinal(), LEFT, RIGHT)
    lines = []
    for kind in ("probability", "score", "intent"):
        found = drift.points.get(kind, [])
        if found:
            lines.append(_line(kind, found, drift.until, along, up))
    places = spread_apart([one["y"] for one in lines], 16)
    for one, place in zip(lines, places, strict=True):
        one["label_y"] = round(place + 4, 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
        "bottom": BOTTOM,
        "label_x": RIGHT + 8,
        "grid": [{"y": up(tick), "text_y": up(tick) + 4, "text": f"{tick:g}"} for tick in ticks],
        "lines": lines,
        "since": drift.since,
        "until": drift.until,
        "rows": sorted(
            (
                {"on": on, "label": LABELS[kind], "value": value, "source": source}
                for kind, found in drift.points.items()
                for on, value, source in found
            ),
            key=lambda one: one["on"],
            reverse=True,
        )[:60],
    }


def _line(
    kind: str,
    found: list[tuple[date, Decimal, str]],
    until: date,
    along: Scale,
    up: Scale,
) -> dict[str, Any]:
    """Steps: a value holds until the next one."""
    points = []
    for place, (on, value, _source) in enumerate(found):
        if place:
            points.append((along(on.toordinal()), points[-1][1]))
        points.append((along(on.toordinal()), up(float(value))))
    points.append((along(until.toordinal()), points[-1][1]))
    last = found[-1][1]
    figure = f"{last:.0f}%" if kind == "probability" else f"{last:.1f}".removesuffix(".0")
    return {
        "css": STYLES[kind],
        "points": path_points(points),
        "label": LABELS[kind],
        "figure": figure,
        "y": points[-1][1],
    }
