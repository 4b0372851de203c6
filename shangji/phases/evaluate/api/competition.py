"""The competitors on a deal, for other programs; cards, findings and prices are records."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.phases.evaluate.actions.rivals import add_rival
from shangji.phases.evaluate.queries.competition import RivalLine, rivals_on
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer

router = Router(tags=["Evaluation"])


class Rival(Schema):
    """A competitor on a deal; `share` is null under the stated sample."""

    competitor: int
    name: str
    won: int
    decided: int
    share: float | None
    low: float | None
    high: float | None
    card_overdue: bool


class Named(Schema):
    """The name of a competitor."""

    name: str


@router.get(
    "/opportunities/{int:pk}/competitors", response=list[Rival], **door("read", "opportunity")
)
def read_rivals(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else is after it, with our win rate against each in the last 12 months."""
    actor = actor_of(request)
    opportunity = seen(request, "opportunity", pk)
    lines = rivals_on(actor, opportunity, timezone.now()) if actor.may("read", "competitor") else []
    return json_answer([_rival(one) for one in lines])


@router.post(
    "/opportunities/{int:pk}/competitors",
    response=list[Rival],
    **door("edit", "opportunity", example={"name": "Rival"}),
)
def name_rival(request: HttpRequest, pk: int, body: Named) -> HttpResponse:
    """Name one more competitor; answers with all of them."""
    actor = actor_of(request)
    opportunity = seen(request, "opportunity", pk)
    add_rival(actor=actor, opportunity=opportunity, name=body.name, now=timezone.now())
    return json_answer([_rival(one) for one in rivals_on(actor, opportunity, timezone.now())])


def _rival(line: RivalLine) -> dict[str, Any]:
    share = line.rate.share
    return {
        "competitor": line.competitor.pk,
        "name": line.competitor.name,
        "won": line.rate.won,
        "decided": line.rate.decided,
        "share": share.share if share else None,
        "low": share.low if share else None,
        "high": share.high if share else None,
        "card_overdue": line.overdue,
    }
