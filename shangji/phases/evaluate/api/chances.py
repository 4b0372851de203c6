"""Intent, win probability and what they rest on, for other programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from shangji.phases.evaluate.actions.intent import set_intent_rule
from shangji.phases.evaluate.actions.win_model import start_training
from shangji.phases.evaluate.queries.intent import current_intent_rule
from shangji.phases.evaluate.queries.intent_sheet import intent_sheet
from shangji.phases.evaluate.queries.lift import lift_report
from shangji.phases.evaluate.queries.probability import chances_of
from shangji.phases.evaluate.queries.win_model import models_of
from shangji.phases.evaluate.rules.lift import Band
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer
from shangji.records.kinds.base import plain_decimal

router = Router(tags=["Evaluation"])


class IntentEvent(Schema):
    """One event; `left_out` says why it counts nothing: machine, cap, unlisted or empty."""

    source: Literal["touch", "activity"]
    id: int
    at: datetime
    points: Decimal
    now: Decimal
    left_out: str


class Intent(Schema):
    """The intent of this moment and the events it is the sum of."""

    value: Decimal
    rule: int
    half_life_days: int
    events: list[IntentEvent]


@router.get("/opportunities/{int:pk}/intent", response=Intent, **door("read", "opportunity"))
def intent(request: HttpRequest, pk: int) -> HttpResponse:
    """What people there did lately, each event with its points."""
    deal = seen(request, "opportunity", pk)
    sheet = intent_sheet(actor_of(request), deal, now=timezone.now())
    events = [
        {
            "source": one.counted.event.source,
            "id": one.counted.event.key,
            "at": one.counted.event.at,
            "points": plain_decimal(one.counted.points),
            "now": plain_decimal(round(one.counted.now, 4)),
            "left_out": one.counted.why,
        }
        for one in sheet.lines
    ]
    return json_answer(
        {
            "value": plain_decimal(sheet.value),
            "rule": sheet.row.number if sheet.row else 0,
            "half_life_days": sheet.rule.half_life_days,
            "events": events,
        }
    )


class Reason(Schema):
    """A feature in words, with its percent points against the average opportunity."""

    feature: str
    words: str
    points: float


class Chances(Schema):
    """Three win rates in percent, side by side; `base` stands for all where nothing beats it."""

    default: int
    manual: int | None
    predicted: int | None
    base: int | None
    model: int | None
    reasons: list[Reason]


@router.get(
    "/opportunities/{int:pk}/win-probability", response=Chances, **door("read", "opportunity")
)
def win_probability(request: HttpRequest, pk: int) -> HttpResponse:
    """Stage default, set by hand and predicted, with the reasons of the last."""
    deal = seen(request, "opportunity", pk)
    found = chances_of(actor_of(request), deal, now=timezone.now())
    return json_answer(
        {
            "default": found.default,
            "manual": found.manual,
            "predicted": found.predicted,
            "base": found.base,
            "model": found.model.number if found.model else None,
            "reasons": [
                {"feature": one.term, "words": one.words, "points": round(one.points, 1)}
                for one in found.reasons
            ],
        }
    )


class Model(Schema):
    """One training: learned, base_rate (nothing beats it) or refused (too few)."""

    number: int
    trained_at: datetime
    outcome: Literal["learned", "base_rate", "refused"]
    why: str
    horizon_days: int | None
    decided: int
    won: int
    learned_from: date | None
    learned_to: date | None
    auc: list[float] | None
    brier: float | None
    base_brier: float | None
    calibration_error: float | None


class Models(Schema):
    """Trainings, newest first; the first one predicts."""

    items: list[Model]


@router.get("/win-models", response=Models, **door("list", "opportunity"))
def win_models(request: HttpRequest) -> HttpResponse:
    """What was learned, and how well it did on what came later."""
    items = []
    for one in models_of(actor_of(request)):
        test = one.card.get("test") or {}
        items.append(
            {
                "number": one.number,
                "trained_at": one.trained_at,
                "outcome": one.outcome,
                "why": one.card.get("why", ""),
                "horizon_days": one.horizon_days,
                "decided": one.deal_count,
                "won": one.won_count,
                "learned_from": one.learned_from,
                "learned_to": one.learned_to,
                "auc": test.get("auc"),
                "brier": test.get("brier"),
                "base_brier": test.get("base_brier"),
                "calibration_error": test.get("ece"),
            }
        )
    return json_answer({"items": items})


class Training(Schema):
    """The job that learns."""

    job: int


@router.post(
    "/win-models", response=Training, **door("right", right="settings.scoring", example={})
)
def learn(request: HttpRequest) -> HttpResponse:
    """Learn anew from the workspace's history, in a job; the one under way when there is one."""
    job = start_training(actor=actor_of(request), now=timezone.now())
    return json_answer({"job": job.pk})


class RuleLine(Schema):
    """What one sort of event is worth, and how many count on one day."""

    by: Literal["activity", "medium", "channel", "touch"]
    value: str = Field(default="", max_length=120)
    points: float = Field(ge=0, le=100)
    cap: int = Field(default=20, ge=1, le=1000)


class IntentRule(Schema):
    """Half-life and lines; of several that fit the first counts: activity, medium, channel."""

    half_life_days: int = Field(ge=1, le=730)
    lines: list[RuleLine] = Field(max_length=100)


class IntentRuleNow(IntentRule):
    """The rule in force; number 0 is the built-in one."""

    number: int


@router.get("/intent-rule", response=IntentRuleNow, **door("own"))
def read_intent_rule(request: HttpRequest) -> HttpResponse:
    """How intent is counted."""
    return _rule()


@router.put(
    "/intent-rule",
    response=IntentRuleNow,
    **door(
        "right",
        right="settings.scoring",
        example={
            "half_life_days": 14,
            "lines": [{"by": "touch", "value": "", "points": 2, "cap": 20}],
        },
    ),
)
def write_intent_rule(request: HttpRequest, body: IntentRule) -> HttpResponse:
    """Put a new version in force; every open opportunity is counted anew."""
    set_intent_rule(
        actor=actor_of(request),
        half_life_days=body.half_life_days,
        lines=[one.dict() for one in body.lines],
        now=timezone.now(),
    )
    return _rule()


def _rule() -> HttpResponse:
    row, rule = current_intent_rule()
    return json_answer(
        {
            "number": row.number if row else 0,
            "half_life_days": rule.half_life_days,
            "lines": [
                {"by": one.by, "value": one.value, "points": float(one.points), "cap": one.cap}
                for one in rule.lines
            ],
        }
    )


class LiftBand(Schema):
    """One band; share, interval and lift are null under the sample."""

    label: str
    n: int
    won: int
    share: float | None
    low: float | None
    high: float | None
    lift: float | None


class Lift(Schema):
    """Decided opportunities by the value that stood so many days before the decision."""

    decided: int
    won: int
    by_grade: list[LiftBand]
    by_chance: list[LiftBand]


@router.get("/lift", response=Lift, **door("list", "opportunity"))
def lift(request: HttpRequest, before: Literal[0, 30, 60, 90] = 30) -> HttpResponse:
    """Do high scores win more? Empty lists where too few had a value."""
    found = lift_report(actor_of(request), days_before=before, now=timezone.now())
    return json_answer(
        {
            "decided": found.decided,
            "won": found.won,
            "by_grade": [_band(one) for one in found.by_grade],
            "by_chance": [_band(one) for one in found.by_chance],
        }
    )


def _band(one: Band) -> dict[str, object]:
    share = one.share
    return {
        "label": one.label,
        "n": one.n,
        "won": one.won,
        "share": share.share if share else None,
        "low": share.low if share else None,
        "high": share.high if share else None,
        "lift": one.lift,
    }
