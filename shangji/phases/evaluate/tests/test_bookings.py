"""People's hours reserved, released, undone; never given twice."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shangji.core.opportunities.actions import lose_opportunity
from shangji.core.opportunities.defaults import install_defaults
from shangji.core.opportunities.events import OpportunityLost
from shangji.core.opportunities.factories import make_opportunity, reason
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.workspace.models import CalendarDay
from shangji.lib.errors import Conflict, Forbidden, NotFound
from shangji.phases.evaluate.actions.bookings import book_plan, release_bookings
from shangji.phases.evaluate.factories.capacity import (
    TIMES,
    make_demand,
    make_skill,
    make_specialist,
)
from shangji.phases.evaluate.models import Absence, Booking, SpecialistWeek
from shangji.phases.evaluate.queries.demand import plan_for, what_if
from shangji.phases.evaluate.rules.gaps import HOURS, SKILL, TAKEN
from shangji.phases.evaluate.subscriptions import release_after_loss
from shangji.records.actions import delete_record, restore_record
from tests.threads import at_once

WEEK = date(2026, 11, 30)


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice, name="MES phase two")


@pytest.fixture
def mes(db: None) -> Any:
    return make_skill("MES")


@pytest.fixture
def li(mes: Any) -> Any:
    return make_specialist("Li Wei", skills={mes: 4})


def weeks(person: Any) -> dict[date, Decimal]:
    return dict(SpecialistWeek.objects.filter(specialist=person).values_list("week", "booked"))


def last() -> Operation:
    found = Operation.objects.order_by("-pk").first()
    assert found is not None
    return found


def test_it_proposes_books_and_shows_it(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    demand = make_demand(deal, mes, hours=Decimal(60))
    plan = plan_for(actor(alice), [deal], now)
    assert plan.pairs(deal.pk) == [f"{demand.pk}:{li.pk}"]
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    booking = Booking.objects.get()
    assert booking.weeks == {"2026-11-30": "40", "2026-12-07": "20"}
    assert weeks(li) == {WEEK: Decimal(40), date(2026, 12, 7): Decimal(20)}
    line = plan_for(actor(alice), [deal], now).of(deal.pk)[0]
    assert line.booking == booking
    assert not line.stale


def test_days_off_and_make_up_days_change_what_a_week_holds(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    """Friday off, the Saturday of the next week worked instead (调休)."""
    CalendarDay.objects.create(on=date(2026, 12, 4), is_working=False)
    CalendarDay.objects.create(on=date(2026, 12, 12), is_working=True)
    short, long = [
        make_demand(deal, mes, hours=hours, starts_on=first, ends_on=last)
        for hours, first, last in (
            (Decimal(33), WEEK, date(2026, 12, 6)),
            (Decimal(48), date(2026, 12, 7), date(2026, 12, 13)),
        )
    ]
    lines = {one.demand: one for one in plan_for(actor(alice), [deal], now).of(deal.pk)}
    gap = lines[short].gap
    assert gap is not None
    assert (gap.why, gap.best) == (HOURS, 3200)
    assert lines[long].proposed == li


def test_an_absence_takes_its_days(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    Absence.objects.create(
        specialist=li,
        reason="Leave",
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 8),
        **TIMES,
    )
    make_demand(deal, mes, hours=Decimal(33))
    gap = plan_for(actor(alice), [deal], now).of(deal.pk)[0].gap
    assert gap is not None
    assert gap.best == 800 + 2400


def test_undo_frees_the_hours_and_undo_of_a_release_takes_them_again(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    demand = make_demand(deal, mes)
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    undo_operation(actor=actor(alice), target=last(), now=now)
    assert weeks(li) == {}
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    release_bookings(actor=actor(alice), opportunity=deal, now=now)
    assert weeks(li) == {}
    undo_operation(actor=actor(alice), target=last(), now=now)
    assert weeks(li) == {WEEK: Decimal(40)}


def test_undo_does_not_double_book(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    """Released, given to another deal, then the release is undone: refused as a whole."""
    week = {"starts_on": WEEK, "ends_on": date(2026, 12, 6)}
    demand = make_demand(deal, mes, **week)
    other = make_opportunity(alice, name="LIS upgrade")
    second = make_demand(other, mes, **week)
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    release_bookings(actor=actor(alice), opportunity=deal, now=now)
    released = last()
    book_plan(actor=actor(alice), opportunity=other, plan=[(second.pk, li.pk)], now=now)
    with pytest.raises(Conflict, match="Li Wei"):
        undo_operation(actor=actor(alice), target=released, now=now)
    assert weeks(li) == {WEEK: Decimal(40)}
    assert Booking.objects.alive().get().opportunity == other


def test_a_stale_plan_is_refused_with_the_name(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    week = {"starts_on": WEEK, "ends_on": date(2026, 12, 6)}
    first, second = make_demand(deal, mes, **week), make_demand(deal, mes, **week)
    book_plan(actor=actor(alice), opportunity=deal, plan=[(first.pk, li.pk)], now=now)
    with pytest.raises(Conflict, match="Li Wei no longer has the hours"):
        book_plan(actor=actor(alice), opportunity=deal, plan=[(second.pk, li.pk)], now=now)
    with pytest.raises(Conflict, match="changed meanwhile"):
        book_plan(actor=actor(alice), opportunity=deal, plan=[(first.pk, li.pk)], now=now)
    assert Booking.objects.alive().count() == 1


def test_the_database_itself_refuses_more_than_a_week_holds(li: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialistWeek.objects.create(
            specialist=li, week=WEEK, booked=Decimal("40.01"), ceiling=Decimal(40)
        )


def test_it_takes_the_right_to_the_opportunity(
    deal: Opportunity, mes: Any, li: Any, actor: Any, now: datetime, charlie: Any, vera: Any
) -> None:
    demand = make_demand(deal, mes)
    for user, refusal in ((charlie, NotFound), (vera, Forbidden)):
        with pytest.raises(refusal):
            book_plan(actor=actor(user), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
        with pytest.raises(refusal):
            release_bookings(actor=actor(user), opportunity=deal, now=now)
    assert not Booking.objects.exists()


def test_a_demand_of_another_deal_cannot_be_booked_here(
    deal: Opportunity, mes: Any, li: Any, alice: Any, charlie: Any, actor: Any, now: datetime
) -> None:
    theirs = make_demand(make_opportunity(charlie), mes)
    with pytest.raises(Conflict):
        book_plan(actor=actor(alice), opportunity=deal, plan=[(theirs.pk, li.pk)], now=now)


def test_a_booked_demand_stays_out_of_the_bin(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    demand = make_demand(deal, mes)
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    with pytest.raises(Conflict, match="Release the hours first"):
        delete_record(actor=actor(alice), record=demand, now=now)
    release_bookings(actor=actor(alice), opportunity=deal, now=now)
    delete_record(actor=actor(alice), record=demand, now=now)
    restore_record(actor=actor(alice), record=demand, now=now)


def test_a_lost_deal_lets_its_people_go(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    demand = make_demand(deal, mes)
    book_plan(actor=actor(alice), opportunity=deal, plan=[(demand.pk, li.pk)], now=now)
    told = OpportunityLost(deal.pk, reason("competitor_price").pk, alice.pk)
    # the deal came back before the message was read: its people stay
    release_after_loss(told, now)
    assert weeks(li) == {WEEK: Decimal(40)}
    lose_opportunity(
        actor=actor(alice), opportunity=deal, reason=reason("competitor_price"), now=now
    )
    release_after_loss(told, now)
    assert weeks(li) == {}
    assert not Booking.objects.alive().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_bookings_at_once_one_is_refused(alice: Any, actor: Any, now: datetime) -> None:
    """Both saw the last free week of one expert; each with its own connection."""
    forget_pipelines()
    install_defaults(now)
    mes = make_skill("MES")
    li = make_specialist("Li Wei", skills={mes: 4})
    calls = []
    for name in ("MES phase two", "LIS upgrade"):
        deal = make_opportunity(alice, name=name)
        demand = make_demand(deal, mes, starts_on=WEEK, ends_on=date(2026, 12, 6))
        calls.append(
            partial(
                book_plan,
                actor=actor(alice),
                opportunity=deal,
                plan=[(demand.pk, li.pk)],
                now=now,
            )
        )
    raised = at_once(*calls)
    assert [type(one) for one in raised if one] == [Conflict]
    assert weeks(li) == {WEEK: Decimal(40)}


def test_two_deals_that_share_one_expert(
    deal: Opportunity, mes: Any, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    week = {"starts_on": WEEK, "ends_on": date(2026, 12, 6)}
    make_demand(deal, mes, **week)
    rich = make_opportunity(alice, name="LIS upgrade", amount=Decimal(900000))
    make_demand(rich, mes, **week)
    found = what_if(actor(alice), [deal, rich], now)
    assert [(one.covered, one.asked) for one in found.scenarios] == [(1, 1), (1, 1), (1, 2)]
    missing = found.scenarios[-1].missing[0]
    assert missing.demand.opportunity == deal
    assert missing.gap is not None
    assert missing.gap.why == TAKEN
    assert [(person.name, len(deals)) for person, deals in found.shared] == [("Li Wei", 2)]


def test_nobody_has_the_skill(
    deal: Opportunity, li: Any, alice: Any, actor: Any, now: datetime
) -> None:
    make_demand(deal, make_skill("PLC"))
    gap = plan_for(actor(alice), [deal], now).of(deal.pk)[0].gap
    assert gap is not None
    assert gap.why == SKILL
