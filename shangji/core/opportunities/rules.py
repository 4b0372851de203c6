"""Arithmetic of opportunities: plain functions a salesperson could check."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


def status_after(*, stage_kind: str, stage_phase: str) -> str:
    """Status that follows from a stage: won and lost stages decide; maintain follows winning."""
    if stage_kind in {"won", "lost"}:
        return stage_kind
    return "won" if stage_phase == "maintain" else "open"


def effective_probability(*, status: str, stage_default: int, manual: int | None) -> int:
    """The percent that counts: decided deals are certain, then the hand-set, then the stage's."""
    if status == "lost":
        return 0
    if status == "won":
        return 100
    return stage_default if manual is None else manual


def weighted(amount: Decimal | None, probability: int) -> Decimal:
    """Amount × probability, to four decimals (the precision amounts are stored with)."""
    if amount is None:
        return Decimal(0)
    return (amount * probability / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def line_total(
    *, quantity: Decimal, unit_price: Decimal, discount: Decimal, decimals: int
) -> Decimal:
    """Quantity × price less the discount in percent, rounded half up to the currency."""
    exact = quantity * unit_price * (100 - discount) / 100
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def is_push(before: date | None, after: date | None) -> bool:
    """A close date moved later counts as pushed; setting or clearing it does not."""
    return before is not None and after is not None and after > before


def forecast_category(*, status: str, stage_forecast: str, manual: str | None) -> str:
    """closed once won, omitted once lost, else the hand-set one, else the stage's."""
    if status == "won":
        return "closed"
    if status == "lost":
        return "omitted"
    return manual or stage_forecast


@dataclass(frozen=True)
class Stay:
    """One stay in a stage, for the stepper. `days` are working days, at least 0."""

    stage_id: int
    days: int
    is_back: bool
    is_present: bool


def mark_back_moves(positions: list[int]) -> list[bool]:
    """For stage positions in the order walked: which steps went back."""
    return [
        index > 0 and position < positions[index - 1] for index, position in enumerate(positions)
    ]
