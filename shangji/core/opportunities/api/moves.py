"""Moving, winning, losing, reopening, the next step."""

from datetime import date, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from shangji.core.opportunities.actions import (
    lose_opportunity,
    move_to_stage,
    reopen_opportunity,
    reset_forecast,
    reset_probability,
    set_next_step,
    win_opportunity,
)
from shangji.core.opportunities.models import Reason, Stage
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.foundation.people.models import User
from shangji.lib.errors import Invalid, NotFound
from shangji.records.api.doors import actor_of, door, record_answer, seen
from shangji.records.api.types import Id, Line, Text, Version

router = Router()
OPPORTUNITY = "opportunity"


class Move(Schema):
    """Where to; a stage that wins or loses needs a reason. A next step may come along."""

    stage: Id
    reason: Id | None = None
    note: Text = ""
    next_step: Line = ""
    next_step_on: date | None = None
    version: Version | None = None


class Close(Schema):
    """Why it was won or lost."""

    reason: Id | None = None
    note: Text = ""
    version: Version | None = None


class Reopen(Schema):
    """The version it was read with."""

    version: Version | None = None


class Step(Schema):
    """What comes next, on which day, and who does it (an id, else its owner)."""

    next_step: Line
    next_step_on: date
    next_step_time: time | None = None
    owner: Id | None = None
    version: Version | None = None


def asks(example: dict[str, Any]) -> dict[str, Any]:
    return door("edit", OPPORTUNITY, returns=OPPORTUNITY, example=example)


@router.post("/opportunities/{int:pk}/move", **asks({"stage": 3}))
def move(request: HttpRequest, pk: int, body: Move) -> HttpResponse:
    """Move to a stage; phase, status, win rate and forecast follow."""
    moved = move_to_stage(
        actor=actor_of(request),
        opportunity=seen(request, OPPORTUNITY, pk),
        stage=read_stage(body.stage),
        reason=read_reason(body.reason),
        **body.dict(exclude={"stage", "reason"}),
        now=timezone.now(),
    )
    return record_answer(request, moved)


@router.post("/opportunities/{int:pk}/win", **asks({"reason": 1, "note": ""}))
def win(request: HttpRequest, pk: int, body: Close) -> HttpResponse:
    """Move to the pipeline's won stage."""
    return _close(request, pk, body, win_opportunity)


@router.post("/opportunities/{int:pk}/lose", **asks({"reason": 4, "note": ""}))
def lose(request: HttpRequest, pk: int, body: Close) -> HttpResponse:
    """Move to the pipeline's lost stage."""
    return _close(request, pk, body, lose_opportunity)


def _close(request: HttpRequest, pk: int, body: Close, action: Any) -> HttpResponse:
    closed = action(
        actor=actor_of(request),
        opportunity=seen(request, OPPORTUNITY, pk),
        reason=read_reason(body.reason),
        note=body.note,
        version=body.version,
        now=timezone.now(),
    )
    return record_answer(request, closed)


@router.post("/opportunities/{int:pk}/reopen", **asks({}))
def reopen(request: HttpRequest, pk: int, body: Reopen) -> HttpResponse:
    """Back to the open stage it truly left when it was decided."""
    opened = reopen_opportunity(
        actor=actor_of(request),
        opportunity=seen(request, OPPORTUNITY, pk),
        version=body.version,
        now=timezone.now(),
    )
    return record_answer(request, opened)


@router.post(
    "/opportunities/{int:pk}/next-step",
    **asks({"next_step": "Call", "next_step_on": "2026-12-01"}),
)
def next_step(request: HttpRequest, pk: int, body: Step) -> HttpResponse:
    """Say what comes next, when, and who does it."""
    changed = set_next_step(
        actor=actor_of(request),
        opportunity=seen(request, OPPORTUNITY, pk),
        text=body.next_step,
        on=body.next_step_on,
        at=body.next_step_time,
        owner_id=read_person(body.owner),
        version=body.version,
        now=timezone.now(),
    )
    return record_answer(request, changed)


@router.post("/opportunities/{int:pk}/reset-probability", **asks({}))
def probability(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the win rate follow the stage again."""
    record = seen(request, OPPORTUNITY, pk)
    changed = reset_probability(actor=actor_of(request), opportunity=record, now=timezone.now())
    return record_answer(request, changed)


@router.post("/opportunities/{int:pk}/reset-forecast", **asks({}))
def forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the forecast category follow the stage again."""
    record = seen(request, OPPORTUNITY, pk)
    changed = reset_forecast(actor=actor_of(request), opportunity=record, now=timezone.now())
    return record_answer(request, changed)


def read_stage(pk: int) -> Stage:
    """A stage by id; a wrong one is a fault of the body, not of the address."""
    try:
        return stage_by_id(pk)
    except NotFound as error:
        raise Invalid.field("stage", error.message) from None


def read_reason(pk: int | None) -> Reason | None:
    """A reason by id. Invalid for one that is none."""
    if pk is None:
        return None
    found = Reason.objects.filter(pk=pk, deleted_at=None).first()
    if found is None:
        raise Invalid.field("reason", _("There is no such reason."))
    return found


def read_person(pk: int | None) -> int | None:
    """Somebody who works here, by id. Invalid for anybody else."""
    if pk is not None and not User.objects.filter(pk=pk, is_active=True).exists():
        raise Invalid.field("owner", _("Nobody here has this id."))
    return pk
