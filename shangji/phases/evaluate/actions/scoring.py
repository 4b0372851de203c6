"""Fold answers, fields and touches into each opportunity's score; nothing is typed in here.

Folding again gives the same, so it may run at any time: with an assessment, after an edit, at
night over all open opportunities. Closed ones keep the score they closed with.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.actions.standing import (
    Point,
    moment_column,
    write_points,
    write_standings,
)
from shangji.phases.evaluate.models import Standing, StandingPoint
from shangji.phases.evaluate.queries.scorecards import Published, default_card
from shangji.phases.evaluate.queries.scoring import Scored, scored
from shangji.phases.evaluate.queries.standing import within
from shangji.phases.evaluate.rules.scorecards import Card, plain
from shangji.phases.evaluate.rules.scoring import rounded, score

CHUNK = 5000
#: so many different scores are kept while many opportunities are folded
REMEMBERED = 20_000
_FOUR = Decimal("0.0001")
_UNSCORED = (None, None, None)
_COLUMNS = (
    "score",
    "score_low",
    "score_high",
    "scored_share",
    "grade",
    "score_version_id",
    "score_parts",
    "scored_at",
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Made:
    """A score: its points, the columns score, low, high, share, grade, and what it is made of."""

    points: Decimal | None
    columns: tuple[str | None, ...]
    parts: dict[str, list[Any]]
    text: str


def fold_scores(ids: Sequence[int], *, now: datetime, closed: bool = False) -> int:
    """Work these opportunities' scores out anew; returns how many changed.

    Closed ones keep the score they closed with unless `closed`: somebody assessed them.
    """
    version = default_card()
    if version is None:
        return 0
    changed = 0
    memory: dict[Any, _Made] = {}
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        if not closed:
            rows = Opportunity.objects.filter(within("pk", part), status=Opportunity.OPEN)
            wanted = set(part)
            part = sorted(wanted.intersection(rows.values_list("pk", flat=True)))
        with transaction.atomic():
            changed += _fold(version, part, memory, now)
    return changed


def fold_later(op: Recorder, rows: list[Record]) -> None:
    """After opportunities changed: a job scores them anew where fields or touches count."""
    version = default_card()
    if version is not None and version.card is not None and version.card.computed:
        for start in range(0, len(rows), CHUNK):
            ids = [row.pk for row in rows[start : start + CHUNK]]
            enqueue("evaluate.rescore", params={"ids": ids})


def fold_all_scores(*, now: datetime, progress: Progress = lambda done, total: None) -> int:
    """The same over every open opportunity, in chunks that each commit."""
    rows = Opportunity.objects.alive().filter(status=Opportunity.OPEN)
    total, version = rows.count(), default_card()
    if version is None:
        return 0
    changed = done = last = 0
    memory: dict[Any, _Made] = {}
    while True:
        with transaction.atomic():
            following = rows.filter(pk__gt=last).order_by("pk")
            part = list(following.values_list("pk", flat=True)[:CHUNK])
            if not part:
                return changed
            changed += _fold(version, part, memory, now)
        last = part[-1]
        done += len(part)
        progress(done, total)


def _fold(version: Published, ids: list[int], memory: dict[Any, _Made], now: datetime) -> int:
    card = version.card
    assert card is not None
    known = _known(ids)
    rows: list[tuple[Any, ...]] = []
    points: list[Point] = []
    moment, on = moment_column(now), today(now=now)
    source = f"scorecard:{version.scorecard_id}:v{version.number}"
    for pk, found in scored(version, ids, now).items():
        before, version_id, parts = known.get(pk, _UNSCORED)
        if before is None and not found.values:
            continue
        key = (*found.values.items(), *found.sources.values())
        made = memory.get(key)
        if made is None:
            if len(memory) >= REMEMBERED:
                memory.clear()
            made = memory[key] = _made(card, found)
        # with the same version and parts the score is the same: nothing else needs comparing
        if version_id == version.version_id and parts == made.parts:
            continue
        rows.append((pk, *made.columns, version.version_id, made.text, moment))
        if made.points is not None and made.points != before:
            points.append((pk, StandingPoint.SCORE, on, made.points, source))
    write_standings(_COLUMNS, rows)
    write_points(points)
    return len(rows)


def _known(ids: list[int]) -> dict[int, tuple[Decimal | None, int | None, Any]]:
    """Points, version and parts as they stand; the parts as text, which many rows share."""
    rows = Standing.objects.filter(within("pk", ids)).annotate(
        parts=Cast("score_parts", TextField())
    )
    read: dict[str, Any] = {}
    found: dict[int, tuple[Decimal | None, int | None, Any]] = {}
    for pk, points, version_id, text in rows.values_list(
        "pk", "score", "score_version_id", "parts"
    ):
        if text not in read:
            read[text] = json.loads(text)
        found[pk] = (points, version_id, read[text])
    return found


def _made(card: Card, found: Scored) -> _Made:
    """A score as its columns hold it; opportunities with the same answers share it."""
    parts = {key: [_text(value), found.sources.get(key)] for key, value in found.values.items()}
    made = score(card, found.values)
    columns: tuple[str | None, ...] = (None, None, None, None, "")
    if made.points is not None:
        shown = (made.points, made.low, made.high, made.share * 100)
        columns = (*(f"{one:f}" for one in shown), made.grade)
    return _Made(made.points, columns, parts, json.dumps(parts))


def _text(value: Decimal | Fraction) -> str:
    return plain(rounded(value, _FOUR) if isinstance(value, Fraction) else value)
