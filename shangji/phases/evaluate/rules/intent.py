"""Intent: what people on the customer's side did, halved again and again as days go by.

A rule's lines are versioned JSON:

    {"version": 1, "lines": [{"by": "medium", "value": "演示", "points": 5, "cap": 20}, …]}

`by` says what a line looks at: "activity" (kind of a done activity), "medium" or "channel" of a
touch, "touch" (any other touch). The first that fits counts, in that order. `cap`: so many of one
sort count on one day, the first ones; 300 page views are not intent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final

from shangji.lib.values import dataclass

ORDER: Final = ("activity", "medium", "channel", "touch")
MOST_POINTS, MOST_CAP, MOST_LINES = 100, 1000, 100
#: after so many half-lives an event is worth less than a thousandth, and is left out
HALVINGS: Final = 10
CAP: Final = 20
#: a score never says more than this
_MOST: Final = 99999
HALF_LIFE_DAYS: Final = 14
DEFAULT_LINES: Final[Mapping[str, Any]] = {
    "version": 1,
    "lines": [
        {"by": "activity", "value": "visit", "points": 8, "cap": 3},
        {"by": "activity", "value": "meeting", "points": 8, "cap": 3},
        {"by": "activity", "value": "call", "points": 4, "cap": 5},
        {"by": "activity", "value": "mail", "points": 2, "cap": 5},
        {"by": "activity", "value": "wechat", "points": 2, "cap": 5},
        {"by": "channel", "value": "referral", "points": 8, "cap": CAP},
        {"by": "channel", "value": "event", "points": 6, "cap": CAP},
        {"by": "channel", "value": "phone", "points": 6, "cap": CAP},
        {"by": "touch", "value": "", "points": 2, "cap": CAP},
    ],
}
_CENT: Final = Decimal("0.01")
#: sums of floats this near to half a cent are added up exactly
_EDGE: Final = 1e-6


@dataclass(frozen=True)
class Line:
    """What one sort of event is worth, and how many of it count on one day."""

    by: str
    value: str
    points: Decimal
    cap: int

    @cached_property
    def weight(self) -> float:
        """The points for sums of many."""
        return float(self.points)


@dataclass(frozen=True)
class Rule:
    """A version of the rule, read."""

    half_life_days: int
    lines: tuple[Line, ...]

    @property
    def reach_days(self) -> int:
        return self.half_life_days * HALVINGS

    @cached_property
    def index(self) -> Mapping[tuple[str, str], Line]:
        """Lines by what they look at: the first of two that say the same."""
        return {(one.by, one.value.casefold()): one for one in reversed(self.lines)}

    @cached_property
    def least_cap(self) -> int:
        """So many events are under every limit of a day."""
        return min((one.cap for one in self.lines), default=CAP)


@dataclass(frozen=True)
class Event:
    """A touch ("touch") or a done activity ("activity") as the rule sees it.

    `key` names it in its table; `on` is its day in the workspace's zone, for the cap.
    """

    source: str
    key: int
    at: datetime
    on: date
    kind: str = ""
    channel: str = ""
    medium: str = ""
    is_machine: bool = False


@dataclass(frozen=True)
class Counted:
    """An event with what it is worth: `points` when it happened, `now` after the decay.

    `why` is "" when it counts, else "machine", "cap" or "unlisted".
    """

    event: Event
    points: Decimal
    now: Decimal
    why: str
    line: Line | None


def read_rule(half_life_days: int, stored: Mapping[str, Any]) -> Rule:
    """A stored rule. ValueError when it is broken: the caller shows it as broken."""
    if stored.get("version") != 1 or not isinstance(stored.get("lines"), list):
        raise ValueError("a rule of version 1 has lines")
    lines = []
    for one in stored["lines"]:
        by, value = str(one["by"]), str(one["value"])
        points, cap = Decimal(str(one["points"])), int(one["cap"])
        if by not in ORDER or not (0 <= points <= MOST_POINTS and 1 <= cap <= MOST_CAP):
            raise ValueError(f"no line of a rule: {one!r}")
        lines.append(Line(by, value, points, cap))
    return Rule(half_life_days, tuple(lines))


def decayed(points: Decimal, days: float, half_life_days: int) -> Decimal:
    """points · 2^(−days / half-life); what lies ahead is not worth more."""
    return points * Decimal(2.0 ** (-max(days, 0.0) / half_life_days))


def line_for(rule: Rule, event: Event) -> Line | None:
    """The first line that fits, looked at in the order of `ORDER`."""
    index = rule.index
    if event.source == "activity":
        return index.get(("activity", event.kind))
    line = index.get(("medium", event.medium.casefold())) if event.medium else None
    if line is None and event.channel:
        line = index.get(("channel", event.channel.casefold()))
    return line or index.get(("touch", ""))


def count_events(rule: Rule, events: Iterable[Event], *, now: datetime) -> list[Counted]:
    """Each event with its points, oldest first; machines and what is over the cap count nothing."""
    found: list[Counted] = []
    used: dict[tuple[Line, date], int] = {}
    for event in sorted(events, key=lambda one: (one.at, one.source, one.key)):
        line = line_for(rule, event)
        age = (now - event.at).total_seconds() / 86400
        if event.at > now or age > rule.reach_days:
            continue
        why = "machine" if event.is_machine else "unlisted" if line is None else ""
        if line is not None and not why:
            used[line, event.on] = used.get((line, event.on), 0) + 1
            why = "cap" if used[line, event.on] > line.cap else ""
        points = line.points if line is not None and not why else Decimal(0)
        found.append(Counted(event, points, decayed(points, age, rule.half_life_days), why, line))
    return found


def total(counted: Sequence[Counted]) -> Decimal:
    """The intent score: the sum, to two decimals, half up."""
    exact = sum((one.now for one in counted), Decimal(0))
    return min(exact, Decimal(_MOST)).quantize(_CENT, ROUND_HALF_UP)


def quick_total(rule: Rule, events: Sequence[tuple[Line, float]]) -> Decimal | None:
    """What `total` says of events by people, given as line and age in days, for many sums at once.

    None where only `count_events` knows: a day's limit may bite, or the sum lies between two
    cents and floats could round it the other way.
    """
    if len(events) > rule.least_cap and any(
        count > line.cap for line, count in Counter(line for line, _age in events).items()
    ):
        return None
    half_life = rule.half_life_days
    cents = 100 * sum(line.weight * 2.0 ** (-max(age, 0.0) / half_life) for line, age in events)
    whole = int(cents)
    if abs(cents - whole - 0.5) < _EDGE or whole >= 100 * _MOST:
        return None
    return Decimal(int(cents + 0.5)).scaleb(-2)


def shares(counted: Sequence[Counted]) -> list[float]:
    """What part of the score each event makes, 0 to 1; all 0 when there is none."""
    whole = sum((one.now for one in counted), Decimal(0))
    return [float(one.now / whole) if whole else 0.0 for one in counted]


def moved_by_one(before: Decimal | None, after: Decimal) -> bool:
    """Whether the drift shows a new point: the first one, or one whole point away."""
    return (after > 0) if before is None else abs(after - before) >= 1
