"""Learn the win probability from this workspace's history, and predict with it.

What is predicted stands beside the manual figure and never over it: only
`Opportunity.probability_predicted` is written, in bulk and without a version, because it is
derived and can be worked out again at any time.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.notices.actions import notify
from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.actions.standing import (
    moment_column,
    write_points,
    write_standings,
)
from shangji.phases.evaluate.models import Standing, StandingPoint, WinModel
from shangji.phases.evaluate.queries.stories import CHUNK, days, stories
from shangji.phases.evaluate.queries.win_history import History, history, values_now
from shangji.phases.evaluate.queries.win_model import (
    LEVEL,
    RIGHT,
    base_percent,
    current_model,
    drift_found,
    keepers,
)
from shangji.phases.evaluate.rules.prediction import predict

if TYPE_CHECKING:
    from shangji.phases.evaluate.rules.training import Trained

TRAIN = "evaluate.train"
Told = Callable[[int, int], None]


def start_training(*, actor: Actor, now: datetime) -> Job:
    """Learn anew, in a job; the one under way when there is one."""
    require_right(actor, RIGHT)
    running = Job.objects.filter(kind=TRAIN, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return running.order_by("id").first() or enqueue(TRAIN, actor=actor, run_at=now)


def train_model(
    *,
    actor: Actor,
    now: datetime,
    told: Told = lambda done, all: None,
    step: Callable[[str], None] = lambda name: None,
) -> WinModel:
    """Learn from what was decided until now, and keep what came of it: a model, or why not.

    Reading and learning hold no lock; the row is written at the end.
    """
    # numpy and scikit-learn: only where something is learned, in the worker
    from shangji.phases.evaluate.rules.training import train  # noqa: PLC0415

    step("read")
    found = history(now=now, told=told)
    trained = train(found.table, deals=found.deals, won=found.won, horizon=found.horizon, told=step)
    with operation(actor, "win_model.train", now=now) as op:
        before = current_model()
        model = op.created(model_row(found, trained, now=now))
        _tell_drift(model, before, now)
        return model


def _tell_drift(model: WinModel, before: WinModel | None, now: datetime) -> None:
    """A notice to whoever looks after the model, of what moved that the training before had not
    found moved yet: the share won first, else what opportunities are like."""
    moved = drift_found(model.card)
    new = moved - (drift_found(before.card) if before else frozenset())
    if not new:
        return
    params: dict[str, str | int]
    if LEVEL in new:
        level = model.card["drift"]["level"]
        title = gettext_noop("The won share moved from %(before)s to %(after)s")
        params = {key: f"{100 * level[key]:.1f}%" for key in ("before", "after")}
    else:
        title = gettext_noop("What opportunities are like has moved: %(n)s of their features")
        params = {"n": len(new)}
    notify(
        user_ids=[one.pk for one in keepers()],
        kind="win_model.drift",
        title=title,
        body=gettext_noop("The model of win probability learned from another time: look at it."),
        params=params,
        url=f"/evaluate/model/?number={model.number}",
        now=now,
        unique_key=f"win-drift:{model.number}",
    )


def model_row(found: History, trained: "Trained", *, now: datetime) -> WinModel:
    """The next model, not written yet."""
    last = WinModel.objects.aggregate(last=Max("number"))["last"] or 0
    return WinModel(
        number=last + 1,
        trained_at=now,
        outcome=trained.outcome,
        horizon_days=found.horizon,
        deal_count=found.deals,
        won_count=found.won,
        learned_from=found.learned_from,
        learned_to=found.learned_to,
        card={"version": 1, "why": trained.why, **trained.card},
        weights=trained.weights,
    )


def predict_all(*, now: datetime, told: Told = lambda done, all: None) -> int:
    """Predict every open opportunity as of now; decided ones keep none. Returns how many moved."""
    alive = Opportunity.objects.filter(deleted_at=None)
    alive.exclude(status="open").exclude(probability_predicted=None).update(
        probability_predicted=None
    )
    Standing.objects.exclude(opportunity__status="open").exclude(prediction=None).update(
        prediction=None, predicted_at=None
    )
    pks = list(alive.filter(status="open").order_by("pk").values_list("pk", flat=True))
    moved = 0
    for start in range(0, len(pks), CHUNK):
        moved += predict_some(pks[start : start + CHUNK], now=now)
        told(min(start + CHUNK, len(pks)), len(pks))
    return moved


def predict_some(pks: Iterable[int], *, now: datetime) -> int:
    """Predict these opportunities with the model that counts; those not open get none.

    Without a model the base rate stands for all, and below the sample nothing does.
    """
    model = current_model()
    rows = Opportunity.objects.filter(pk__in=list(pks))
    before = {
        pk: (status, percent)
        for pk, status, percent in rows.values_list("pk", "status", "probability_predicted")
    }
    is_open = [pk for pk, (status, _percent) in before.items() if status == "open"]
    found = _predicted(model, is_open, now)
    percents = {pk: found[pk]["percent"] if pk in found else None for pk in before}
    moved = {pk: percent for pk, percent in percents.items() if percent != before[pk][1]}
    by_percent: dict[int | None, list[int]] = {}
    for pk, percent in moved.items():
        by_percent.setdefault(percent, []).append(pk)
    at = moment_column(now)
    standings = [
        (pk, json.dumps(found[pk]["why"]), at) if pk in found else (pk, None, None)
        for pk in is_open
        if model is not None
    ]
    source, day = f"model:{model.number if model else 0}", today(now=now)
    points = [
        (pk, StandingPoint.PROBABILITY, day, Decimal(percent), source)
        for pk, percent in moved.items()
        if percent is not None
    ]
    decided = [pk for pk in before if pk not in set(is_open)]
    with transaction.atomic():
        Standing.objects.filter(pk__in=decided).exclude(prediction=None).update(
            prediction=None, predicted_at=None
        )
        for percent, ids in by_percent.items():
            Opportunity.objects.filter(pk__in=ids).update(probability_predicted=percent)
        write_standings(("prediction", "predicted_at"), standings)
        write_points(points)
    return len(moved)


def _predicted(model: WinModel | None, pks: list[int], now: datetime) -> dict[int, dict[str, Any]]:
    """Percent and reasons by opportunity; nothing where the product does not guess."""
    if model is None or model.outcome == WinModel.REFUSED or not pks:
        return {}
    if model.outcome == WinModel.BASE_RATE:
        why = {"model": model.number, "reasons": []}
        return {pk: {"percent": base_percent(model), "why": why} for pk in pks}
    at = days(now)
    found = {}
    for story in stories(Opportunity.objects.filter(pk__in=pks), now=now):
        values = values_now(story, at=at, horizon=model.horizon_days)
        one = predict(model.weights, values, currency=story.currency)
        found[story.deal_id] = {
            "percent": one.percent,
            "why": {
                "model": model.number,
                "reasons": [[part.term, part.value, round(part.points, 1)] for part in one.top],
            },
        }
    return found
