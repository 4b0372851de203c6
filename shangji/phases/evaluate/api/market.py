"""Market size for other programs. Markets and inputs themselves are records like any other."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.foundation.access.checks import get_visible
from shangji.phases.evaluate.actions.market import set_market
from shangji.phases.evaluate.models import Market
from shangji.phases.evaluate.queries.market import FigureView, MarketSize, market_of, size_of
from shangji.phases.evaluate.rules.market import Range
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer

router = Router(tags=["Evaluation"])


class Span(Schema):
    """A range, in the market's currency a year."""

    low: Decimal
    likely: Decimal
    high: Decimal


class Figure(Schema):
    """One figure of one route: what it is made of, or what it still needs."""

    level: str
    route: str
    value: Span | None
    capped: bool
    inputs: list[str]
    missing: list[str]


class Size(Schema):
    """A market by both routes; `gap` is how far bottom-up lies from top-down, 0.2 a fifth above."""

    market: int
    name: str
    currency: str
    figures: list[Figure]
    gap: Decimal | None
    words: str
    won: int
    decided: int


class Chosen(Schema):
    """The market an opportunity belongs to; null for none."""

    market: int | None = None


@router.get(
    "/opportunities/{int:pk}/market",
    response={200: Size, 204: None},
    **door("read", "opportunity"),
)
def read_market(request: HttpRequest, pk: int) -> HttpResponse:
    """How large the market of an opportunity is; 204 while it belongs to none."""
    opportunity = seen(request, "opportunity", pk)
    market = market_of(opportunity)
    if market is None or not actor_of(request).may("read", "market"):
        return HttpResponse(status=204)
    return json_answer(_size(size_of(actor_of(request), market, timezone.now())))


@router.put(
    "/opportunities/{int:pk}/market",
    response=Chosen,
    **door("edit", "opportunity", example={"market": None}),
)
def choose_market(request: HttpRequest, pk: int, body: Chosen) -> HttpResponse:
    """Put an opportunity into a market, or out of any."""
    actor = actor_of(request)
    opportunity = seen(request, "opportunity", pk)
    market = None if body.market is None else get_visible(Market, actor, body.market)
    row = set_market(actor=actor, opportunity=opportunity, market=market, now=timezone.now())
    return json_answer({"market": row.market_id})


def _size(size: MarketSize) -> dict[str, Any]:
    return {
        "market": size.market.pk,
        "name": size.market.name,
        "currency": size.market.currency,
        "figures": [_figure(view) for line in size.lines for view in (line.top, line.bottom)],
        "gap": _plain(size.gap.share) if size.gap else None,
        "words": size.words,
        "won": size.win.won,
        "decided": size.win.decided,
    }


def _figure(view: FigureView) -> dict[str, Any]:
    one = view.figure
    return {
        "level": one.level,
        "route": one.route,
        "value": _span(one.value),
        "capped": one.capped,
        "inputs": list(one.inputs),
        "missing": list(one.missing),
    }


def _span(value: Range | None) -> dict[str, str] | None:
    if value is None:
        return None
    return {"low": _plain(value.low), "likely": _plain(value.likely), "high": _plain(value.high)}


def _plain(value: Decimal) -> str:
    return f"{round(value, 4):f}"
