"""The go / no-go decision for other programs; the list of decisions is a record type."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from shangji.core.opportunities.models import Opportunity, Reason
from shangji.core.opportunities.queries.pipelines import reasons, stage_by_id
from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Conflict, Invalid
from shangji.phases.evaluate.actions.decision import (
    Proposal,
    approve_decision,
    decide,
    refuse_decision,
    withdraw_decision,
)
from shangji.phases.evaluate.models import Decision
from shangji.phases.evaluate.queries.deciding import waiting_decision
from shangji.phases.evaluate.queries.decision_sheet import decision_tiles
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer

router = Router(tags=["Evaluation"])


class Tile(Schema):
    """What one section says; figure, words and tone are null while there is nothing yet."""

    key: str
    label: str
    figure: str | None
    words: str | None
    tone: str | None


class Decided(Schema):
    """A decision; `asked` ones wait for approval."""

    id: int
    opportunity: int
    verdict: str
    state: str
    reason: str
    returns_on: date | None
    answer: str


class Propose(Schema):
    """What to decide. `to_stage` for go (left out: stays), `lost_reason` for no_go,
    `returns_on` for not_now."""

    verdict: Literal["go", "no_go", "not_now"]
    reason: str
    to_stage: int | None = None
    lost_reason: int | None = None
    returns_on: date | None = None


class Answer(Schema):
    """What whoever approves or refuses says."""

    answer: str = ""


@router.get("/opportunities/{int:pk}/decision", response=list[Tile], **door("read", "opportunity"))
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The one-pager: one entry for each section of evaluation."""
    tiles = decision_tiles(actor_of(request), seen(request, "opportunity", pk), timezone.now())
    return json_answer(
        [
            {
                "key": one.key,
                "label": str(one.label),
                "figure": one.line.figure if one.line else None,
                "words": str(one.line.words) if one.line else None,
                "tone": one.line.tone if one.line else None,
            }
            for one in tiles
        ]
    )


@router.post(
    "/opportunities/{int:pk}/decide",
    response=Decided,
    **door("edit", "opportunity", example={"verdict": "go", "reason": "Sponsor and budget"}),
)
def make(request: HttpRequest, pk: int, body: Propose) -> HttpResponse:
    """Decide and carry it out, or ask for the approval its value needs."""
    made = decide(
        actor=actor_of(request),
        opportunity=seen(request, "opportunity", pk),
        proposal=Proposal(
            verdict=body.verdict,
            reason=body.reason,
            to_stage=stage_by_id(body.to_stage) if body.to_stage else None,
            lost_reason=_lost_reason(body.lost_reason),
            returns_on=body.returns_on,
        ),
        now=timezone.now(),
    )
    return json_answer(_decided(made))


@router.post(
    "/opportunities/{int:pk}/decision/approve",
    response=Decided,
    **door("read", "opportunity", example={"answer": "Go on"}),
)
def approve(request: HttpRequest, pk: int, body: Answer) -> HttpResponse:
    """Let the decision that waits take effect; 409 when none waits."""
    actor, waiting = _waiting(request, pk)
    made = approve_decision(actor=actor, decision=waiting, answer=body.answer, now=timezone.now())
    return json_answer(_decided(made))


@router.post(
    "/opportunities/{int:pk}/decision/refuse",
    response=Decided,
    **door("read", "opportunity", example={"answer": "Ask the CFO first"}),
)
def refuse(request: HttpRequest, pk: int, body: Answer) -> HttpResponse:
    """Say no to the decision that waits, and why; 409 when none waits."""
    actor, waiting = _waiting(request, pk)
    made = refuse_decision(actor=actor, decision=waiting, answer=body.answer, now=timezone.now())
    return json_answer(_decided(made))


@router.post(
    "/opportunities/{int:pk}/decision/withdraw", **door("read", "opportunity", status=(204,))
)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was asked for, before anybody answers; 409 when none waits."""
    actor, waiting = _waiting(request, pk)
    withdraw_decision(actor=actor, decision=waiting, now=timezone.now())
    return HttpResponse(status=204)


def _waiting(request: HttpRequest, pk: int) -> tuple[Actor, Decision]:
    actor = actor_of(request)
    deal: Opportunity = seen(request, "opportunity", pk)
    waiting = waiting_decision(actor, deal)
    if waiting is None:
        raise Conflict
    return actor, waiting


def _lost_reason(pk: int | None) -> Reason | None:
    if pk is None:
        return None
    found = next((one for one in reasons("lost") if one.pk == pk), None)
    if found is None:
        raise Invalid({"lost_reason": [_("Choose a reason.")]})
    return found


def _decided(made: Decision) -> dict[str, Any]:
    return {
        "id": made.pk,
        "opportunity": made.opportunity_id,
        "verdict": made.verdict,
        "state": made.state,
        "reason": made.reason,
        "returns_on": made.returns_on,
        "answer": made.answer,
    }
