"""What opportunities ask of people, who could do it, and what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from decimal import Decimal

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.lib.money import Rate
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Booking, Demand, Specialist
from shangji.phases.evaluate.queries.capacity import in_base, workers
from shangji.phases.evaluate.rules.gaps import MOVE_WEEKS, Gap, gap_of
from shangji.phases.evaluate.rules.matching import Match, Work, Worker, match
from shangji.phases.evaluate.rules.weeks import hours_of, hundredths, week_number, week_start


def work_of(demand: Demand, *, worth: int = 1, budget: Decimal | None = None) -> Work:
    """A demand as the matching rule knows it; weeks count whole."""
    return Work(
        key=demand.pk,
        skill=demand.skill_id,
        level=demand.level,
        hours=hundredths(demand.hours),
        first=week_number(demand.starts_on),
        last=week_number(demand.ends_on),
        worth=worth,
        budget=budget,
    )


@dataclass
class DemandLine:
    """One demand with what became of it: booked, proposed to somebody, or a gap."""

    demand: Demand
    booking: Booking | None = None
    proposed: Specialist | None = None
    gap: Gap | None = None
    gap_person: Specialist | None = None
    #: hours by Monday, of the booking or the proposal
    weeks: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def stale(self) -> bool:
        """Booked for other hours, weeks or skill than it asks for now."""
        one, booking = self.demand, self.booking
        if booking is None:
            return False
        days = [week_number(date.fromisoformat(week)) for week, _hours in self.weeks]
        first, last = week_number(one.starts_on), week_number(one.ends_on)
        return booking.hours != one.hours or any(not first <= day <= last for day in days)

    @property
    def pair(self) -> str:
        """What the form of the plan sends back for this line."""
        return f"{self.demand.pk}:{self.proposed.pk}" if self.proposed else ""


@dataclass(frozen=True)
class Plan:
    """Demands of some opportunities, matched together.

    Attributes:
        lines: by opportunity id, in the order of the demands.
        proved: whether nothing better exists (False only when time ran out).
    """

    lines: dict[int, list[DemandLine]]
    proved: bool
    this_week: int

    def of(self, opportunity_id: int) -> list[DemandLine]:
        return self.lines.get(opportunity_id, [])

    def pairs(self, opportunity_id: int) -> list[str]:
        return [one.pair for one in self.of(opportunity_id) if one.pair]

    def gaps(self, opportunity_id: int) -> list[DemandLine]:
        return [one for one in self.of(opportunity_id) if one.gap]

    def hours(self, opportunity_id: int) -> Decimal:
        return sum((one.demand.hours for one in self.of(opportunity_id)), Decimal(0))

    def covered(self, opportunity_id: int) -> int:
        """Demands that somebody does or could do."""
        return sum(1 for one in self.of(opportunity_id) if one.booking or one.proposed)


def demands_of(ids: Iterable[int]) -> list[Demand]:
    """The living demands of some opportunities that the caller may see."""
    return list(
        Demand.objects.alive()
        .filter(opportunity__in=list(ids))
        .select_related("skill")
        .order_by("opportunity", "starts_on", "pk")
    )


def plan_for(actor: Actor, deals: Sequence[Opportunity], now: datetime) -> Plan:
    """Who could do what these opportunities still ask for, all of them together.

    `deals` are ones the actor sees. Bookings stay as they are; what is left is matched.
    """
    return Planner(actor, deals, now).plan([one.pk for one in deals])


class Planner:
    """Reads once, then plans any choice of the same opportunities: alone, and together."""

    def __init__(self, actor: Actor, deals: Sequence[Opportunity], now: datetime) -> None:
        self.now = now
        self.this_week = week_number(today(now=now))
        self.demands = demands_of(one.pk for one in deals)
        self.bookings = {
            one.demand_id: one
            for one in Booking.objects.alive()
            .filter(demand__in=[one.pk for one in self.demands])
            .select_related("specialist")
        }
        rates = {rate.source: rate for rate in rates_on(today(now=now))}
        base = current_workspace().currency
        worth = worth_of(deals, base, rates)
        self.works: dict[int, Work] = {}
        for one in self.demands:
            if one.pk in self.bookings or week_number(one.ends_on) < self.this_week:
                continue
            budget = in_base(one.budget, one.currency, base, rates)
            if one.budget is not None and budget is None:
                budget = Decimal(0)
            work = work_of(one, worth=worth[one.opportunity_id], budget=budget)
            self.works[one.pk] = replace(work, first=max(work.first, self.this_week))
        self.workers = self._workers(actor)
        self.people = {one.pk: one for one in model_queryset(Specialist).visible_to(actor)}

    def _workers(self, actor: Actor) -> list[Worker]:
        if not self.works:
            return []
        last = max(one.last for one in self.works.values()) + MOVE_WEEKS
        return workers(actor, range(self.this_week, last + 1), on=today(now=self.now))

    def plan(self, ids: Iterable[int]) -> Plan:
        """The best plan for the demands of these opportunities alone."""
        wanted = set(ids)
        chosen = [one for one in self.demands if one.opportunity_id in wanted]
        works = [self.works[one.pk] for one in chosen if one.pk in self.works]
        found = match(works, self.workers)
        left = {one.key: one for one in _after(self.workers, found)}
        lines: dict[int, list[DemandLine]] = defaultdict(list)
        for one in chosen:
            lines[one.opportunity_id].append(self._line(one, found, left))
        return Plan(dict(lines), found.proved, self.this_week)

    def _line(self, demand: Demand, found: Match, left: dict[int, Worker]) -> DemandLine:
        booking = self.bookings.get(demand.pk)
        if booking is not None:
            weeks = [(week, Decimal(hours)) for week, hours in sorted(booking.weeks.items())]
            return DemandLine(demand, booking=booking, weeks=weeks)
        if demand.pk in found.who:
            weeks = [
                (week_start(week).isoformat(), hours_of(hours))
                for week, hours in sorted(found.weeks[demand.pk].items())
            ]
            return DemandLine(demand, proposed=self.people[found.who[demand.pk]], weeks=weeks)
        if demand.pk not in self.works:
            # its window is over, and nobody was booked
            return DemandLine(demand)
        gap = gap_of(self.works[demand.pk], self.workers, this_week=self.this_week, left=left)
        person = self.people.get(gap.worker) if gap.worker is not None else None
        return DemandLine(demand, gap=gap, gap_person=person)


def _after(people: Sequence[Worker], found: Match) -> list[Worker]:
    """Everybody with the hours that are left beside a match."""
    taken: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for work, worker in found.who.items():
        for week, hours in found.weeks[work].items():
            taken[worker][week] += hours
    return [
        replace(one, free={week: hours - taken[one.key][week] for week, hours in one.free.items()})
        if one.key in taken
        else one
        for one in people
    ]


def worth_of(deals: Sequence[Opportunity], base: str, rates: dict[str, Rate]) -> dict[int, int]:
    """1 to 100 for each opportunity: its weighted amount as a share of the largest.

    Without an amount, or without a rate for it, an opportunity counts 1.
    """
    weighted = {
        one.pk: (in_base(one.amount, one.currency, base, rates) or Decimal(0)) * one.probability
        for one in deals
    }
    most = max(weighted.values(), default=Decimal(0))
    return {
        pk: max(1, int(amount * 100 / most)) if most > 0 else 1 for pk, amount in weighted.items()
    }


def sharing_with(actor: Actor, opportunity: Opportunity, limit: int = 20) -> list[Opportunity]:
    """Other open opportunities that still ask for a skill this one asks for."""
    mine = Demand.objects.alive().filter(opportunity=opportunity).values("skill")
    others = (
        Demand.objects.alive()
        .filter(skill__in=mine)
        .exclude(opportunity=opportunity)
        .exclude(pk__in=Booking.objects.alive().values("demand"))
    )
    return list(
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(status="open", pk__in=others.values("opportunity"))
        .select_related("account")
        .order_by("-amount", "pk")[:limit]
    )


def deals_with_demands(actor: Actor, limit: int = 200) -> list[Opportunity]:
    """Open opportunities that ask for somebody, those of most worth first."""
    wanted = Demand.objects.alive().values("opportunity")
    rows = model_queryset(Opportunity).visible_to(actor).filter(status="open", pk__in=wanted)
    return list(rows.order_by("-amount", "pk")[:limit])


@dataclass(frozen=True)
class Scenario:
    """What would be covered if only these opportunities were done."""

    deals: list[Opportunity]
    covered: int
    asked: int
    missing: list[DemandLine]


@dataclass(frozen=True)
class WhatIf:
    """Two or more opportunities and the people they would share."""

    scenarios: list[Scenario]
    #: (person, opportunities that each alone would be given them)
    shared: list[tuple[Specialist, list[Opportunity]]]
    proved: bool


def what_if(actor: Actor, deals: Sequence[Opportunity], now: datetime) -> WhatIf:
    """Each opportunity alone, then all of them together."""
    planner = Planner(actor, deals, now)
    alone = {one.pk: planner.plan([one.pk]) for one in deals}
    together = planner.plan([one.pk for one in deals])
    scenarios = [_scenario([one], alone[one.pk]) for one in deals]
    scenarios.append(_scenario(list(deals), together))
    wanted: dict[int, dict[int, Opportunity]] = defaultdict(dict)
    for one in deals:
        for line in alone[one.pk].of(one.pk):
            if line.proposed is not None:
                wanted[line.proposed.pk][one.pk] = one
    shared = [
        (planner.people[pk], list(rows.values())) for pk, rows in wanted.items() if len(rows) > 1
    ]
    proved = together.proved and all(one.proved for one in alone.values())
    return WhatIf(scenarios, shared, proved)


def _scenario(deals: list[Opportunity], plan: Plan) -> Scenario:
    lines = [line for one in deals for line in plan.of(one.pk)]
    return Scenario(
        deals=deals,
        covered=sum(1 for line in lines if line.booking or line.proposed),
        asked=len(lines),
        missing=[line for line in lines if line.gap],
    )
