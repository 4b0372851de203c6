"""What hangs on an opportunity: people with roles, product lines, competitors, touches, stays."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from shangji.core.opportunities.actions import (
    record_touch,
    remove_person,
    set_competitors,
    set_lines,
    set_person,
)
from shangji.core.opportunities.actions.parts import Line as ProductLine
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.channels import channels
from shangji.core.opportunities.queries.parts import (
    competitors_of,
    lines_of,
    people_of,
    people_rows,
)
from shangji.core.opportunities.queries.products import product_choices
from shangji.lib.errors import Invalid
from shangji.records.api.doors import actor_of, door, record_answer, seen
from shangji.records.api.showing import json_answer
from shangji.records.api.types import Id, Line, Number, Version
from shangji.records.kinds.base import plain_decimal

router = Router()
OPPORTUNITY = "opportunity"
MAX_LINES = 200


class PersonIn(Schema):
    """A contact's role in the decision and stance towards us."""

    role: Line
    stance: Line = "unknown"
    note: Line = ""


class LineIn(Schema):
    """A product line: a product by id, or a name with a price."""

    product: Id | None = None
    name: Line = ""
    quantity: Number = Decimal(1)
    unit_price: Number | None = None
    discount: Number = Decimal(0)


class LinesIn(Schema):
    """All lines, in order; the amount becomes their sum."""

    lines: list[LineIn]
    version: Version | None = None


class NamesIn(Schema):
    """All competitors by name."""

    names: list[Line]


class TouchIn(Schema):
    """One dated touch on the identity line."""

    at: datetime | None = None
    channel: Id | None = None
    source: Line = ""
    medium: Line = ""
    campaign: Line = ""
    page: Line = ""
    note: Line = ""
    is_machine: bool = False


class Ref(Schema):
    """A row elsewhere."""

    id: int
    name: str


class PersonOut(Schema):
    """A contact with the role in the decision and the stance towards us."""

    contact: Ref
    role: str
    stance: str
    note: str


class PeopleOut(Schema):
    items: list[PersonOut]


class LineOut(Schema):
    """A product line; decimals are exact strings."""

    product: int | None
    name: str
    quantity: str
    unit_price: str
    discount: str
    total: str


class LinesOut(Schema):
    items: list[LineOut]


class CompetitorsOut(Schema):
    items: list[str]


class StayOut(Schema):
    """A stage it stood in, until when, and why it was decided there."""

    stage: Ref
    phase: str
    entered_at: datetime
    left_at: datetime | None
    reason: int | None
    note: str


class StaysOut(Schema):
    items: list[StayOut]


def reads() -> dict[str, Any]:
    return door("read", OPPORTUNITY)


def asks(
    example: Any = None, *, returns: str = OPPORTUNITY, args: dict[str, Any] | None = None
) -> dict[str, Any]:
    status = (200,) if returns else (204,)
    return door("edit", OPPORTUNITY, returns=returns, example=example, args=args, status=status)


def _deal(request: HttpRequest, pk: int) -> Opportunity:
    found: Opportunity = seen(request, OPPORTUNITY, pk)
    return found


@router.get("/opportunities/{int:pk}/people", response=PeopleOut, **reads())
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """People in the decision, as far as you may know of them."""
    record = _deal(request, pk)
    stored = {row.contact_id: row for row in people_rows(record)}
    return json_answer(
        {
            "items": [
                {
                    "contact": {"id": one.contact_id, "name": one.name},
                    "role": stored[one.contact_id].role,
                    "stance": stored[one.contact_id].stance,
                    "note": one.note,
                }
                for one in people_of(actor_of(request), record)
                if one.contact_id in stored
            ]
        }
    )


@router.put(
    "/opportunities/{int:pk}/people/{int:contact}",
    **asks({"role": "decider", "stance": "for"}, args={"contact": 1}),
)
def put_person(request: HttpRequest, pk: int, contact: int, body: PersonIn) -> HttpResponse:
    """Add a contact to the decision, or change role and stance."""
    record = _deal(request, pk)
    set_person(
        actor=actor_of(request), opportunity=record, contact_id=contact, now=timezone.now(),
        **body.dict(),
    )  # fmt: skip
    return record_answer(request, record)


@router.delete(
    "/opportunities/{int:pk}/people/{int:contact}", **asks(returns="", args={"contact": 1})
)
def delete_person(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Take a contact out of the decision."""
    remove_person(
        actor=actor_of(request), opportunity=_deal(request, pk), contact_id=contact,
        now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)


@router.get("/opportunities/{int:pk}/lines", response=LinesOut, **reads())
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Product lines in order."""
    return json_answer(
        {
            "items": [
                {
                    "product": one.product_id,
                    "name": one.name,
                    "quantity": plain_decimal(one.quantity),
                    "unit_price": plain_decimal(one.unit_price),
                    "discount": plain_decimal(one.discount),
                    "total": plain_decimal(one.total),
                }
                for one in lines_of(_deal(request, pk))
            ]
        }
    )


@router.put(
    "/opportunities/{int:pk}/lines",
    **asks({"lines": [{"name": "Licence", "quantity": "3", "unit_price": "1200.00"}]}),
)
def put_lines(request: HttpRequest, pk: int, body: LinesIn) -> HttpResponse:
    """Replace the product lines; no line leaves the amount as it is."""
    actor, record = actor_of(request), _deal(request, pk)
    if len(body.lines) > MAX_LINES:
        raise Invalid.field("lines", _("At most %(n)s lines.") % {"n": MAX_LINES})
    known = {one.pk: one for one in product_choices(actor, record.currency)}
    found = []
    for number, line in enumerate(body.lines):
        product = known.get(line.product) if line.product else None
        if line.product and product is None:
            raise Invalid.field(f"lines.{number}.product", _("There is no such product."))
        usual = product.price if product and product.price is not None else Decimal(0)
        found.append(
            ProductLine(
                name=line.name or (product.name if product else ""),
                quantity=line.quantity,
                unit_price=usual if line.unit_price is None else line.unit_price,
                discount=line.discount,
                product_id=line.product,
            )
        )
    changed = set_lines(
        actor=actor, opportunity=record, lines=found, version=body.version, now=timezone.now()
    )
    return record_answer(request, changed)


@router.get("/opportunities/{int:pk}/competitor-names", response=CompetitorsOut, **reads())
def competitors(request: HttpRequest, pk: int) -> HttpResponse:
    """Competitors by name."""
    return json_answer({"items": competitors_of(_deal(request, pk))})


@router.put("/opportunities/{int:pk}/competitor-names", **asks({"names": ["Rival"]}))
def put_competitors(request: HttpRequest, pk: int, body: NamesIn) -> HttpResponse:
    """Replace the competitors; unknown names become new ones."""
    record = _deal(request, pk)
    set_competitors(
        actor=actor_of(request), opportunity=record, names=body.names[:100], now=timezone.now()
    )
    return record_answer(request, record)


@router.post("/opportunities/{int:pk}/touches", **asks({"source": "baidu", "medium": "cpc"}))
def touch(request: HttpRequest, pk: int, body: TouchIn) -> HttpResponse:
    """Add a dated touch; the first and the last are never overwritten."""
    record, now = _deal(request, pk), timezone.now()
    values = body.dict(exclude={"at", "channel"})
    channel = next((one for one in channels() if one.pk == body.channel), None)
    if body.channel and channel is None:
        raise Invalid.field("channel", _("There is no such channel."))
    at = body.at or now
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    record_touch(
        actor=actor_of(request), opportunity=record, channel=channel, at=at, now=now, **values
    )
    return record_answer(request, record)


@router.get("/opportunities/{int:pk}/stays", response=StaysOut, **reads())
def stays(request: HttpRequest, pk: int) -> HttpResponse:
    """The stages it truly stood in, in order, without gaps."""
    record = _deal(request, pk)
    rows = StageMove.objects.filter(opportunity=record).select_related("stage").order_by("id")
    return json_answer(
        {
            "items": [
                {
                    "stage": {"id": one.stage_id, "name": one.stage.name},
                    "phase": one.stage.phase,
                    "entered_at": one.entered_at,
                    "left_at": one.left_at,
                    "reason": one.reason_id,
                    "note": one.note,
                }
                for one in rows
            ]
        }
    )
