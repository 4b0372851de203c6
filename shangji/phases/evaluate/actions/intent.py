"""Change how intent is counted, and count it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.standing import (
    Point,
    moment_column,
    write_points,
    write_standings,
)
from shangji.phases.evaluate.models import IntentRule, Standing, StandingPoint
from shangji.phases.evaluate.queries.intent import (
    CHUNK,
    current_intent_rule,
    intent_values,
    source_of,
    worth_counting,
)
from shangji.phases.evaluate.queries.standing import within
from shangji.phases.evaluate.rules.intent import MOST_LINES, Rule, moved_by_one, read_rule

RIGHT = "settings.scoring"
#: more opportunities than this in one operation (an import) are counted by a job
AT_ONCE = 50


def set_intent_rule(
    *, actor: Actor, half_life_days: int, lines: Sequence[Mapping[str, Any]], now: datetime
) -> IntentRule:
    """Put a new version of the rule in force; a job counts every open opportunity anew.

    Raises Invalid naming what is out of bounds.
    """
    require_right(actor, RIGHT)
    if not 1 <= half_life_days <= 730:
        raise Invalid({"half_life_days": [_("Between 1 and 730 days.")]})
    if len(lines) > MOST_LINES:
        raise Invalid({"lines": [_("At most %(n)s lines.") % {"n": MOST_LINES}]})
    stored = {"version": 1, "lines": [dict(one) for one in lines]}
    try:
        read_rule(half_life_days, stored)
    except (ValueError, KeyError, ArithmeticError) as problem:
        raise Invalid(
            {"lines": [_("Points from 0 to 100, counted at most 1 to 1,000 times a day.")]}
        ) from problem
    with operation(actor, "intent_rule.set", now=now) as op:
        last = IntentRule.objects.aggregate(last=Max("number"))["last"] or 0
        row = op.created(IntentRule(number=last + 1, half_life_days=half_life_days, lines=stored))
        enqueue("evaluate.count_intent", actor=actor)
    return row


def count_intent(pks: Iterable[int], *, now: datetime) -> int:
    """Count these opportunities' intent as of now. Returns how many values moved.

    A point of the drift is kept where it moved by a whole one.
    """
    row, rule = current_intent_rule()
    day, source = today(now=now), source_of(row)
    ids = sorted(set(pks))
    moved = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with transaction.atomic():
            moved += _count(chunk, rule, day, source, now)
    return moved


def _count(pks: Sequence[int], rule: Rule, day: date, source: str, now: datetime) -> int:
    rows = Standing.objects.filter(within("pk", pks))
    known = {
        pk: (value, kept) for pk, value, kept in rows.values_list("pk", "intent", "intent_kept")
    }
    moment = moment_column(now)
    changed: list[tuple[Any, ...]] = []
    points: list[Point] = []
    for pk, value in intent_values(pks, rule=rule, now=now).items():
        before, kept = known.get(pk, (None, None))
        if value == before or (before is None and not value):
            continue
        if moved_by_one(kept, value):
            kept = value
            points.append((pk, StandingPoint.INTENT, day, value, source))
        changed.append((pk, f"{value:f}", moment, None if kept is None else f"{kept:f}"))
    write_standings(("intent", "intent_at", "intent_kept"), changed)
    write_points(points)
    return len(changed)


def count_all_intent(
    *, now: datetime, told: Callable[[int, int], None] = lambda done, all: None
) -> int:
    """Count every open opportunity's intent, chunk by chunk: nights, and after a new rule."""
    _row, rule = current_intent_rule()
    rows = Opportunity.objects.filter(status="open", deleted_at=None)
    pks = list(rows.filter(worth_counting(now, rule)).order_by("pk").values_list("pk", flat=True))
    moved = 0
    for start in range(0, len(pks), CHUNK):
        moved += count_intent(pks[start : start + CHUNK], now=now)
        told(min(start + CHUNK, len(pks)), len(pks))
    return moved


def after_activities(op: Recorder, records: list[Record]) -> None:
    """Activities changed in this operation: what they are about is counted anew."""
    pks = {getattr(one, "opportunity_id", None) for one in records} - {None}
    if not pks:
        return
    if len(pks) > AT_ONCE:
        enqueue("evaluate.count_intent", actor=op.actor)
    else:
        count_intent(sorted(pk for pk in pks if pk is not None), now=op.now)
