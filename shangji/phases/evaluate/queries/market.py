"""A market with its inputs, its size by both routes, and the opportunities in it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import rates_on, today
from shangji.lib.money import Rate
from shangji.lib.statistics import MINIMUM_SAMPLE
from shangji.lib.values import dataclass
from shangji.phases.evaluate.choices.market import (
    BESIDE,
    BOTTOM_UP,
    CONFIDENCE,
    INPUT_LABELS,
    MONEY_INPUTS,
    SHARE_INPUTS,
    TOP_DOWN,
)
from shangji.phases.evaluate.models import Market, MarketInput
from shangji.phases.evaluate.queries.bars import RangeBar, range_bar
from shangji.phases.evaluate.queries.capacity import free_hours_a_year, in_base
from shangji.phases.evaluate.queries.history import YEAR, WinRate, win_rate
from shangji.phases.evaluate.queries.market_words import (
    LEVEL_NAMES,
    gap_words,
    input_label,
    with_unit,
)
from shangji.phases.evaluate.rules.market import (
    BOTTOM,
    SAM,
    SOM,
    TAM,
    TOP,
    Figure,
    Range,
    RouteGap,
    ahead,
    gap_between,
    growth,
    size,
    weakest,
)

LEVELS = (TAM, SAM, SOM)
_CONFIDENCE = {one.value: one.label for one in CONFIDENCE}
#: opportunities listed on a market's page
SHOWN = 20


@dataclass(frozen=True)
class InputLine:
    """One input as the page shows it; `row` is None while nobody estimated it."""

    key: str
    label: Any
    row: MarketInput | None
    kind: str
    #: the rate it was converted at, when its currency is another
    rate: Rate | None = None
    without_rate: bool = False

    @property
    def confidence(self) -> Any:
        """How sure the row is, in a word."""
        return _CONFIDENCE[self.row.confidence] if self.row else ""

    @property
    def parts(self) -> list[Any]:
        """Low, likely and high with their unit."""
        row = self.row
        if row is None:
            return []
        return [
            with_unit(value, self.kind, row.currency) for value in (row.low, row.likely, row.high)
        ]


@dataclass(frozen=True)
class FigureView:
    """A figure with what it is made of, so that a page can open it to its sources.

    Attributes:
        inputs: the inputs in order; those of this workspace ("win_rate", "capacity") without row.
        missing: names of what it still needs.
        bar: its range on the line of its level.
    """

    figure: Figure
    inputs: list[InputLine]
    missing: list[Any]
    bar: RangeBar | None

    @property
    def value(self) -> Range | None:
        return self.figure.value


@dataclass(frozen=True)
class LevelLine:
    """TAM, SAM or SOM: both routes and how far they lie apart."""

    level: str
    top: FigureView
    bottom: FigureView
    gap: RouteGap | None

    @property
    def name(self) -> Any:
        return LEVEL_NAMES[self.level]


@dataclass(frozen=True)
class MarketSize:
    """Everything a market's page shows; every figure of it follows from `inputs`."""

    market: Market
    groups: list[tuple[str, Any, list[InputLine]]]
    lines: list[LevelLine]
    gap: RouteGap | None
    weak: list[Any]
    win: WinRate
    free_hours: Decimal | None
    growth: Range | None
    growth_years: tuple[int, int] | None
    years: list[tuple[int, Range]]
    sources: dict[str, InputLine]

    @property
    def words(self) -> str:
        """How the routes compare."""
        return gap_words(self.gap, self.weak)

    @property
    def by_route(self) -> list[list[FigureView]]:
        """TAM, SAM, SOM top-down, then bottom-up."""
        return [[line.top for line in self.lines], [line.bottom for line in self.lines]]

    @property
    def som(self) -> Range | None:
        """What the opportunity page quotes: bottom-up when it is there, else top-down."""
        line = self.lines[-1]
        return line.bottom.value or line.top.value


def size_of(actor: Actor, market: Market, now: datetime) -> MarketSize:
    """A market's size from its inputs, this workspace's win rate and its free hours."""
    on = today(now=now)
    win = win_rate(actor, since=on - YEAR, until=on, minimum=MINIMUM_SAMPLE)
    return _size(market, list(MarketInput.objects.alive().filter(market=market)), win,
                 free_hours_a_year(now), now)  # fmt: skip


def sizes_of(actor: Actor, now: datetime) -> list[MarketSize]:
    """Every market, by name; the query count does not grow with them."""
    on = today(now=now)
    markets = list(model_queryset(Market).visible_to(actor).order_by("name"))
    win = win_rate(actor, since=on - YEAR, until=on, minimum=MINIMUM_SAMPLE)
    free = free_hours_a_year(now)
    rows: dict[int, list[MarketInput]] = {}
    for row in MarketInput.objects.alive().filter(market__in=markets):
        rows.setdefault(row.market_id, []).append(row)
    return [_size(market, rows.get(market.pk, []), win, free, now) for market in markets]


def _size(
    market: Market,
    rows: list[MarketInput],
    win: WinRate,
    free_hours: Decimal | None,
    now: datetime,
) -> MarketSize:
    known = {row.key: row for row in rows}
    rates = {}
    if any(row.key in MONEY_INPUTS and row.currency != market.currency for row in rows):
        rates = {one.source: one for one in rates_on(today(now=now), market.currency)}
    sources = {key: _line(key, known.get(key), market.currency, rates) for key in INPUT_LABELS}
    inputs = {key: _range(one) for key, one in sources.items() if one.row and not one.without_rate}
    if win.share is not None:
        inputs["win_rate"] = Range(
            *(Decimal(str(part)) * 100 for part in (win.share.low, win.share.share, win.share.high))
        )
    figures = size(inputs, free_hours=free_hours)
    by = {(one.route, one.level): one for one in figures}
    lines = [_level(level, by, gap_between(figures, level), sources) for level in LEVELS]
    gap = next((line.gap for line in lines if line.gap), None)
    used = tuple(dict.fromkeys((*by[TOP, TAM].inputs, *by[BOTTOM, TAM].inputs)))
    confidence = {key: row.confidence for key, row in known.items()}
    rate, span = _growth(inputs, known)
    now_year = span[1] if span else 0
    years = ahead(inputs["market_value"], rate) if rate else []
    return MarketSize(
        market=market,
        groups=[
            ("top", _("Top-down"), [sources[one.value] for one in TOP_DOWN]),
            ("bottom", _("Bottom-up"), [sources[one.value] for one in BOTTOM_UP]),
            ("beside", _("Growth and delivery"), [sources[one.value] for one in BESIDE]),
        ],
        lines=lines,
        gap=gap,
        weak=[INPUT_LABELS[key] for key in weakest(confidence, used)],
        win=win,
        free_hours=free_hours,
        growth=rate,
        growth_years=span,
        years=[(now_year + step, value) for step, value in enumerate(years, 1)],
        sources=sources,
    )


def _level(
    level: str,
    by: dict[tuple[str, str], Figure],
    gap: RouteGap | None,
    sources: dict[str, InputLine],
) -> LevelLine:
    both = [by[TOP, level], by[BOTTOM, level]]
    most = max((one.value.high for one in both if one.value), default=Decimal(0))
    top, bottom = (_view(one, sources, most) for one in both)
    return LevelLine(level, top, bottom, gap)


def _view(figure: Figure, sources: dict[str, InputLine], most: Decimal) -> FigureView:
    value = figure.value
    return FigureView(
        figure=figure,
        inputs=[
            sources.get(key) or InputLine(key, input_label(key), None, "ours")
            for key in figure.inputs
        ],
        missing=[input_label(key) for key in figure.missing],
        bar=range_bar(value.low, value.likely, value.high, most) if value else None,
    )


def _line(key: str, row: MarketInput | None, currency: str, rates: dict[str, Rate]) -> InputLine:
    kind = "money" if key in MONEY_INPUTS else "share" if key in SHARE_INPUTS else "count"
    if row is None or kind != "money" or row.currency == currency:
        return InputLine(key, INPUT_LABELS[key], row, kind)
    rate = rates.get(row.currency)
    return InputLine(key, INPUT_LABELS[key], row, kind, rate, without_rate=rate is None)


def _range(line: InputLine) -> Range:
    row = line.row
    assert row is not None
    factor = line.rate.rate if line.rate else Decimal(1)
    return Range(row.low * factor, row.likely * factor, row.high * factor)


def _growth(
    inputs: dict[str, Range], known: dict[str, MarketInput]
) -> tuple[Range | None, tuple[int, int] | None]:
    if "earlier_value" not in inputs or "market_value" not in inputs:
        return None, None
    span = known["earlier_value"].year, known["market_value"].year
    return growth(inputs["earlier_value"], inputs["market_value"], span[1] - span[0]), span


def market_of(opportunity: Opportunity) -> Market | None:
    """The market an opportunity was put into."""
    return (
        Market.objects.alive()
        .filter(choices__opportunity=opportunity, choices__deleted_at=None)
        .first()
    )


def markets_to_choose(actor: Actor) -> list[Market]:
    return list(model_queryset(Market).visible_to(actor).order_by("name"))


def market_page(actor: Actor, market: Market, now: datetime) -> dict[str, Any]:
    """Context of a market's own page."""
    deals = (
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(market_choice__market=market, market_choice__deleted_at=None)
        .order_by("status", "-updated_at")
    )
    rows = list(deals[: SHOWN + 1])
    return {
        "size": size_of(actor, market, now),
        "deals": rows[:SHOWN],
        "more_deals": len(rows) > SHOWN,
        "may_add": actor.may("create", "market_input"),
        "shows_amount": "amount" not in actor.hidden_fields("opportunity"),
    }


def share_of_market(
    actor: Actor, opportunity: Opportunity, size: MarketSize, now: datetime
) -> Decimal | None:
    """This opportunity's amount as a share of its market's likely SOM; None when either lacks,
    is hidden from the actor, or is in a currency without a rate."""
    som = size.som
    if som is None or som.likely <= 0 or opportunity.amount is None:
        return None
    if "amount" in actor.hidden_fields("opportunity"):
        return None
    rates = {one.source: one for one in rates_on(today(now=now), size.market.currency)}
    amount = in_base(opportunity.amount, opportunity.currency, size.market.currency, rates)
    return None if amount is None else amount / som.likely
