"""Reserve people's hours for an opportunity, and let them go again. Undone like anything else.

A person's weeks (`SpecialistWeek`) are folded from the bookings in the same transaction, with
the person's row held: of two bookings at once the second sees what the first took, and the
database refuses more than a week holds whatever the way a booking came about (also undo, or out
of the bin).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Conflict, Invalid
from shangji.phases.evaluate.models import Booking, Demand, Specialist, SpecialistWeek
from shangji.phases.evaluate.queries.capacity import booked_in, capacity_of
from shangji.phases.evaluate.queries.demand import work_of
from shangji.phases.evaluate.rules.matching import Work, Worker, fits, spread
from shangji.phases.evaluate.rules.weeks import hours_of, hundredths, week_number, week_start


def book_plan(
    *, actor: Actor, opportunity: Opportunity, plan: Sequence[tuple[int, int]], now: datetime
) -> list[Booking]:
    """Reserve the hours of a plan, all of it or nothing.

    Args:
        plan: (demand id, specialist id) of demands of this opportunity.

    Conflict names whoever no longer has the hours, or lacks the skill by now.
    """
    require(actor, "edit", opportunity)
    with operation(actor, "booking.plan", now=now) as op:
        op.lock(opportunity)
        people = _held({specialist for _demand, specialist in plan})
        demands = _demands(opportunity, [demand for demand, _specialist in plan])
        given: dict[int, list[Demand]] = defaultdict(list)
        for demand_id, specialist_id in plan:
            if demand_id not in demands or specialist_id not in people:
                raise Conflict(_("The plan has changed meanwhile. Look at it anew."))
            given[specialist_id].append(demands[demand_id])
        return [
            booking
            for specialist_id, mine in given.items()
            for booking in _book(op, people[specialist_id], mine)
        ]


def _held(ids: Iterable[int]) -> dict[int, Specialist]:
    """These people, held until the transaction ends, always in the same order."""
    rows = Specialist.objects.alive().filter(pk__in=set(ids)).order_by("pk")
    return {one.pk: one for one in rows.select_for_update()}


def _demands(opportunity: Opportunity, ids: Iterable[int]) -> dict[int, Demand]:
    """The open ones of these demands: not booked, not in the bin."""
    rows = Demand.objects.alive().filter(opportunity=opportunity, pk__in=set(ids))
    taken = Booking.objects.alive().filter(demand__in=list(ids)).values("demand")
    return {one.pk: one for one in rows.exclude(pk__in=taken).select_for_update()}


def _book(op: Recorder, person: Specialist, demands: Sequence[Demand]) -> list[Booking]:
    works = [work_of(one) for one in demands]
    worker = _worker(person, works)
    for demand, work in zip(demands, works, strict=True):
        if worker.skills.get(work.skill, 0) < work.level:
            raise Conflict(
                _("%(name)s no longer has the skill for “%(work)s”.")
                % {"name": person.name, "work": demand.name}
            )
    if not fits(works, worker):
        raise Conflict(
            _("%(name)s no longer has the hours. Look at the plan anew.") % {"name": person.name}
        )
    weeks = spread(works, worker)
    return [
        op.created(
            Booking(
                opportunity_id=demand.opportunity_id,
                demand=demand,
                specialist=person,
                hours=demand.hours,
                weeks={
                    week_start(week).isoformat(): str(hours_of(hours))
                    for week, hours in sorted(weeks[demand.pk].items())
                },
            )
        )
        for demand in demands
    ]


def _worker(person: Specialist, works: Sequence[Work]) -> Worker:
    weeks = list(range(min(one.first for one in works), max(one.last for one in works) + 1))
    holds = capacity_of([person], weeks)[person.pk]
    booked = booked_in(weeks, [person.pk]).get(person.pk, {})
    skills = dict(person.skills.filter(deleted_at=None).values_list("skill_id", "level"))
    free = {week: max(0, holds[week] - booked.get(week, 0)) for week in weeks}
    return Worker(person.pk, skills, free)


def release_bookings(
    *,
    actor: Actor,
    opportunity: Opportunity,
    now: datetime,
    demand_id: int | None = None,
    reason: str = "",
) -> list[Booking]:
    """Let the hours of an opportunity go, or those of one demand. The bookings released."""
    require(actor, "edit", opportunity)
    with operation(actor, "booking.release", now=now, reason=reason) as op:
        op.lock(opportunity)
        rows = Booking.objects.alive().filter(opportunity=opportunity)
        if demand_id is not None:
            rows = rows.filter(demand=demand_id)
        held = list(rows.select_for_update())
        if not held and demand_id is not None:
            raise Invalid.whole(_("Nobody is booked for this any more."))
        return [op.deleted(one) for one in held]


def fold_weeks(op: Recorder, records: list[Record]) -> None:
    """Work the weeks of the people behind some bookings out anew (hook of the ledger)."""
    ids = {one.specialist_id for one in records if isinstance(one, Booking)}
    people = _held(ids) | {
        # bookings of somebody in the bin are let go as well
        one.pk: one
        for one in Specialist.objects.binned().filter(pk__in=ids)
    }
    given: dict[int, dict[int, int]] = {pk: defaultdict(int) for pk in people}
    for booking in Booking.objects.alive().filter(specialist__in=ids):
        for week, hours in booking.weeks.items():
            number = week_number(date.fromisoformat(week))
            given[booking.specialist_id][number] += hundredths(Decimal(hours))
    for pk, person in people.items():
        _write_weeks(person, given[pk])


def _write_weeks(person: Specialist, given: dict[int, int]) -> None:
    kept = {week_number(row.week): row for row in SpecialistWeek.objects.filter(specialist=person)}
    grown = [
        week
        for week, hours in given.items()
        if week not in kept or hundredths(kept[week].booked) < hours
    ]
    holds: dict[int, int] = {}
    if grown:
        weeks = list(range(min(grown), max(grown) + 1))
        holds = capacity_of([person], weeks)[person.pk]
    for week, row in kept.items():
        if week not in given:
            row.delete()
    for week, hours in given.items():
        ceiling = holds[week] if week in grown else max(hundredths(kept[week].ceiling), hours)
        _write_week(person, week, hours, ceiling)


def _write_week(person: Specialist, week: int, booked: int, ceiling: int) -> None:
    try:
        with transaction.atomic():
            SpecialistWeek.objects.update_or_create(
                specialist=person,
                week=week_start(week),
                defaults={"booked": hours_of(booked), "ceiling": hours_of(ceiling)},
            )
    except IntegrityError:
        raise Conflict(
            _("%(name)s has no %(hours)s hours in the week of %(week)s.")
            % {
                "name": person.name,
                "hours": hours_of(booked),
                "week": week_start(week).isoformat(),
            }
        ) from None


def refuse_while_booked(op: Recorder, records: list[Record]) -> None:
    """A demand does not go to the bin while somebody's hours hang on it (hook of the ledger)."""
    gone = [one.pk for one in records if one.deleted_at is not None]
    if gone and Booking.objects.alive().filter(demand__in=gone).exists():
        raise Conflict(_("Somebody is booked for this. Release the hours first."))
