"""Hours of people by week: what a week holds, what is given away, what is free."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Sum

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import (
    current_workspace,
    rates_on,
    today,
    working_calendar,
)
from shangji.lib.money import Rate
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import (
    Absence,
    Skill,
    Specialist,
    SpecialistSkill,
    SpecialistWeek,
)
from shangji.phases.evaluate.rules.matching import Worker
from shangji.phases.evaluate.rules.weeks import (
    hours_of,
    hundredths,
    week_capacity,
    week_number,
    week_start,
)

#: weeks that the heat table shows
WEEKS_SHOWN = 12
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class Cell:
    """One person's week, in hundredths of hours."""

    week: int
    holds: int
    booked: int

    @property
    def monday(self) -> date:
        return week_start(self.week)

    @property
    def free(self) -> int:
        return max(0, self.holds - self.booked)

    @property
    def over(self) -> bool:
        """Booked when the week held more than it does now."""
        return self.booked > self.holds

    @property
    def share(self) -> int:
        """Percent given away; 100 when a week that holds nothing is booked."""
        if not self.holds:
            return 100 if self.booked else 0
        return min(100, self.booked * 100 // self.holds)

    @property
    def tone(self) -> str:
        """How full it looks: "off", "0" to "4", or "over"."""
        if self.over:
            return "over"
        if not self.holds:
            return "off"
        return str(-(-self.share // 25))

    @property
    def booked_hours(self) -> Decimal:
        return hours_of(self.booked)

    @property
    def free_hours(self) -> Decimal:
        return hours_of(self.free)

    @property
    def hours(self) -> Decimal:
        return hours_of(self.holds)


@dataclass(frozen=True)
class PersonLoad:
    specialist: Specialist
    cells: list[Cell]
    skills: list[SpecialistSkill]

    @cached_property
    def total(self) -> Cell:
        """All shown weeks together."""
        return Cell(0, sum(one.holds for one in self.cells), sum(one.booked for one in self.cells))


def weeks_ahead(now: datetime, count: int) -> list[int]:
    """This week and those after it."""
    first = week_number(today(now=now))
    return list(range(first, first + count))


def capacity_of(people: Iterable[Specialist], weeks: Sequence[int]) -> dict[int, dict[int, int]]:
    """What each person's weeks hold by the working calendar, absences taken off."""
    calendar = working_calendar()
    people = list(people)
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for one in Absence.objects.alive().filter(
        specialist__in=people,
        starts_on__lte=week_start(weeks[-1] + 1),
        ends_on__gte=week_start(weeks[0]),
    ):
        away[one.specialist_id].append((one.starts_on, one.ends_on))
    plain = {
        week: week_capacity(
            week,
            is_worked=calendar.is_working_day,
            week_days=1,
            hours_per_week=1,
        )
        for week in weeks
    }
    ordinary = len(calendar.weekdays)
    found: dict[int, dict[int, int]] = {}
    for person in people:
        hours = hundredths(person.hours_per_week)
        special = person.pk in away or person.starts_on or person.ends_on
        found[person.pk] = {
            week: week_capacity(
                week,
                is_worked=calendar.is_working_day,
                week_days=ordinary,
                hours_per_week=hours,
                starts_on=person.starts_on,
                ends_on=person.ends_on,
                away=away.get(person.pk, ()),
            )
            if special
            else hours * plain[week] // ordinary
            for week in weeks
        }
    return found


def booked_in(weeks: Sequence[int], ids: Iterable[int] | None = None) -> dict[int, dict[int, int]]:
    """Hours given away, by person and week."""
    rows = SpecialistWeek.objects.filter(
        week__gte=week_start(weeks[0]), week__lte=week_start(weeks[-1]), booked__gt=0
    )
    if ids is not None:
        rows = rows.filter(specialist__in=list(ids))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows:
        found[row.specialist_id][week_number(row.week)] = hundredths(row.booked)
    return found


def people_load(
    actor: Actor, now: datetime, *, weeks: int = WEEKS_SHOWN, skill: int | None = None
) -> list[PersonLoad]:
    """Everybody's weeks from this one on, by name; only those with `skill` when given."""
    people = model_queryset(Specialist).visible_to(actor).order_by("name", "pk")
    if skill is not None:
        people = people.filter(skills__skill=skill, skills__deleted_at=None)
    rows = list(people)
    numbers = weeks_ahead(now, weeks)
    holds = capacity_of(rows, numbers)
    booked = booked_in(numbers)
    skills: dict[int, list[SpecialistSkill]] = defaultdict(list)
    known = SpecialistSkill.objects.alive().filter(skill__deleted_at=None)
    for one in known.select_related("skill").order_by("-level", "skill__name"):
        skills[one.specialist_id].append(one)
    return [
        PersonLoad(
            row,
            [
                Cell(week, holds[row.pk][week], booked.get(row.pk, {}).get(week, 0))
                for week in numbers
            ],
            skills.get(row.pk, []),
        )
        for row in rows
    ]


def workers(actor: Actor, weeks: Sequence[int], *, on: date) -> list[Worker]:
    """Everybody as the matching rule knows them: skills, free hours, cost in our currency."""
    people = list(model_queryset(Specialist).visible_to(actor))
    holds = capacity_of(people, weeks)
    booked = booked_in(weeks)
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for person, skill, level in SpecialistSkill.objects.alive().values_list(
        "specialist_id", "skill_id", "level"
    ):
        skills[person][skill] = level
    rates = {rate.source: rate for rate in rates_on(on)}
    base = current_workspace().currency
    return [
        Worker(
            key=one.pk,
            skills=skills.get(one.pk, {}),
            free={
                week: max(0, hours - booked.get(one.pk, {}).get(week, 0))
                for week, hours in holds[one.pk].items()
            },
            cost=in_base(one.cost_per_hour, one.currency, base, rates),
        )
        for one in people
    ]


def in_base(
    amount: Decimal | None, currency: str, base: str, rates: dict[str, Rate]
) -> Decimal | None:
    """An amount in the workspace's currency at the rate of the day; None without a rate."""
    if amount is None or currency == base:
        return amount
    rate = rates.get(currency)
    return None if rate is None else amount * rate.rate


def free_hours_a_year(now: datetime) -> Decimal | None:
    """Hours nobody booked yet in the coming 52 weeks; None while nobody is listed."""
    people = list(Specialist.objects.alive())
    if not people:
        return None
    weeks = weeks_ahead(now, WEEKS_A_YEAR)
    holds = capacity_of(people, weeks)
    given = SpecialistWeek.objects.filter(
        specialist__in=people, week__gte=week_start(weeks[0]), week__lte=week_start(weeks[-1])
    ).aggregate(sum=Sum("booked"))["sum"] or Decimal(0)
    total = sum(sum(one.values()) for one in holds.values())
    return max(Decimal(0), hours_of(total) - given)


def totals_by_week(rows: Sequence[PersonLoad]) -> list[Cell]:
    """All shown people together, week by week."""
    if not rows:
        return []
    return [
        Cell(
            column[0].week,
            sum(one.holds for one in column),
            sum(one.booked for one in column),
        )
        for column in zip(*(row.cells for row in rows), strict=True)
    ]


def skills_to_choose(actor: Actor) -> list[Skill]:
    return list(model_queryset(Skill).visible_to(actor).order_by("name"))


def years_without_holidays(weeks: Sequence[int]) -> list[int]:
    """Years of some weeks whose public holidays are not published yet: nothing is taken off."""
    calendar = working_calendar()
    years = {week_start(week).year for week in (weeks[0], weeks[-1] + 1)} if weeks else set()
    return sorted(year for year in years if not calendar.is_known(year))
