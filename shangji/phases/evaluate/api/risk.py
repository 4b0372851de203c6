"""Reviews and endings of risks for other programs; the register itself is a record type."""

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from shangji.phases.evaluate.actions.risk import close_risk, reopen_risk, review_risk
from shangji.records.api.doors import actor_of, door, record_answer, seen

router = Router(tags=["Evaluation"])


class Review(Schema):
    """The day of the next review, and what is otherwise now; what is left out stays."""

    review_on: date
    probability: int | None = Field(default=None, ge=1, le=5)
    impact: int | None = Field(default=None, ge=1, le=5)
    controllability: int | None = Field(default=None, ge=1, le=5)
    accepted_until: date | None = None


class Ending(Schema):
    """How a risk ended."""

    outcome: Literal["prevented", "passed", "partly", "happened"]
    note: str = Field(default="", max_length=300)


@router.post(
    "/risks/{int:pk}/review",
    **door("edit", "risk", returns="risk", example={"review_on": "2099-01-05"}),
)
def review(request: HttpRequest, pk: int, body: Review) -> HttpResponse:
    """Somebody looked at a risk again: what changed, and when it is looked at next."""
    given = body.dict(exclude={"review_on"}, exclude_none=True)
    risk = review_risk(
        actor=actor_of(request),
        risk=seen(request, "risk", pk),
        review_on=body.review_on,
        values=given,
        now=timezone.now(),
    )
    return record_answer(request, risk)


@router.post(
    "/risks/{int:pk}/close",
    **door("edit", "risk", returns="risk", example={"outcome": "passed"}),
)
def close(request: HttpRequest, pk: int, body: Ending) -> HttpResponse:
    """Take a risk off the register with how it ended."""
    risk = close_risk(
        actor=actor_of(request),
        risk=seen(request, "risk", pk),
        outcome=body.outcome,
        note=body.note,
        now=timezone.now(),
    )
    return record_answer(request, risk)


@router.post("/risks/{int:pk}/reopen", **door("edit", "risk", returns="risk", example={}))
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a closed risk back on the register."""
    risk = reopen_risk(actor=actor_of(request), risk=seen(request, "risk", pk), now=timezone.now())
    return record_answer(request, risk)
