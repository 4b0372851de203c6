"""Risk arithmetic a salesperson can check."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from shangji.lib.money import round_money
from shangji.lib.values import dataclass

Level = Literal["high", "mid", "low"]

#: from which priority (0.2 to 25) a risk counts as high, as mid; all threes make 5.4
HIGH, MID = Decimal(9), Decimal(4)
#: from which P × I (1 to 25) a cell of the heat map counts as high, as mid
HOT, WARM = 15, 6


def risk_priority(probability: int, impact: int, controllability: int) -> Decimal:
    """P × I × (6 − C) / 5, each 1 to 5: what one can hardly control weighs up to five times.

    >>> risk_priority(4, 5, 2)
    Decimal('16')
    """
    return Decimal(probability * impact * (6 - controllability)) / 5


def risk_level(priority: Decimal) -> Level:
    """High, mid or low, by priority."""
    return "high" if priority >= HIGH else "mid" if priority >= MID else "low"


def cell_level(probability: int, impact: int) -> Level:
    """The colour of a cell of the heat map; display only, ranking goes by money or priority."""
    product = probability * impact
    return "high" if product >= HOT else "mid" if product >= WARM else "low"


def expected_loss(chance: int | None, loss: Decimal | None, currency: str) -> Decimal | None:
    """EMV = p × loss in the loss's currency, half up; None while one of the two is unknown.

    Args:
        chance: percent, 0 to 100.
    """
    if chance is None or loss is None:
        return None
    return round_money(Decimal(chance) * loss / 100, currency)


@dataclass(frozen=True)
class RiskState:
    """What of a risk decides whether it has been looked after."""

    is_open: bool
    owner_id: int | None
    review_on: date | None
    accepted_until: date | None


def is_overdue(state: RiskState, today: date) -> bool:
    """Whether its review day has passed."""
    return state.is_open and state.review_on is not None and state.review_on < today


def is_expired(state: RiskState, today: date) -> bool:
    """Whether it was accepted up to a day that has passed."""
    return state.is_open and state.accepted_until is not None and state.accepted_until < today


@dataclass(frozen=True)
class RegisterGaps:
    """What a register lacks before an opportunity may leave evaluate; counts of open risks."""

    is_empty: bool
    unowned: int
    undated: int
    overdue: int
    expired: int

    @property
    def complete(self) -> bool:
        return not (self.is_empty or self.unowned or self.undated or self.overdue or self.expired)


def register_gaps(states: Sequence[RiskState], today: date) -> RegisterGaps:
    """An owned, reviewed register: at least one risk, and every open one has an owner, a review
    day that has not passed and no acceptance that ran out."""
    open_ones = [one for one in states if one.is_open]
    return RegisterGaps(
        is_empty=not states,
        unowned=sum(one.owner_id is None for one in open_ones),
        undated=sum(one.review_on is None for one in open_ones),
        overdue=sum(is_overdue(one, today) for one in open_ones),
        expired=sum(is_expired(one, today) for one in open_ones),
    )


def rank_key(emv: Decimal | None, priority: Decimal) -> tuple[int, Decimal, Decimal]:
    """Sorts risks with money first, by expected loss, the others after them by priority.

    A 5 × 5 matrix puts very different losses into one cell, so money decides where it is known
    (L. A. Cox, "What's wrong with risk matrices?", Risk Analysis 28, 2008).
    """
    if emv is None:
        return (1, Decimal(0), -priority)
    return (0, -emv, -priority)


def heat_counts(cells: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many risks stand in each cell (probability, impact) of the map, 25 cells."""
    counts = {(p, i): 0 for p in range(1, 6) for i in range(1, 6)}
    for cell in cells:
        counts[cell] += 1
    return counts
