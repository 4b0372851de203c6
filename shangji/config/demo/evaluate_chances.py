"""Intent and win probabilities of the demo, as they came over the last half year: models learned
from what was known by then, and what each of them said while it was in force."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.actions.intent import count_all_intent
from shangji.phases.evaluate.actions.standing import Point, write_points
from shangji.phases.evaluate.actions.win_model import model_row, predict_all
from shangji.phases.evaluate.models import WinModel
from shangji.phases.evaluate.queries.intent import current_intent_rule, events_of, source_of
from shangji.phases.evaluate.queries.stories import days, stories
from shangji.phases.evaluate.queries.win_history import gather, values_now
from shangji.phases.evaluate.rules.intent import count_events, moved_by_one, total
from shangji.phases.evaluate.rules.prediction import predict
from shangji.phases.evaluate.rules.story import Story, status_at

#: how many days ago models were learned, and how far apart the drift has its points
LEARNED_AGO = (400, 260, 140, 20)
STEP, REACH = 14, 392


def tell_chances(now: datetime) -> None:
    """Four models, their predictions along the way, and intent along the way."""
    alive = Opportunity.objects.filter(deleted_at=None)
    told = list(stories(alive, now=now))
    models = [_learned(told, now - timedelta(days=ago)) for ago in LEARNED_AGO]
    _along(told, models, now)
    _intent(now)
    predict_all(now=now)
    count_all_intent(now=now)


def _learned(told: list[Story], then: datetime) -> WinModel:
    # numpy and scikit-learn: only where the demo is made
    from shangji.phases.evaluate.rules.training import train  # noqa: PLC0415

    found = gather(told, total=len(told), until=days(then))
    trained = train(found.table, deals=found.deals, won=found.won, horizon=found.horizon)
    model = model_row(found, trained, now=then)
    model.created_at = model.updated_at = then
    model.save()
    return model


def _along(told: list[Story], models: list[WinModel], now: datetime) -> None:
    """What the model of the day said of what was open on the day; a point where it changed."""
    points: list[Point] = []
    before: dict[int, int] = {}
    for ago in _days_ago():
        then = now - timedelta(days=ago)
        model = max((one for one in models if one.trained_at <= then), key=lambda one: one.number)
        if model.outcome != WinModel.LEARNED:
            continue
        at, on = days(then), today(now=then)
        for story in told:
            if status_at(story, at) != "open":
                continue
            values = values_now(story, at=at, horizon=model.horizon_days)
            percent = predict(model.weights, values, currency=story.currency).percent
            if before.get(story.deal_id) != percent:
                before[story.deal_id] = percent
                source = f"model:{model.number}"
                points.append((story.deal_id, "probability", on, Decimal(percent), source))
    write_points(points)


def _intent(now: datetime) -> None:
    row, rule = current_intent_rule()
    opened = Opportunity.objects.filter(deleted_at=None, status="open")
    pks = list(opened.values_list("pk", flat=True))
    points: list[Point] = []
    kept: dict[int, Decimal] = {}
    for ago in _days_ago():
        then = now - timedelta(days=ago)
        on = today(now=then)
        for pk, events in events_of(pks, rule=rule, now=then).items():
            value = total(count_events(rule, events, now=then))
            if moved_by_one(kept.get(pk), value):
                kept[pk] = value
                points.append((pk, "intent", on, value, source_of(row)))
    write_points(points)


def _days_ago() -> Iterable[int]:
    return range(REACH, 0, -STEP)
