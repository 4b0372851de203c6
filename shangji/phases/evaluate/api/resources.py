"""Who could deliver an opportunity, and the plan booked and released, for other programs.

Demands, people, skills and bookings are records like any other.
"""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.phases.evaluate.actions.bookings import book_plan, release_bookings
from shangji.phases.evaluate.queries.demand import DemandLine, plan_for
from shangji.phases.evaluate.queries.gap_words import why_words
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer

router = Router(tags=["Evaluation"])


class Week(Schema):
    """Hours in the week of a Monday."""

    week: str
    hours: Decimal


class Piece(Schema):
    """One demand: booked or proposed to somebody, or with a gap and its remedy."""

    demand: int
    name: str
    state: str
    specialist: int | None
    weeks: list[Week]
    remedy: str | None
    why: str


class Resources(Schema):
    """`proved`: no other plan covers more (false only when time ran out)."""

    proved: bool
    covered: int
    pieces: list[Piece]


class Pair(Schema):
    """Which person does which demand."""

    demand: int
    specialist: int


class Booked(Schema):
    """Ids of the bookings made or released."""

    bookings: list[int]


class Plan(Schema):
    """What to book, all of it or nothing."""

    pairs: list[Pair]


class Released(Schema):
    """One demand, or with null all of the opportunity."""

    demand: int | None = None


@router.get("/opportunities/{int:pk}/resources", response=Resources, **door("read", "opportunity"))
def read_resources(request: HttpRequest, pk: int) -> HttpResponse:
    """Who could do what delivering it takes, and what is missing."""
    opportunity = seen(request, "opportunity", pk)
    plan = plan_for(actor_of(request), [opportunity], timezone.now())
    return json_answer(
        {
            "proved": plan.proved,
            "covered": plan.covered(pk),
            "pieces": [_piece(one) for one in plan.of(pk)],
        }
    )


@router.post(
    "/opportunities/{int:pk}/bookings",
    response=Booked,
    **door("edit", "opportunity", example={"pairs": [{"demand": 1, "specialist": 1}]}),
)
def book(request: HttpRequest, pk: int, body: Plan) -> HttpResponse:
    """Reserve people's hours, all of it or nothing; 409 names whoever lacks them by now."""
    made = book_plan(
        actor=actor_of(request),
        opportunity=seen(request, "opportunity", pk),
        plan=[(one.demand, one.specialist) for one in body.pairs],
        now=timezone.now(),
    )
    return json_answer({"bookings": [one.pk for one in made]})


@router.post(
    "/opportunities/{int:pk}/bookings/release",
    response=Booked,
    **door("edit", "opportunity", example={"demand": None}),
)
def release(request: HttpRequest, pk: int, body: Released) -> HttpResponse:
    """Let the hours go."""
    gone = release_bookings(
        actor=actor_of(request),
        opportunity=seen(request, "opportunity", pk),
        demand_id=body.demand,
        now=timezone.now(),
    )
    return json_answer({"bookings": [one.pk for one in gone]})


def _piece(line: DemandLine) -> dict[str, Any]:
    booking, person = line.booking, line.proposed
    state = "booked" if booking else "proposed" if person else "gap" if line.gap else "past"
    return {
        "demand": line.demand.pk,
        "name": line.demand.name,
        "state": state,
        "specialist": booking.specialist_id if booking else person.pk if person else None,
        "weeks": [{"week": week, "hours": f"{hours:f}"} for week, hours in line.weeks],
        "remedy": line.gap.remedy if line.gap else None,
        "why": why_words(line),
    }
