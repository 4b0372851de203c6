"""The open pool for other programs: claim, return."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.phases.identify.actions import claim_opportunities, return_to_pool
from shangji.records.api.doors import actor_of, door, record_answer, seen
from shangji.records.api.types import Id, Line

router = Router(tags=["Open pool"])


class Claim(Schema):
    """Which to take."""

    ids: list[Id]


class Claimed(Schema):
    """How many were taken; the others were gone or are not yours to see."""

    claimed: int


class Back(Schema):
    """Why it goes back."""

    reason: Line


@router.post("/pool/claim", response=Claimed, **door("claim", "opportunity", example={"ids": [1]}))
def claim(request: HttpRequest, body: Claim) -> Claimed:
    """Take opportunities from the open pool; 409 when somebody was quicker with all of them."""
    ids = body.ids[:200]
    taken = claim_opportunities(actor=actor_of(request), ids=ids, now=timezone.now())
    return Claimed(claimed=taken)


@router.post(
    "/opportunities/{int:pk}/return",
    **door(
        "give_back", "opportunity", returns="opportunity", example={"reason": "No budget this year"}
    ),
)
def give_back(request: HttpRequest, pk: int, body: Back) -> HttpResponse:
    """Return an opportunity to the open pool."""
    seen(request, "opportunity", pk)
    record = return_to_pool(
        actor=actor_of(request), opportunity_id=pk, reason=body.reason, now=timezone.now()
    )
    return record_answer(request, record)
