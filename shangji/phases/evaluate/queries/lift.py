"""Decided opportunities with the score or the prediction that stood before the decision."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import ScorecardVersion, StandingPoint
from shangji.phases.evaluate.rules.lift import LEAST_DECIDED, Band, bands, tenths

#: how many days before the decision a value has to have stood
BEFORE: Final = (0, 30, 60, 90)
#: where no version of a scorecard says otherwise
GRADES: Final = (("A", 80.0), ("B", 60.0), ("C", 40.0), ("D", 0.0))


@dataclass(frozen=True)
class Report:
    """Bands by grade and by predicted tenth, and what was left out.

    Empty bands mean too few: `scored` and `predicted` say how many there were.
    """

    decided: int
    won: int
    scored: int
    predicted: int
    by_grade: list[Band]
    by_chance: list[Band]
    since: date | None
    until: date


def lift_report(actor: Actor, *, days_before: int, now: datetime) -> Report:
    """What became of the decided opportunities this actor sees, by the value that stood
    `days_before` days before the decision; those without one by then are left out."""
    rows = list(
        model_queryset(Opportunity)
        .visible_to(actor)
        .exclude(status="open")
        .exclude(closed_on=None)
        .order_by("pk")
        .values_list("pk", "closed_on", "status")
    )
    closed = {pk: (on - timedelta(days=days_before), status == "won") for pk, on, status in rows}
    scored = list(_stood(StandingPoint.SCORE, closed))
    chances = list(_stood(StandingPoint.PROBABILITY, closed))
    hidden = actor.hidden_fields("opportunity")
    grades = [] if {"score", "grade"} & hidden or len(scored) < LEAST_DECIDED else _graded(scored)
    parts = [] if len(chances) < LEAST_DECIDED else tenths((v, won) for v, _source, won in chances)
    return Report(
        decided=len(rows),
        won=sum(won for _on, won in closed.values()),
        scored=len(scored),
        predicted=len(chances),
        by_grade=bands(grades),
        by_chance=bands(parts),
        since=min((on for _pk, on, _status in rows), default=None),
        until=today(now=now),
    )


def _stood(kind: str, closed: dict[int, tuple[date, bool]]) -> Iterator[tuple[float, str, bool]]:
    """Value, source and outcome of each decided one that had a value on its day."""
    points = StandingPoint.objects.filter(kind=kind).order_by("opportunity", "on")
    on: list[date] = []
    kept: list[tuple[float, str]] = []
    at = 0
    for pk, day, value, source in points.values_list(
        "opportunity_id", "on", "value", "source"
    ).iterator(chunk_size=5000):
        if pk != at:
            yield from _last(closed.get(at), on, kept)
            at, on, kept = pk, [], []
        on.append(day)
        kept.append((float(value), source))
    yield from _last(closed.get(at), on, kept)


def _last(
    decided: tuple[date, bool] | None, on: list[date], kept: list[tuple[float, str]]
) -> Iterator[tuple[float, str, bool]]:
    if decided is None:
        return
    place = bisect_right(on, decided[0])
    if place:
        value, source = kept[place - 1]
        yield value, source, decided[1]


def _graded(scored: list[tuple[float, str, bool]]) -> list[tuple[str, list[bool]]]:
    """Outcomes by the grade a value had under the thresholds of its own scorecard version."""
    found: dict[str, list[bool]] = {letter: [] for letter, _least in GRADES}
    known = _thresholds()
    for value, source, won in scored:
        limits = known.get(source, GRADES)
        letter = next((one for one, least in limits if value >= least), "D")
        found[letter].append(won)
    return list(found.items())


def _thresholds() -> dict[str, tuple[tuple[str, float], ...]]:
    """The grades of every scorecard version, by the name points give it: "scorecard:3:v4"."""
    found = {}
    for card, number, definition in ScorecardVersion.objects.values_list(
        "scorecard", "number", "definition"
    ):
        least = definition.get("grades") if isinstance(definition, dict) else None
        if isinstance(least, list) and len(least) == len(GRADES) - 1:
            limits = zip("ABC", (float(one) for one in least), strict=True)
            found[f"scorecard:{card}:v{number}"] = (*limits, ("D", 0.0))
    return found
