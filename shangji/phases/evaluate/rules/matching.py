"""Who does which piece of work: the best assignment that no week of anybody breaks.

Hours are whole hundredths (40 h = 4000), weeks are counted from any fixed Monday: all of it is
exact. A piece of work goes to one person as a whole, and its hours may lie in any of its weeks.

Whether a set of works fits one person is a question about intervals: it does exactly when, for
every span of weeks, the works that must lie inside it need no more than its free hours (Hall's
condition for intervals). So the only unknowns are who does what, one 0 or 1 each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any

from shangji.lib.values import dataclass

#: seconds after which a part that is still not proved optimal is answered as it stands
PATIENCE = 5.0
#: filled work counts first; then each level above what is asked costs 10, the dearest person 9
EXCESS, COST = 10, 9


@dataclass(frozen=True)
class Work:
    """What is asked. `worth` (1 to 100) says which work to prefer when not all can be done;
    `budget` and costs are in one currency."""

    key: int
    skill: int
    level: int
    hours: int
    first: int
    last: int
    worth: int = 1
    budget: Decimal | None = None

    def __post_init__(self) -> None:
        if self.hours <= 0 or self.first > self.last or self.worth < 1:
            raise ValueError("work needs hours, a window from first to last, and a worth")


@dataclass(frozen=True)
class Worker:
    """Somebody: level by skill, free hundredths of hours by week, cost of an hour if known."""

    key: int
    skills: Mapping[int, int]
    free: Mapping[int, int]
    cost: Decimal | None = None

    def free_between(self, first: int, last: int) -> int:
        return sum(self.free.get(week, 0) for week in range(first, last + 1))

    def affords(self, work: Work) -> bool:
        """Whether the work's budget pays for this person. A cost nobody knows pays never."""
        if work.budget is None:
            return True
        return self.cost is not None and self.cost * work.hours / 100 <= work.budget

    def suits(self, work: Work) -> bool:
        return (
            self.skills.get(work.skill, 0) >= work.level
            and self.affords(work)
            and self.free_between(work.first, work.last) >= work.hours
        )


@dataclass(frozen=True)
class Match:
    """`who[work] = worker`, and the hours by week of each work that is done.

    `proved` is False only when patience ran out before nothing better was shown to exist.
    """

    who: dict[int, int] = field(default_factory=dict)
    weeks: dict[int, dict[int, int]] = field(default_factory=dict)
    proved: bool = True


def fits(works: Iterable[Work], worker: Worker) -> bool:
    """Whether one person has the hours for all of these works together."""
    chosen = list(works)
    for first in {work.first for work in chosen}:
        for last in {work.last for work in chosen}:
            inside = sum(work.hours for work in chosen if work.first >= first and work.last <= last)
            if inside and inside > worker.free_between(first, last):
                return False
    return True


def spread(works: Sequence[Work], worker: Worker) -> dict[int, dict[int, int]]:
    """Hours by week for each work of one person: week after week, what is due first goes first.

    ValueError when they do not fit. Earliest deadline first finds a plan whenever there is one.
    """
    rest = {work.key: work.hours for work in works}
    chosen = sorted(works, key=lambda work: (work.last, work.first, work.key))
    plan: dict[int, dict[int, int]] = {work.key: {} for work in chosen}
    weeks = {week for work in chosen for week in range(work.first, work.last + 1)}
    for week in sorted(weeks):
        free = worker.free.get(week, 0)
        for work in chosen:
            if work.first <= week <= work.last and free > 0 and rest[work.key] > 0:
                hours = min(free, rest[work.key])
                plan[work.key][week] = hours
                rest[work.key] -= hours
                free -= hours
    if any(rest.values()):
        raise ValueError("these works do not fit")
    return plan


def match(works: Sequence[Work], workers: Sequence[Worker]) -> Match:
    """The best assignment: most worth done; among those the least over-qualified and dearest.

    Every work has at most one person, and nobody gives an hour twice. Optimal, not a heuristic:
    people and works that have nothing to do with each other are taken apart, each part is solved
    by its obvious answer if that fits, as an assignment problem, or as an integer program.
    """
    pairs = {work.key: [worker.key for worker in workers if worker.suits(work)] for work in works}
    by_work = {work.key: work for work in works}
    by_worker = {worker.key: worker for worker in workers}
    who: dict[int, int] = {}
    proved = True
    for part in _parts(pairs):
        solved, sure = _solve([by_work[key] for key in part], by_worker, pairs)
        who |= solved
        proved = proved and sure
    chosen: dict[int, list[Work]] = defaultdict(list)
    for key, worker_key in who.items():
        chosen[worker_key].append(by_work[key])
    weeks: dict[int, dict[int, int]] = {}
    for worker_key, mine in chosen.items():
        weeks |= spread(mine, by_worker[worker_key])
    return Match(who, weeks, proved)


def value_of(
    who: Mapping[int, int], works: Sequence[Work], workers: Sequence[Worker]
) -> tuple[int, int]:
    """What an assignment is compared by: the worth that is done, and minus its penalties."""
    by_work = {work.key: work for work in works}
    by_worker = {worker.key: worker for worker in workers}
    dearest = _dearest(by_worker.values())
    worth = sum(by_work[key].worth for key in who)
    penalty = sum(_penalty(by_work[key], by_worker[one], dearest) for key, one in who.items())
    return worth, -penalty


def _penalty(work: Work, worker: Worker, dearest: Decimal) -> int:
    excess = worker.skills[work.skill] - work.level
    cost = worker.cost if worker.cost is not None else dearest
    return EXCESS * excess + (round(COST * cost / dearest) if dearest else 0)


def _dearest(workers: Iterable[Worker]) -> Decimal:
    return max((one.cost for one in workers if one.cost is not None), default=Decimal(0))


def _parts(pairs: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Works that share somebody, directly or through others."""
    found: dict[int, int] = {}
    parts: dict[int, list[int]] = {}
    for work, people in pairs.items():
        if not people:
            continue
        joined = {found[one] for one in people if one in found}
        home = min(joined, default=work)
        parts[home] = [
            *(key for old in sorted(joined) for key in parts.pop(old)),
            work,
        ]
        for key in parts[home]:
            for one in pairs[key]:
                found[one] = home
    return list(parts.values())


def _solve(
    works: Sequence[Work], by_worker: Mapping[int, Worker], pairs: Mapping[int, Sequence[int]]
) -> tuple[dict[int, int], bool]:
    dearest = _dearest(by_worker.values())
    costs = {
        (work.key, one): _penalty(work, by_worker[one], dearest)
        for work in works
        for one in pairs[work.key]
    }
    easy = {
        work.key: min(pairs[work.key], key=lambda one: (costs[work.key, one], one))
        for work in works
    }
    taken: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        taken[easy[work.key]].append(work)
    if all(fits(mine, by_worker[one]) for one, mine in taken.items()):
        # everybody's first choice fits: nothing can be better
        return easy, True
    people = sorted({one for work in works for one in pairs[work.key]})
    # so large that no saving of penalties is worth one unit of undone work
    unit = 1 + sum(max(costs[work.key, one] for one in pairs[work.key]) for work in works)
    gains = {
        (work.key, one): unit * work.worth - costs[work.key, one]
        for work in works
        for one in pairs[work.key]
    }
    if _one_each(works, people, by_worker, pairs):
        return _assign(works, people, gains), True
    return _program(works, people, by_worker, gains)


def _one_each(
    works: Sequence[Work],
    people: Sequence[int],
    by_worker: Mapping[int, Worker],
    pairs: Mapping[int, Sequence[int]],
) -> bool:
    """Whether nobody has room for two of the works that suit them."""
    for one in people:
        mine = [work for work in works if one in pairs[work.key]]
        if len(mine) > 12:
            return False
        for place, work in enumerate(mine):
            if any(fits((work, other), by_worker[one]) for other in mine[place + 1 :]):
                return False
    return True


def _assign(
    works: Sequence[Work], people: Sequence[int], gains: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    # lazily: scipy takes half a second to load, and only this page needs it
    import numpy as np  # noqa: PLC0415
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    table = np.zeros((len(works), len(people)))
    for row, work in enumerate(works):
        for column, one in enumerate(people):
            table[row, column] = gains.get((work.key, one), 0)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return {
        works[row].key: people[column]
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] > 0
    }


def _program(
    works: Sequence[Work],
    people: Sequence[int],
    by_worker: Mapping[int, Worker],
    gains: Mapping[tuple[int, int], int],
) -> tuple[dict[int, int], bool]:
    # lazily, as above
    import numpy as np  # noqa: PLC0415
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415

    columns = {pair: place for place, pair in enumerate(gains)}
    rows: list[dict[int, int]] = []
    limits: list[int] = []
    for work in works:
        rows.append({columns[pair]: 1 for pair in gains if pair[0] == work.key})
        limits.append(1)
    for one in people:
        mine = [work for work in works if (work.key, one) in gains]
        for row, limit in _spans(mine, by_worker[one]):
            rows.append({columns[key, one]: hours for key, hours in row.items()})
            limits.append(limit)
    data = [value for row in rows for value in row.values()]
    where = [column for row in rows for column in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    matrix = csr_array((data, where, starts), shape=(len(rows), len(columns)))
    result: Any = milp(
        c=-np.array([float(gain) for gain in gains.values()]),
        integrality=np.ones(len(columns)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=np.array(limits, dtype=float)),
        options={"mip_rel_gap": 0, "time_limit": PATIENCE},
    )
    if result.x is None:
        # not even nobody doing anything was found in time: an answer, and a poor one
        return {}, False
    chosen = {pair[0]: pair[1] for pair, place in columns.items() if result.x[place] > 0.5}
    return chosen, result.status == 0


def _spans(works: Sequence[Work], worker: Worker) -> Iterable[tuple[dict[int, int], int]]:
    """Spans of weeks in which the works could ask for more than is free, each set once."""
    seen: dict[tuple[int, ...], tuple[dict[int, int], int]] = {}
    for first in sorted({work.first for work in works}):
        for last in sorted({work.last for work in works}):
            row = {
                work.key: work.hours for work in works if work.first >= first and work.last <= last
            }
            free = worker.free_between(first, last)
            if sum(row.values()) > free:
                key = tuple(row)
                if key not in seen or free < seen[key][1]:
                    seen[key] = (row, free)
    return seen.values()
