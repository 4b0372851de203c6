"""Arithmetic of opportunities: plain functions a salesperson could check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from shangji.lib.values import dataclass

#: wide enough for quantity × price × discount of any size without rounding on the way
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
#: no amount reaches this: what a column of 18 digits with 4 decimals holds
TOO_LARGE = Decimal(10) ** 14


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
    exact = _WIDE.divide(_WIDE.multiply(amount, Decimal(probability)), Decimal(100))
    return exact.quantize(Decimal("0.0001"), context=_WIDE)


def line_total(
    *, quantity: Decimal, unit_price: Decimal, discount: Decimal, decimals: int
) -> Decimal:
    """Quantity × price less the discount in percent, rounded half up to the currency."""
    rest = _WIDE.divide(_WIDE.subtract(Decimal(100), discount), Decimal(100))
    exact = _WIDE.multiply(_WIDE.multiply(quantity, unit_price), rest)
    return exact.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)


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
    """One stay in a stage, in the order walked. `place` is the stage's place in the pipeline,
    `days` the working days it lasted (so far), `is_undo` that an undo began it."""

    stage_id: int
    place: int
    phase: str
    days: int
    is_undo: bool = False


@dataclass(frozen=True)
class Entry:
    """That a stage was entered at an instant; `source` is the operation that says so."""

    at: datetime
    stage_id: int
    source: int | None


def with_entry(entries: Sequence[Entry], new: Entry) -> list[Entry] | None:
    """Entries with one more, in order of time; None when they tell it already. What the same
    source says of the same stage a moment later was this stay; of two at one instant the new one
    holds."""
    ordered = sorted(entries, key=lambda one: one.at)
    before = [one for one in ordered if one.at <= new.at]
    after = ordered[len(before) :]
    if before and before[-1].stage_id == new.stage_id:
        return None
    if before and before[-1].at == new.at:
        before.pop()
    if after and (after[0].stage_id, after[0].source) == (new.stage_id, new.source):
        after.pop(0)
    return [*before, new, *after]


def gapless(entries: Sequence[Entry], present: Entry) -> list[tuple[Entry, datetime | None]]:
    """Each entry with the instant it was left, None for the last: a history without gaps that
    ends in the present stage. When no entry tells of that stage last, it began at its own instant
    or with the last one told, whichever is later."""
    ordered = sorted(entries, key=lambda one: one.at)
    if not ordered or ordered[-1].stage_id != present.stage_id:
        at = max(present.at, ordered[-1].at) if ordered else present.at
        ordered.append(replace(present, at=at))
    ends = [*(one.at for one in ordered[1:]), None]
    return list(zip(ordered, ends, strict=True))


@dataclass(frozen=True)
class StepStage:
    """A stage under the stepper. `state`: walked, back, here, ahead; `times` of going back."""

    stage_id: int
    state: str
    days: int = 0
    times: int = 1


@dataclass(frozen=True)
class PhaseStep:
    """One node of the stepper. `state`: walked, current, ahead; `share` of the line that is
    walked, in percent."""

    phase: str
    state: str
    days: int
    share: int
    stages: tuple[StepStage, ...]


def without_undone(stays: Sequence[Stay]) -> list[Stay]:
    """Stays as truly walked: what an undo took back falls out, its days go to where it was."""
    kept: list[Stay] = []
    for stay in stays:
        if stay.is_undo and len(kept) > 1 and kept[-2].stage_id == stay.stage_id:
            undone = kept.pop()
            kept[-1] = replace(kept[-1], days=kept[-1].days + undone.days + stay.days)
        else:
            kept.append(stay)
    return kept


def walk(
    stays: Sequence[Stay], phases: Sequence[str], stages: Mapping[str, Sequence[int]]
) -> list[PhaseStep]:
    """The stepper: for each phase the stages truly walked, back-moves, and what lies ahead.

    Args:
        stays: at least one; the last is the present stage.
        phases: the phases in order.
        stages: ids of the stages offered in each phase, in order.
    """
    kept = without_undone(stays)
    here = kept[-1]
    at = phases.index(here.phase)
    steps = []
    for index, phase in enumerate(phases):
        walked: dict[int, int] = {}
        back_days = back_times = 0
        for place, stay in enumerate(kept[:-1]):
            if stay.phase != phase:
                continue
            if place > 0 and stay.place < kept[place - 1].place:
                back_days, back_times = back_days + stay.days, back_times + 1
            else:
                walked[stay.stage_id] = walked.get(stay.stage_id, 0) + stay.days
        came_back = len(kept) > 1 and here.place < kept[-2].place
        marks = [StepStage(pk, "walked", days) for pk, days in walked.items()]
        if phase == here.phase:
            marks = [mark for mark in marks if mark.stage_id != here.stage_id]
            back_times += came_back
        if back_times:
            marks.append(StepStage(here.stage_id, "back", back_days, back_times))
        days = sum(walked.values()) + back_days
        offered = stages.get(phase, ())
        if phase == here.phase:
            days += here.days
            present = here.days + walked.get(here.stage_id, 0)
            marks.append(StepStage(here.stage_id, "here", present))
            after = _after(offered, here.stage_id)
            marks += [StepStage(pk, "ahead") for pk in after]
            share = 100 * (len(offered) - len(after)) // max(len(offered), 1)
            steps.append(PhaseStep(phase, "current", days, share, tuple(marks)))
        elif marks:
            share = 100 if index < at else 0
            steps.append(PhaseStep(phase, "walked", days, share, tuple(marks)))
        else:
            first = tuple(StepStage(pk, "ahead") for pk in offered[:1] if index > at)
            steps.append(PhaseStep(phase, "ahead", 0, 0, first))
    return steps


def _after(offered: Sequence[int], stage_id: int) -> list[int]:
    if stage_id not in offered:
        return []
    return list(offered[list(offered).index(stage_id) + 1 :])


def gaps_among_people(roles: Iterable[str], needed: Sequence[str]) -> list[str]:
    """Roles that nobody has yet, in the order given; "decider" missing is the gravest."""
    have = set(roles)
    return [role for role in needed if role not in have]
