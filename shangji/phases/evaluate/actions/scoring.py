"""Fold answers, fields and touches into each opportunity's score; nothing is typed in here.

Folding again gives the same, so it may run at any time: with an assessment, after an edit, at
night over all open opportunities. Closed ones keep the score they closed with.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection, transaction

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.models import Standing, StandingPoint
from shangji.phases.evaluate.queries.scorecards import Published, default_card
from shangji.phases.evaluate.queries.scoring import Scored, scored, within
from shangji.phases.evaluate.rules.scorecards import plain
from shangji.phases.evaluate.rules.scoring import Score, rounded, score

CHUNK = 5000
_FOUR = Decimal("0.0001")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Made:
    """A score: its points, and the columns score, low, high, share, grade."""

    points: Decimal | None
    columns: tuple[str | None, ...]


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
    total = Opportunity.objects.alive().filter(status=Opportunity.OPEN).count()
    changed = done = 0
    for part in _open_ids():
        changed += fold_scores(part, now=now)
        done += len(part)
        progress(done, total)
    return changed


def _open_ids() -> Iterator[list[int]]:
    last = 0
    rows = Opportunity.objects.alive().filter(status=Opportunity.OPEN).order_by("pk")
    while part := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        last = part[-1]
        yield part


def _fold(version: Published, ids: list[int], memory: dict[Any, _Made], now: datetime) -> int:
    assert version.card is not None
    # with the same version and parts the score is the same: nothing else needs comparing
    known = {
        pk: (points, version_id, parts)
        for pk, points, version_id, parts in Standing.objects.filter(within("pk", ids)).values_list(
            "pk", "score", "score_version_id", "score_parts"
        )
    }
    rows, points = [], []
    moment = connection.ops.adapt_datetimefield_value(now)
    on = today(now=now).isoformat()
    source = f"scorecard:{version.scorecard_id}:v{version.number}"
    for pk, found in scored(version, ids, now).items():
        before = known.get(pk)
        if not found.values and (before is None or before[0] is None):
            continue
        parts = _parts(found)
        if before is not None and before[1] == version.version_id and before[2] == parts:
            continue
        key = tuple(found.values.items())
        made = memory.get(key)
        if made is None:
            made = memory[key] = _made(score(version.card, found.values))
        rows.append((pk, *made.columns, version.version_id, json.dumps(parts), moment))
        if made.points is not None and (before is None or before[0] != made.points):
            points.append((pk, StandingPoint.SCORE, on, made.columns[0], source))
    _write_standings(rows)
    _write_points(points)
    return len(rows)


def _made(found: Score) -> _Made:
    """A score as its columns hold it; the same answers need it once."""
    if found.points is None:
        return _Made(None, (None, None, None, None, ""))
    columns = (found.points, found.low, found.high, found.share * 100)
    return _Made(found.points, (*(f"{one:f}" for one in columns), found.grade))


def _parts(found: Scored) -> dict[str, list[Any]]:
    return {key: [_text(value), found.sources.get(key)] for key, value in found.values.items()}


def _text(value: Decimal | Fraction) -> str:
    return plain(rounded(value, _FOUR) if isinstance(value, Fraction) else value)


# --------------------------------------------------------- many rows in one statement each

_STANDING = (
    "opportunity_id",
    "score",
    "score_low",
    "score_high",
    "scored_share",
    "grade",
    "score_version_id",
    "score_parts",
    "scored_at",
)


def _empty() -> dict[str, Any]:
    """What a new row needs beside what is folded here: the defaults of other nouns' columns."""
    return {
        str(one.column): one.get_db_prep_save(one.get_default(), connection)
        for one in Standing._meta.concrete_fields
        if not one.null and one.column not in _STANDING
    }


def _write_standings(rows: list[tuple[Any, ...]]) -> None:
    """Insert or update: the ORM's own way makes an object a row, which costs half the time."""
    empty = _empty()
    columns = (*_STANDING, *empty)
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in _STANDING[1:])
    statement = (
        f"INSERT INTO {Standing._meta.db_table} ({', '.join(columns)})"  # noqa: S608 - our names
        f" VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT (opportunity_id) DO UPDATE SET {updates}"
    )
    _many(statement, [(*row, *empty.values()) for row in rows])


def _write_points(rows: list[tuple[Any, ...]]) -> None:
    """One point a day; a later one of the same day takes its place."""
    statement = (
        f"INSERT INTO {StandingPoint._meta.db_table}"  # noqa: S608 - names of our tables
        ' (opportunity_id, kind, "on", value, source) VALUES (%s, %s, %s, %s, %s)'
        ' ON CONFLICT (opportunity_id, kind, "on")'
        " DO UPDATE SET value = EXCLUDED.value, source = EXCLUDED.source"
    )
    _many(statement, rows)


def _many(statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
