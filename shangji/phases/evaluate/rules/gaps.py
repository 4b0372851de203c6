"""Why a piece of work has nobody, and what that asks for: hire, partner, move, decline."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.matching import Work, Worker

#: weeks before the start that finding and settling in somebody new takes
HIRE_WEEKS = 12
#: weeks before the start that agreeing with a partner takes
PARTNER_WEEKS = 2
#: how many weeks later a window is looked for
MOVE_WEEKS = 12

SKILL, LEVEL, BUDGET, HOURS, TAKEN = "skill", "level", "budget", "hours", "taken"
HIRE, PARTNER, MOVE, RAISE, DECLINE = "hire", "partner", "move", "raise", "decline"


@dataclass(frozen=True)
class Gap:
    """What is missing for one work.

    Attributes:
        why: SKILL nobody has it, LEVEL nobody has it that well, BUDGET nobody so cheap, HOURS
            nobody with the hours in these weeks, TAKEN the hours went to more worth.
        remedy: HIRE or PARTNER by the time that is left, MOVE the window, RAISE the budget,
            DECLINE when nothing is left to do in time.
        best: the best level there is (LEVEL), or the most free hours of one person, hundredths.
        worker: whom `best` or `shift` speaks of.
        shift: weeks by which the window has to move (MOVE).
        budget: what the cheapest of those who can costs (RAISE).
    """

    why: str
    remedy: str
    best: int = 0
    worker: int | None = None
    shift: int = 0
    budget: Decimal | None = None


def gap_of(
    work: Work,
    workers: Sequence[Worker],
    *,
    this_week: int,
    left: Mapping[int, Worker] | None = None,
) -> Gap:
    """Why `work` was left undone.

    Args:
        workers: everybody as the match saw them.
        left: the same people by key with the hours left beside the match.
    """
    lead = work.first - this_week
    able = [one for one in workers if work.skill in one.skills]
    if not able:
        return Gap(SKILL, by_time(lead))
    skilled = [one for one in able if one.skills[work.skill] >= work.level]
    if not skilled:
        best = max(able, key=lambda one: (one.skills[work.skill], -one.key))
        return Gap(LEVEL, by_time(lead), best=best.skills[work.skill], worker=best.key)
    paid = [one for one in skilled if one.affords(work)]
    if not paid:
        return _over_budget(work, skilled)
    could = any(one.free_between(work.first, work.last) >= work.hours for one in paid)
    now = [(left or {}).get(one.key, one) for one in paid]
    most = max(now, key=lambda one: (one.free_between(work.first, work.last), -one.key))
    free = most.free_between(work.first, work.last)
    why = TAKEN if could else HOURS
    for shift in range(1, MOVE_WEEKS + 1):
        for one in now:
            if one.free_between(work.first + shift, work.last + shift) >= work.hours:
                return Gap(why, MOVE, best=free, worker=one.key, shift=shift)
    return Gap(why, by_time(lead), best=free, worker=most.key)


def _over_budget(work: Work, skilled: Sequence[Worker]) -> Gap:
    known = [(one.cost, one.key) for one in skilled if one.cost is not None]
    if not known:
        return Gap(BUDGET, DECLINE)
    cost, key = min(known)
    return Gap(BUDGET, RAISE, worker=key, budget=cost * work.hours / Decimal(100))


def by_time(lead: int) -> str:
    """What can still be done about a missing person `lead` weeks before the start."""
    if lead >= HIRE_WEEKS:
        return HIRE
    return PARTNER if lead >= PARTNER_WEEKS else DECLINE
