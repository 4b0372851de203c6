"""What was known of an opportunity at an instant: the features a win model learns from.

Instants are days since 1970 (UTC) as floats. Everything is read as of the instant: what was
written later does not exist yet, so nothing that is filled in at close can leak. Who owns the
opportunity and what kind of person the customer is are left out on purpose.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, log1p
from typing import Final, TypeVar

OPEN, WON, LOST = "open", "won", "lost"

#: features by their names: categories, then numbers
CATEGORIES: Final = ("stage", "channel", "page", "kind", "weekday")
NUMBERS: Final = (
    "age",
    "in_stage",
    "silence",
    "talks",
    "visits",
    "people",
    "decider",
    "pushes",
    "backs",
    "rivals",
    "amount",
    "earlier_wins",
)
#: what is known when nothing was recorded while it was open: at its opening
AT_OPENING: Final = frozenset({"channel", "page", "kind", "weekday", "earlier_wins"})
#: numbers kept as log(1 + value)
LOGGED: Final = frozenset({"age", "in_stage", "silence", "talks", "visits"})
RECENT_DAYS: Final = 30

V = TypeVar("V")
Values = Mapping[str, str | float | None]
Dated = tuple[float, str]


@dataclass(slots=True)
class Story:
    """One opportunity's dated facts, each list in the order of time.

    Attributes:
        opened: when it began; `recorded`: whether its open time was written down as it went,
            not brought along by an import after it was decided.
        stays: (entered, stage id, status that follows from the stage).
        amounts: (at, amount) from the ledger; None where it was taken out.
        people: (at, +1 or -1, whether a decision maker).
        touches: instants of human touches; talks: of done calls, meetings, visits, mails.
        earlier_wins: instants at which other opportunities of the account were won.
    """

    deal_id: int
    opened: float
    weekday: int
    currency: str
    recorded: bool
    stays: list[tuple[float, int, str]] = field(default_factory=list)
    channels: list[Dated] = field(default_factory=list)
    kinds: list[Dated] = field(default_factory=list)
    amounts: list[tuple[float, float | None]] = field(default_factory=list)
    pushes: list[float] = field(default_factory=list)
    people: list[tuple[float, int, bool]] = field(default_factory=list)
    rivals: list[tuple[float, int]] = field(default_factory=list)
    touches: list[float] = field(default_factory=list)
    first_page: str = ""
    talks: list[float] = field(default_factory=list)
    earlier_wins: Sequence[float] = ()


def values_at(story: Story, at: float) -> dict[str, str | float | None]:
    """The features of an open opportunity at an instant. Money stays the log of its amount."""
    place = _place(story, at)
    entered, stage, _status = story.stays[place] if place >= 0 else (story.opened, 0, OPEN)
    talks = bisect_right(story.talks, at)
    touches = bisect_right(story.touches, at)
    last = max(
        story.talks[talks - 1] if talks else -1.0, story.touches[touches - 1] if touches else -1.0
    )
    amount = _as_of(story.amounts, at)
    people, deciders = _people(story, at)
    recent = at - RECENT_DAYS
    return {
        "stage": str(stage),
        "channel": _first_or_as_of(story.channels, at),
        "page": story.first_page,
        "kind": _first_or_as_of(story.kinds, at),
        "weekday": str(story.weekday),
        "age": log1p(max(at - story.opened, 0.0)),
        "in_stage": log1p(max(at - entered, 0.0)),
        "silence": log1p(max(at - last, 0.0)) if last >= 0 else None,
        "talks": log1p(talks - bisect_right(story.talks, recent)),
        # the first touch is how it began; coming back is a sign of its own
        "visits": log1p(max(touches - max(bisect_right(story.touches, recent), 1), 0)),
        "people": float(min(people, 5)),
        "decider": float(deciders > 0),
        "pushes": float(min(bisect_right(story.pushes, at), 4)),
        "backs": float(min(_backs(story, place), 2)),
        "rivals": float(min(_as_of(story.rivals, at) or 0, 3)),
        "amount": log(amount) if amount is not None and amount > 0 else None,
        "earlier_wins": float(min(bisect_left(story.earlier_wins, at), 3)),
    }


def status_at(story: Story, at: float) -> str:
    """open, won or lost as of the instant; "" before it began."""
    place = _place(story, at)
    return story.stays[place][2] if place >= 0 else ""


def won_after(story: Story, at: float, days: float) -> bool:
    """Whether it was won within so many days after the instant."""
    return any(at < entered <= at + days and status == WON for entered, _id, status in story.stays)


def looks(story: Story, *, until: float, step: float) -> Iterator[float]:
    """The instants, `step` days apart and counted back from `until`, at which it was open."""
    for place, (entered, _stage, status) in enumerate(story.stays):
        if status != OPEN:
            continue
        left = story.stays[place + 1][0] if place + 1 < len(story.stays) else until + 1
        back = int((until - entered) // step)
        while back >= 0:
            at = until - back * step
            if at >= left:
                break
            if at >= entered:
                yield at
            back -= 1


def _place(story: Story, at: float) -> int:
    """Index of the stay an instant lies in; -1 before the first."""
    return bisect_right(story.stays, at, key=lambda one: one[0]) - 1


def _as_of(log_: Sequence[tuple[float, V]], at: float) -> V | None:
    place = bisect_right(log_, at, key=lambda one: one[0]) - 1
    return log_[place][1] if place >= 0 else None


def _first_or_as_of(log_: Sequence[Dated], at: float) -> str:
    """As of the instant; what was first written where the ledger begins later (imports)."""
    if not log_:
        return ""
    return _as_of(log_, at) or log_[0][1]


def _people(story: Story, at: float) -> tuple[int, int]:
    count = deciders = 0
    for when, sign, is_decider in story.people:
        if when > at:
            break
        count += sign
        deciders += sign if is_decider else 0
    return max(count, 0), max(deciders, 0)


def _backs(story: Story, place: int) -> int:
    """How often it came back to a stage it had been in."""
    seen: set[int] = set()
    times = 0
    for _at, stage, _status in story.stays[: place + 1]:
        times += stage in seen
        seen.add(stage)
    return times
