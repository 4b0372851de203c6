"""How large a market is, by two routes, as ranges; and how far the routes lie apart.

Nothing here is typed in: every figure follows from inputs with a source, and moves with them.

    top-down    TAM = market value
                SAM = TAM × serviceable     SOM = SAM × obtainable × win rate
    bottom-up   TAM = accounts × buyers × price × purchases a year
                SAM = TAM × fit             SOM = SAM × reach × win rate
    both        SOM is at most what can be delivered: free hours ÷ hours a purchase × price
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext

from shangji.lib.values import dataclass

#: digits that figures are worked out in; they are shown with far fewer
_PRECISION = 28
_ONE, _HUNDRED = Decimal(1), Decimal(100)

TOP, BOTTOM = "top", "bottom"
TAM, SAM, SOM = "tam", "sam", "som"
#: within this share of one another the routes agree
AGREE = Decimal("0.25")
YEARS_AHEAD = 3


@dataclass(frozen=True)
class Range:
    """An estimate: low ≤ likely ≤ high, none below zero (growth may be)."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def __truediv__(self, other: "Range") -> "Range":
        """ZeroDivisionError (decimal) when the other may be zero."""
        return Range(self.low / other.high, self.likely / other.likely, self.high / other.low)

    def percent(self) -> "Range":
        """Percents as shares: 30 → 0.3."""
        return Range(self.low / _HUNDRED, self.likely / _HUNDRED, self.high / _HUNDRED)

    def at_most(self, other: "Range") -> "Range":
        return Range(
            min(self.low, other.low), min(self.likely, other.likely), min(self.high, other.high)
        )

    def overlaps(self, other: "Range") -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Figure:
    """One result of one route.

    Attributes:
        value: None while `missing` names inputs that are not there.
        inputs: keys of the inputs it is made of, "win_rate" and "capacity" among them.
        capped: whether delivery capacity, not demand, sets the likely value.
    """

    route: str
    level: str
    value: Range | None
    inputs: tuple[str, ...]
    missing: tuple[str, ...] = ()
    capped: bool = False


@dataclass(frozen=True)
class RouteGap:
    """How far bottom-up lies from top-down: `share` 0.2 means a fifth above it, −0.2 below."""

    level: str
    share: Decimal
    overlap: bool

    @property
    def agrees(self) -> bool:
        return abs(self.share) <= AGREE


_TOP: dict[str, tuple[str, ...]] = {
    TAM: ("market_value",),
    SAM: ("market_value", "serviceable"),
    SOM: ("market_value", "serviceable", "obtainable", "win_rate"),
}
_BOTTOM: dict[str, tuple[str, ...]] = {
    TAM: ("accounts", "buyers", "price", "frequency"),
    SAM: ("accounts", "buyers", "price", "frequency", "fit"),
    SOM: ("accounts", "buyers", "price", "frequency", "fit", "reach", "win_rate"),
}
#: shares are given in percent
SHARES = frozenset({"serviceable", "obtainable", "fit", "reach", "win_rate"})


def size(inputs: Mapping[str, Range], *, free_hours: Decimal | None = None) -> list[Figure]:
    """TAM, SAM and SOM by both routes.

    Args:
        inputs: by key; money in one currency a year, shares in percent. "win_rate" in percent
            comes from this workspace's own history, and is left out below its sample.
        free_hours: hours that can be delivered in a year; without it, or without
            "hours_per_purchase" and "price", nothing caps the SOM.
    """
    cap = capacity(inputs, free_hours)
    figures = []
    for route, levels in ((TOP, _TOP), (BOTTOM, _BOTTOM)):
        for level, keys in levels.items():
            missing = tuple(key for key in keys if key not in inputs)
            value = None if missing else _product(inputs, keys)
            used, capped = keys, False
            if level == SOM and value is not None and cap is not None:
                capped = cap.likely < value.likely
                value = value.at_most(cap)
                used = tuple(dict.fromkeys((*keys, "price", "hours_per_purchase", "capacity")))
            figures.append(Figure(route, level, value, used, missing, capped))
    return figures


def _product(inputs: Mapping[str, Range], keys: tuple[str, ...]) -> Range:
    with localcontext() as context:
        context.prec = _PRECISION
        value = Range(_ONE, _ONE, _ONE)
        for key in keys:
            value *= inputs[key].percent() if key in SHARES else inputs[key]
        return value


def capacity(inputs: Mapping[str, Range], free_hours: Decimal | None) -> Range | None:
    """Money of purchases that can be delivered in a year, or None when that is not known."""
    effort, price = inputs.get("hours_per_purchase"), inputs.get("price")
    if free_hours is None or effort is None or price is None or effort.low <= 0:
        return None
    with localcontext() as context:
        context.prec = _PRECISION
        return Range(free_hours, free_hours, free_hours) / effort * price


def gap_between(figures: list[Figure], level: str = TAM) -> RouteGap | None:
    """How far the routes lie apart on one level; None unless both are there and above zero."""
    found = {one.route: one.value for one in figures if one.level == level}
    top, bottom = found.get(TOP), found.get(BOTTOM)
    if top is None or bottom is None or top.likely <= 0:
        return None
    return RouteGap(level, bottom.likely / top.likely - 1, top.overlaps(bottom))


def growth(earlier: Range, now: Range, years: int) -> Range | None:
    """The compound annual growth rate (CAGR) from one value to a later one, 0.1 for 10 %.

    (now ÷ earlier)^(1 ÷ years) − 1; its low pairs the low of now with the high of earlier.
    None unless years pass and both are above zero.
    """
    if years < 1 or earlier.low <= 0 or now.low <= 0:
        return None
    with localcontext() as context:
        context.prec = _PRECISION
        part = _ONE / years
        return Range(
            (now.low / earlier.high) ** part - 1,
            (now.likely / earlier.likely) ** part - 1,
            (now.high / earlier.low) ** part - 1,
        )


def ahead(now: Range, rate: Range, years: int = YEARS_AHEAD) -> list[Range]:
    """The value in each of the coming years at that growth: year 1 first."""
    with localcontext() as context:
        context.prec = _PRECISION
        return [
            Range(
                now.low * (1 + rate.low) ** year,
                now.likely * (1 + rate.likely) ** year,
                now.high * (1 + rate.high) ** year,
            )
            for year in range(1, years + 1)
        ]


def weakest(confidence: Mapping[str, str], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs of the least confidence among some: where to look first."""
    for level in ("low", "medium"):
        found = tuple(key for key in keys if confidence.get(key) == level)
        if found:
            return found
    return ()
