"""Competitors: win rates against each, battlecards, the matrix of findings, prices heard."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Competitor, Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.choices.competition import RELIABILITY
from shangji.phases.evaluate.models import (
    Battlecard,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
)
from shangji.phases.evaluate.queries.bars import RangeBar, range_bar
from shangji.phases.evaluate.queries.history import (
    YEAR,
    WinRate,
    open_against,
    win_rates_against,
    win_rates_by_quarter,
)

RELIABILITY_LABELS = {one.value: one.label for one in RELIABILITY}
#: decided deals against a competitor below which no rate is shown
MINIMUM_DEALS = 5
PERIODS = (
    ("12m", _("Last 12 months"), 1),
    ("24m", _("Last 24 months"), 2),
    ("all", _("All time"), 0),
)
#: open deals listed on a competitor's page
SHOWN = 20


@dataclass(frozen=True)
class Card:
    """A battlecard, and whether its review date is past."""

    row: Battlecard
    overdue: bool


@dataclass
class RivalLine:
    """One competitor as lists and deals show it."""

    competitor: Competitor
    rate: WinRate
    open: int = 0
    cards: list[Card] = field(default_factory=list)
    price: RivalPrice | None = None

    @property
    def bar(self) -> RangeBar | None:
        """The interval of the win rate on the line from 0 to 100 %."""
        share = self.rate.share
        if share is None:
            return None
        low, likely, high = (Decimal(str(part)) for part in (share.low, share.share, share.high))
        return range_bar(low, likely, high, Decimal(1))

    @property
    def reliability(self) -> Any:
        return RELIABILITY_LABELS[self.price.reliability] if self.price else ""

    @property
    def overdue(self) -> bool:
        return any(one.overdue for one in self.cards)


@dataclass(frozen=True)
class MatrixRow:
    """A criterion with the latest finding of each column, ourselves first."""

    criterion: RivalCriterion
    cells: list[RivalFinding | None]


def since_of(period: str, on: date) -> date | None:
    """Where a period begins; None for all time."""
    years = next((count for key, _label, count in PERIODS if key == period), 1)
    return on - YEAR * years if years else None


def rivals(actor: Actor, now: datetime, period: str = "12m") -> list[RivalLine]:
    """Every competitor, most decided deals first."""
    rows = list(model_queryset(Competitor).visible_to(actor))
    found = _lines(actor, rows, now, period)
    return sorted(found, key=lambda one: (-one.rate.decided, -one.open, one.competitor.name))


def rivals_on(actor: Actor, opportunity: Opportunity, now: datetime) -> list[RivalLine]:
    """The competitors on one deal, in the order they were named."""
    ids = list(opportunity.competitors.order_by("id").values_list("competitor", flat=True))
    rows = model_queryset(Competitor).visible_to(actor).in_bulk(ids)
    return _lines(actor, [rows[pk] for pk in ids if pk in rows], now, "12m", prices=True)


def _lines(
    actor: Actor, rows: list[Competitor], now: datetime, period: str, *, prices: bool = False
) -> list[RivalLine]:
    if not rows:
        return []
    on = today(now=now)
    ids = [one.pk for one in rows]
    rates = win_rates_against(actor, since=since_of(period, on), until=on, minimum=MINIMUM_DEALS)
    open_deals = open_against(actor, ids)
    cards = cards_of(actor, ids, on)
    latest: dict[int, RivalPrice] = {}
    if prices:
        for one in model_queryset(RivalPrice).visible_to(actor).filter(competitor__in=ids):
            latest.setdefault(one.competitor_id, one)
    return [
        RivalLine(
            competitor=one,
            rate=rates.get(one.pk, WinRate(0, 0, MINIMUM_DEALS)),
            open=open_deals.get(one.pk, 0),
            cards=cards.get(one.pk, []),
            price=latest.get(one.pk),
        )
        for one in rows
    ]


def cards_of(actor: Actor, ids: Iterable[int], on: date) -> dict[int, list[Card]]:
    """Battlecards by competitor, the ones past their review date flagged."""
    found: dict[int, list[Card]] = defaultdict(list)
    rows = model_queryset(Battlecard).visible_to(actor).filter(competitor__in=list(ids))
    for one in rows.select_related("owner").order_by("title", "pk"):
        found[one.competitor_id].append(Card(one, one.review_by < on))
    return found


def matrix(actor: Actor, rivals_shown: list[Competitor]) -> list[MatrixRow]:
    """Criteria down, ourselves and some competitors across: the latest finding of each cell."""
    criteria = list(model_queryset(RivalCriterion).visible_to(actor))
    latest: dict[tuple[int | None, int], RivalFinding] = {}
    rows = model_queryset(RivalFinding).visible_to(actor)
    for one in rows.order_by("-on", "-pk"):
        latest.setdefault((one.competitor_id, one.criterion_id), one)
    columns: list[int | None] = [None, *(one.pk for one in rivals_shown)]
    return [
        MatrixRow(one, [latest.get((column, one.pk)) for column in columns]) for one in criteria
    ]


def competitor_page(actor: Actor, record: Competitor, now: datetime) -> dict[str, Any]:
    """Context of a competitor's page."""
    on = today(now=now)
    deals = list(
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(competitors__competitor=record)
        .order_by("-closed_on", "-updated_at")[: SHOWN + 1]
    )
    quarters = win_rates_by_quarter(
        actor, record.pk, since=on - YEAR * 2, until=on, minimum=MINIMUM_DEALS
    )
    prices = model_queryset(RivalPrice).visible_to(actor).filter(competitor=record)
    seen = {
        one.pk: one
        for one in model_queryset(Opportunity)
        .visible_to(actor)
        .filter(pk__in=[one.opportunity_id for one in prices if one.opportunity_id])
    }
    return {
        "line": _lines(actor, [record], now, "12m")[0],
        "all_time": win_rates_against(actor, since=None, until=on, minimum=MINIMUM_DEALS).get(
            record.pk, WinRate(0, 0, MINIMUM_DEALS)
        ),
        "quarters": [
            {"name": f"{year} Q{quarter}", "rate": rate} for year, quarter, rate in quarters
        ],
        "matrix": matrix(actor, [record]),
        "findings": list(
            model_queryset(RivalFinding)
            .visible_to(actor)
            .filter(competitor=record)
            .select_related("criterion")[:SHOWN]
        ),
        "prices": [
            {
                "row": one,
                "reliability": RELIABILITY_LABELS[one.reliability],
                "deal": seen.get(one.opportunity_id or 0),
            }
            for one in prices
        ],
        "columns": [record],
        "deals": deals[:SHOWN],
        "more_deals": len(deals) > SHOWN,
        "minimum": MINIMUM_DEALS,
        "may_add": actor.may("create", "battlecard"),
    }


def known_names(actor: Actor, limit: int = 200) -> list[str]:
    """Competitors' names to choose from while typing."""
    rows = model_queryset(Competitor).visible_to(actor).order_by("name")
    return list(rows.values_list("name", flat=True)[:limit])
