"""Many opportunities at once: to a stage, one next step for all."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.core.opportunities.actions import bulk_move_to_stage, bulk_set_next_step
from shangji.core.opportunities.api.moves import OPPORTUNITY, read_reason, read_stage
from shangji.records.api.doors import actor_of, door, of_slug
from shangji.records.api.many import told, unseen_ids, which_rows
from shangji.records.api.types import Id, Line, Text

router = Router()


class Which(Schema):
    """Which records: their ids, or conditions as in a list's address; one of both."""

    ids: list[Id] | None = None
    where: list[Text] | None = None


class MoveMany(Which):
    """Where to; a stage that wins or loses needs a reason."""

    stage: Id
    reason: Id | None = None
    note: Text = ""


class StepMany(Which):
    """What comes next and on which day."""

    next_step: Line
    next_step_on: date


def _asks(example: dict[str, Any]) -> dict[str, Any]:
    return door("many_edit", OPPORTUNITY, returns="Done", example={"ids": [1], **example})


@router.post("/opportunities/bulk-move", **_asks({"stage": 3}))
def move(request: HttpRequest, body: MoveMany) -> HttpResponse:
    """Move all opportunities chosen by `ids` or `where` to a stage, as one operation."""
    description, actor = of_slug(request, "opportunities"), actor_of(request)
    which = which_rows(description, actor, body.dict())
    unseen = unseen_ids(description, actor, which)
    result = bulk_move_to_stage(
        actor=actor,
        stage=read_stage(body.stage),
        reason=read_reason(body.reason),
        note=body.note,
        now=timezone.now(),
        **which,
    )
    return told(result, unseen)


@router.post(
    "/opportunities/bulk-next-step", **_asks({"next_step": "Call", "next_step_on": "2026-12-01"})
)
def next_step(request: HttpRequest, body: StepMany) -> HttpResponse:
    """Set the same next step on all opportunities chosen by `ids` or `where`, as one operation."""
    description, actor = of_slug(request, "opportunities"), actor_of(request)
    which = which_rows(description, actor, body.dict())
    unseen, now = unseen_ids(description, actor, which), timezone.now()
    result = bulk_set_next_step(
        actor=actor, text=body.next_step, on=body.next_step_on, now=now, **which
    )
    return told(result, unseen)
