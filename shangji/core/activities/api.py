"""Named actions of activities for other programs."""

from datetime import date, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.core.activities.actions import (
    complete_activity,
    complete_step,
    log_activity,
    plan_call,
    reopen_activity,
)
from shangji.records.api.doors import actor_of, door, of_slug, record_answer, seen
from shangji.records.api.types import Line, Text

router = Router(tags=["Activities"])


class Done(Schema):
    """What came of it."""

    outcome: Line = ""


class Log(Schema):
    """What happened just now; the first line is its subject. A next step may come along."""

    kind: Line
    text: Text
    minutes: int | None = None
    next_step: Line = ""
    next_on: date | None = None


class StepDone(Schema):
    """What came of the next step, and what comes after it."""

    kind: Line = "call"
    outcome: Line = ""
    next_step: Line = ""
    next_on: date | None = None
    next_at: time | None = None


@router.post(
    "/activities/{int:pk}/done",
    **door("edit", "activity", returns="activity", example={"outcome": "They want a quote."}),
)
def done(request: HttpRequest, pk: int, body: Done) -> HttpResponse:
    """Tick an activity off, with what came of it."""
    activity = complete_activity(
        actor=actor_of(request),
        activity=seen(request, "activity", pk),
        outcome=body.outcome,
        now=timezone.now(),
    )
    return record_answer(request, activity)


@router.post("/activities/{int:pk}/reopen", **door("edit", "activity", returns="activity"))
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the tick back."""
    activity = reopen_activity(
        actor=actor_of(request), activity=seen(request, "activity", pk), now=timezone.now()
    )
    return record_answer(request, activity)


def _logs(record_type: str) -> dict[str, Any]:
    example = {"kind": "call", "text": "They want a quote.\nUntil Friday."}
    return door("log", record_type, returns="activity", example=example, status=(201,))


@router.post("/opportunities/{int:pk}/log", **_logs("opportunity"))
def log_on_opportunity(request: HttpRequest, pk: int, body: Log) -> HttpResponse:
    """Note what happened on an opportunity."""
    return _log(request, "opportunities", pk, body)


@router.post("/accounts/{int:pk}/log", **_logs("account"))
def log_on_account(request: HttpRequest, pk: int, body: Log) -> HttpResponse:
    """Note what happened with a customer."""
    return _log(request, "accounts", pk, body)


@router.post("/contacts/{int:pk}/log", **_logs("contact"))
def log_on_contact(request: HttpRequest, pk: int, body: Log) -> HttpResponse:
    """Note what happened with a contact."""
    return _log(request, "contacts", pk, body)


def _log(request: HttpRequest, slug: str, pk: int, body: Log) -> HttpResponse:
    about = seen(request, of_slug(request, slug).type, pk)
    activity = log_activity(actor=actor_of(request), about=about, now=timezone.now(), **body.dict())
    return record_answer(request, activity, 201)


@router.post(
    "/opportunities/{int:pk}/step-done",
    **door(
        "edit",
        "opportunity",
        returns="activity",
        example={"outcome": "Agreed"},
        status=(201,),
    ),
)
def step_done(request: HttpRequest, pk: int, body: StepDone) -> HttpResponse:
    """Finish the next step: it becomes an activity, and the next one takes its place."""
    activity = complete_step(
        actor=actor_of(request),
        opportunity=seen(request, "opportunity", pk),
        now=timezone.now(),
        **body.dict(),
    )
    return record_answer(request, activity, 201)


@router.post(
    "/opportunities/{int:pk}/plan-call", **door("edit", "opportunity", returns="opportunity")
)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a call in three working days the next step."""
    record = seen(request, "opportunity", pk)
    plan_call(actor=actor_of(request), opportunity=record, now=timezone.now())
    return record_answer(request, seen(request, "opportunity", pk))
