"""The order of work: five factors, each a share of its full points, added up.

What is not known counts half, and says so: missing is not zero, and not full either.
"""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

FACTORS = ("deadline", "value", "score", "intent", "silence")
VERSION = 1
HALF, FULL, NONE = Decimal("0.5"), Decimal(1), Decimal(0)
#: due today counts this much of the full points; only what is late counts more
DUE_TODAY = Decimal("0.9")
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class WorkWeights:
    """The rule. The five weights are full points and add up to 100.

    Attributes:
        value_full: expected value (amount × win rate, workspace currency) with full points.
        intent_full: intent points with full points.
        days_ahead: calendar days before a date at which it begins to count.
    """

    deadline: int = 30
    value: int = 30
    score: int = 20
    intent: int = 10
    silence: int = 10
    value_full: Decimal = Decimal(500_000)
    intent_full: int = 40
    days_ahead: int = 14

    @property
    def total(self) -> int:
        return sum(getattr(self, one) for one in FACTORS)


@dataclass(frozen=True)
class Candidate:
    """What is known of one open opportunity; None is "not known".

    Attributes:
        due_in: calendar days to the next step, negative when late; None without a step.
        close_in: calendar days to the expected close.
        value: expected value in the workspace's currency.
        score: points of 100.
        silent: working days since the last touch with the customer.
        stale_after: working days after which its stage is stale; 0 for never.
    """

    due_in: int | None = None
    close_in: int | None = None
    value: Decimal | None = None
    score: Decimal | None = None
    intent: Decimal | None = None
    silent: int | None = None
    stale_after: int = 0


@dataclass(frozen=True)
class Part:
    """One factor's points: `points` of `full`, to a tenth. `known` is False where half counts."""

    key: str
    points: Decimal
    full: int
    known: bool = True


def work_parts(weights: WorkWeights, one: Candidate) -> tuple[Part, ...]:
    """The five parts, in the order of FACTORS."""
    shares = {
        "deadline": (_deadline(weights, one), True),
        "value": _of_full(one.value, weights.value_full),
        "score": (one.score / 100, True) if one.score is not None else (HALF, False),
        # nobody came by: that is known, and it is nothing
        "intent": _of_full(one.intent or NONE, Decimal(weights.intent_full)),
        "silence": (_silence(one), True),
    }
    return tuple(
        Part(key, _rounded(shares[key][0] * getattr(weights, key)), getattr(weights, key), known)
        for key, known in ((key, shares[key][1]) for key in FACTORS)
    )


def work_points(parts: tuple[Part, ...]) -> Decimal:
    """The sum of the parts as they are shown, 0 to 100."""
    return sum((one.points for one in parts), NONE)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


def _of_full(value: Decimal | None, full: Decimal) -> tuple[Decimal, bool]:
    if value is None:
        return HALF, False
    return min(FULL, max(NONE, value) / full), True


def _near(days: int | None, ahead: int) -> Decimal:
    """1 when past, DUE_TODAY today, falling evenly to 0 `ahead` days before."""
    if days is None:
        return NONE
    if days < 0:
        return FULL
    return max(NONE, DUE_TODAY * (ahead - days) / ahead)


def _deadline(weights: WorkWeights, one: Candidate) -> Decimal:
    # without a next step somebody has to think of one today
    step = DUE_TODAY if one.due_in is None else _near(one.due_in, weights.days_ahead)
    return max(step, _near(one.close_in, weights.days_ahead))


def _silence(one: Candidate) -> Decimal:
    if not one.stale_after:
        return NONE
    if one.silent is None:
        return FULL
    return min(FULL, Decimal(one.silent) / one.stale_after)


# ---------------------------------------------------------------- stored form


def weights_to_json(weights: WorkWeights) -> dict[str, Any]:
    """The stored form: versioned, numbers with decimals as text."""
    return {"version": VERSION, **asdict(weights), "value_full": str(weights.value_full)}


def weights_from_json(stored: Mapping[str, Any]) -> WorkWeights:
    """Read the stored form. ValueError names the first key that does not hold."""
    if stored.get("version") != VERSION:
        raise ValueError("version")
    values: dict[str, Any] = {}
    for key, least, most in (
        *((factor, 0, 100) for factor in FACTORS),
        ("intent_full", 1, 10_000),
        ("days_ahead", 1, 90),
    ):
        value = stored.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(key)
        values[key] = value
    try:
        full = Decimal(str(stored.get("value_full")))
    except InvalidOperation:
        raise ValueError("value_full") from None
    if not full.is_finite() or not 1 <= full <= Decimal(10) ** 13:
        raise ValueError("value_full")
    found = WorkWeights(**values, value_full=full)
    if found.total != 100:
        raise ValueError("total")
    return found


def check_weights(weights: WorkWeights) -> WorkWeights:
    """The weights as given. Invalid names what does not hold, with the sum there is."""
    if weights.total != 100:
        text = _("The five weights should add up to 100, now %(sum)s.") % {"sum": weights.total}
        raise Invalid.whole(text)
    try:
        return weights_from_json(weights_to_json(weights))
    except ValueError as problem:
        raise Invalid({str(problem): [_("This number is out of range.")]}) from None


def weights_of(values: dict[str, int | Decimal]) -> WorkWeights:
    """Weights from checked form values, by name."""
    names = (*FACTORS, "intent_full", "days_ahead")
    return WorkWeights(
        **{name: int(values[name]) for name in names}, value_full=Decimal(values["value_full"])
    )
