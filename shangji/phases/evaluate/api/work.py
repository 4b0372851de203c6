"""The work queue and its rule for other programs."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from shangji.core.opportunities.actions.snooze import snooze
from shangji.phases.evaluate.actions.work import set_work_order
from shangji.phases.evaluate.queries.work import Ranked, current_weights, order_of_work
from shangji.phases.evaluate.rules.work import WorkWeights
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer
from shangji.records.kinds.base import plain_decimal

router = Router(tags=["Evaluation"])
PHASES = Literal["identify", "evaluate", "nurture", "convert", "maintain"]


class Part(Schema):
    """One factor's points of its full ones; `known` is false where half counts."""

    factor: str
    points: Decimal
    full: int
    known: bool


class Row(Schema):
    """One opportunity in the order of work, and why it stands there."""

    id: int
    name: str
    place: int
    points: Decimal
    parts: list[Part]
    reasons: list[str]


class Queue(Schema):
    """`open` counts all open opportunities in question, `weighed` those the rule looked at."""

    open: int
    weighed: int
    put_off: int
    items: list[Row]


class PutOff(Schema):
    """Until which day, three months from today at most."""

    until: date


class Rule(Schema):
    """Full points of the five factors, 100 together, and where they are reached."""

    deadline: int = Field(ge=0, le=100)
    value: int = Field(ge=0, le=100)
    score: int = Field(ge=0, le=100)
    intent: int = Field(ge=0, le=100)
    silence: int = Field(ge=0, le=100)
    value_full: Decimal = Field(ge=1, max_digits=16, decimal_places=2)
    intent_full: int = Field(ge=1, le=10_000)
    days_ahead: int = Field(ge=1, le=90)


class RuleChange(Rule):
    """The rule, with the version it was read with."""

    version: int | None = Field(default=None, ge=1, le=2_000_000_000)


class RuleNow(Rule):
    """The rule in force; without a version it is the built-in one."""

    version: int | None = None


@router.get("/work-queue", response=Queue, **door("list", "opportunity"))
def queue(
    request: HttpRequest, whose: Literal["mine", "all"] = "mine", phase: PHASES | None = None
) -> HttpResponse:
    """Open opportunities in the order in which they deserve work, best first."""
    found = order_of_work(
        actor_of(request),
        timezone.now(),
        weights=current_weights()[0],
        mine=whose == "mine",
        phase=phase or "",
    )
    return json_answer(
        {
            "open": found.total,
            "weighed": found.looked,
            "put_off": found.asleep,
            "items": [_row(one) for one in found.ranked],
        }
    )


@router.post(
    "/opportunities/{int:pk}/snooze",
    response={204: None},
    **door("read", "opportunity", example={"until": "2026-12-01"}, status=(204,)),
)
def put_off(request: HttpRequest, pk: int, body: PutOff) -> HttpResponse:
    """Hide an opportunity in your own work queue until a day."""
    record, actor = seen(request, "opportunity", pk), actor_of(request)
    subject = f"opportunity:{record.pk}:work"
    snooze(actor=actor, subject=subject, until=body.until, now=timezone.now())
    return HttpResponse(status=204)


def _row(one: Ranked) -> dict[str, Any]:
    return {
        "id": one.row["pk"],
        "name": one.row["name"],
        "place": one.place,
        "points": plain_decimal(one.points),
        "parts": [
            {
                "factor": part.key,
                "points": plain_decimal(part.points),
                "full": part.full,
                "known": part.known,
            }
            for part in one.parts
        ],
        "reasons": one.reasons,
    }


@router.get("/order-of-work", response=RuleNow, **door("own"))
def read_rule(request: HttpRequest) -> HttpResponse:
    """The rule in force."""
    weights, version, _broken = current_weights()
    return _rule(weights, version)


@router.put(
    "/order-of-work",
    response=RuleNow,
    **door(
        "right",
        right="settings.scoring",
        example={
            "deadline": 30,
            "value": 30,
            "score": 20,
            "intent": 10,
            "silence": 10,
            "value_full": "500000",
            "intent_full": 40,
            "days_ahead": 14,
        },
    ),
)
def write_rule(request: HttpRequest, body: RuleChange) -> HttpResponse:
    """Put another rule in force for everybody."""
    row = set_work_order(
        actor=actor_of(request),
        weights=WorkWeights(**body.dict(exclude={"version"})),
        version=body.version,
        now=timezone.now(),
    )
    return _rule(current_weights()[0], row.version)


def _rule(weights: WorkWeights, version: int | None) -> HttpResponse:
    shown = {**asdict(weights), "value_full": plain_decimal(weights.value_full)}
    return json_answer({**shown, "version": version})
