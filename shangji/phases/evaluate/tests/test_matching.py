"""Who does which work: optimal where it can be counted out, and no hour given twice."""

import itertools
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangji.phases.evaluate.rules.gaps import (
    BUDGET,
    DECLINE,
    HIRE,
    HOURS,
    LEVEL,
    MOVE,
    PARTNER,
    RAISE,
    SKILL,
    TAKEN,
    gap_of,
)
from shangji.phases.evaluate.rules.matching import Work, Worker, fits, match, spread, value_of
from tests.quick import least_seconds

MES, PLC = 1, 2


def work(key: int, hours: int = 40, weeks: tuple[int, int] = (0, 1), **more: object) -> Work:
    values = {"skill": MES, "level": 3, "hours": hours * 100, "first": weeks[0], "last": weeks[1]}
    return Work(key, **{**values, **more})  # type: ignore[arg-type]


def person(
    key: int, free: int = 40, weeks: int = 4, cost: int | None = 100, **skills: int
) -> Worker:
    known = {MES: skills.get("mes", 3)} | ({PLC: skills["plc"]} if "plc" in skills else {})
    each = dict.fromkeys(range(weeks), free * 100)
    return Worker(key, known, each, None if cost is None else Decimal(cost))


def test_it_gives_one_expert_to_the_deal_of_more_worth() -> None:
    both = [work(1, 60, worth=20), work(2, 60, worth=90)]
    found = match(both, [person(7)])
    assert found.who == {2: 7}
    assert sum(found.weeks[2].values()) == 6000


def test_it_does_both_when_the_windows_leave_room() -> None:
    both = [work(1, 60, (0, 3)), work(2, 60, (0, 1))]
    found = match(both, [person(7)])
    assert found.who == {1: 7, 2: 7}
    # what is due first goes first
    assert found.weeks == {2: {0: 4000, 1: 2000}, 1: {1: 2000, 2: 4000}}


def test_it_spares_the_leading_expert_for_the_hard_work() -> None:
    found = match(
        [work(1, 80, level=2), work(2, 80, level=5)], [person(1, mes=5), person(2, mes=3)]
    )
    assert found.who == {1: 2, 2: 1}


def test_it_takes_the_cheaper_of_equals() -> None:
    assert match([work(1)], [person(1, cost=300), person(2, cost=100)]).who == {1: 2}


@pytest.mark.parametrize(
    ("someone", "asked"),
    [
        (person(1, mes=2), work(1)),
        (person(1, free=10), work(1)),
        (person(1, cost=200), work(1, budget=Decimal(7999))),
        (person(1, cost=None), work(1, budget=Decimal(9999))),
        (person(1), work(1, skill=PLC)),
    ],
)
def test_it_breaks_no_hard_condition(someone: Worker, asked: Work) -> None:
    assert match([asked], [someone]).who == {}


def test_it_pays_to_the_cent() -> None:
    assert match([work(1, budget=Decimal(8000))], [person(1, cost=200)]).who == {1: 1}


def brute(works: list[Work], workers: list[Worker]) -> tuple[int, int]:
    """The best value by trying every assignment."""
    best = (0, 0)
    choices = [[None, *(one for one in workers if one.suits(each))] for each in works]
    for chosen in itertools.product(*choices):
        mine: dict[int, list[Work]] = {}
        for each, one in zip(works, chosen, strict=True):
            if one is not None:
                mine.setdefault(one.key, []).append(each)
        if all(fits(mine[one.key], one) for one in workers if one.key in mine):
            who = {
                each.key: one.key
                for each, one in zip(works, chosen, strict=True)
                if one is not None
            }
            best = max(best, value_of(who, works, workers))
    return best


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Work], list[Worker]]:
    rng = random.Random(draw(st.integers(0, 10**6)))
    workers = [
        Worker(
            key,
            {skill: rng.randint(1, 5) for skill in rng.sample((MES, PLC, 3), rng.randint(1, 2))},
            {week: rng.choice((0, 1000, 2000, 4000)) for week in range(5)},
            Decimal(rng.choice((80, 120, 300))) if rng.random() < 0.9 else None,
        )
        for key in range(draw(st.integers(1, 4)))
    ]
    works = []
    for key in range(draw(st.integers(1, 6))):
        first = rng.randint(0, 4)
        works.append(
            Work(
                key,
                rng.choice((MES, PLC, 3)),
                rng.randint(1, 4),
                rng.choice((800, 2000, 3000, 4000, 6000)),
                first,
                rng.randint(first, 4),
                rng.randint(1, 5),
                Decimal(rng.choice((2000, 6000, 20000))) if rng.random() < 0.5 else None,
            )
        )
    return works, workers


@settings(max_examples=150, deadline=None)
@given(cases())
def test_it_is_as_good_as_trying_everything(case: tuple[list[Work], list[Worker]]) -> None:
    works, workers = case
    found = match(works, workers)
    assert found.proved
    assert value_of(found.who, works, workers) == brute(works, workers)


def check(works: list[Work], workers: list[Worker]) -> None:
    """No hour twice, all hours inside the window, every hard condition kept."""
    found = match(works, workers)
    by_key = {one.key: one for one in workers}
    given_away: dict[tuple[int, int], int] = {}
    for each in works:
        if each.key not in found.who:
            continue
        one = by_key[found.who[each.key]]
        assert one.suits(each)
        plan = found.weeks[each.key]
        assert sum(plan.values()) == each.hours
        assert all(each.first <= week <= each.last for week in plan)
        for week, hours in plan.items():
            given_away[one.key, week] = given_away.get((one.key, week), 0) + hours
    for (key, week), hours in given_away.items():
        assert hours <= by_key[key].free.get(week, 0)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_it_never_gives_an_hour_twice(case: tuple[list[Work], list[Worker]]) -> None:
    check(*case)


def crowd(seed: int, people: int = 200, deals: int = 100) -> tuple[list[Work], list[Worker]]:
    """A firm of 200 people with 20 skills, and 100 deals with one to three works each."""
    rng = random.Random(seed)
    workers = [
        Worker(
            key,
            {skill: rng.randint(1, 5) for skill in rng.sample(range(20), rng.randint(1, 4))},
            {week: rng.choice((0, 800, 1600, 2400, 4000)) for week in range(26)},
            Decimal(rng.randint(80, 400)),
        )
        for key in range(people)
    ]
    works: list[Work] = []
    for _deal in range(deals):
        worth = rng.randint(1, 100)
        for _each in range(rng.randint(1, 3)):
            first = rng.randint(0, 21)
            works.append(
                Work(
                    len(works),
                    rng.randrange(20),
                    rng.randint(1, 5),
                    rng.choice((1600, 4000, 8000, 12000, 16000)),
                    first,
                    min(25, first + rng.randint(1, 8)),
                    worth,
                    Decimal(rng.choice((20000, 60000, 100000))) if rng.random() < 0.7 else None,
                )
            )
    return works, workers


@pytest.mark.bar
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_matches_200_people_and_100_deals_under_two_seconds(seed: int, bar: Any) -> None:
    works, workers = crowd(seed)
    match(*crowd(0, 30, 30))  # scipy is loaded once per process
    found = match(works, workers)
    took = least_seconds(lambda: match(works, workers), 1)
    proved = "proved optimal" if found.proved else "not proved"
    size = f"200 people, {len(works)} works of 100 deals"
    bar(f"{size}: {took:.2f} s of processor, {proved} (bar 2 s, optimal)")
    assert found.proved
    assert took < 2, f"{took:.2f} s"
    check(works, workers)


def test_it_refuses_a_spread_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        spread([work(1, 90)], person(1))


@pytest.mark.parametrize(
    ("asked", "workers", "why", "remedy"),
    [
        (work(1, skill=PLC, weeks=(20, 22)), [person(1)], SKILL, HIRE),
        (work(1, skill=PLC, weeks=(5, 7)), [person(1)], SKILL, PARTNER),
        (work(1, skill=PLC, weeks=(1, 2)), [person(1)], SKILL, DECLINE),
        (work(1, level=5, weeks=(5, 7)), [person(1, mes=4)], LEVEL, PARTNER),
        (work(1, budget=Decimal(3000)), [person(1)], BUDGET, RAISE),
        (work(1, budget=Decimal(3000)), [person(1, cost=None)], BUDGET, DECLINE),
        (work(1, 70, (0, 0)), [person(1, weeks=2)], HOURS, DECLINE),
        (work(1, 40, (4, 4)), [person(1, weeks=4)], HOURS, PARTNER),
        (work(1, 40, (4, 4)), [Worker(1, {MES: 3}, {6: 4000}, Decimal(1))], HOURS, MOVE),
    ],
)
def test_it_says_what_a_gap_asks_for(
    asked: Work, workers: list[Worker], why: str, remedy: str
) -> None:
    found = gap_of(asked, workers, this_week=0)
    assert (found.why, found.remedy) == (why, remedy)
    if remedy == RAISE:
        assert found.budget == Decimal(4000)
    if remedy == MOVE:
        assert (found.shift, found.worker) == (2, 1)


def test_it_says_that_the_hours_went_to_more_worth() -> None:
    someone = person(1, weeks=4)
    busy = person(1, free=10, weeks=4)
    found = gap_of(work(1, 40, (3, 3)), [someone], this_week=0, left={1: busy})
    assert (found.why, found.remedy, found.best) == (TAKEN, PARTNER, 1000)
