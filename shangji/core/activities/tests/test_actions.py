"""Logging, finishing, mentioning."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from shangji.core.activities.actions import complete_activity, complete_step, plan_call
from shangji.core.activities.models import Activity
from shangji.core.opportunities.actions import set_next_step
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.people.models import User
from shangji.lib.errors import DomainError, Invalid, NotFound
from shangji.records.actions import create_record

AsActor = Callable[[User], Actor]


@pytest.fixture
def deal(alice: User, actor: AsActor, now: datetime) -> Opportunity:
    made = create_record(
        actor=actor(alice), record_type="opportunity", values={"name": "MES 二期"}, now=now
    )
    assert isinstance(made, Opportunity)
    return made


def log(actor: Actor, now: datetime, **values: object) -> Activity:
    made = create_record(actor=actor, record_type="activity", values=values, now=now)
    assert isinstance(made, Activity)
    return made


def test_a_logged_call_is_done_and_touches_the_customer(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    later = now + timedelta(days=2)
    call = log(actor(alice), later, kind="call", subject="致电", opportunity=deal.pk)
    deal.refresh_from_db()
    assert call.done_at == later
    assert deal.last_contact_at == later


def test_a_note_is_no_contact(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    log(actor(alice), now + timedelta(days=2), kind="note", subject="想法", opportunity=deal.pk)
    deal.refresh_from_db()
    assert deal.last_contact_at == now


def test_a_planned_meeting_stays_open(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    meeting = log(
        actor(alice),
        now,
        kind="meeting",
        subject="上会",
        opportunity=deal.pk,
        due_on=date(2026, 12, 4),
    )
    assert meeting.done_at is None
    complete_activity(actor=actor(alice), activity=meeting, outcome="通过", now=now)
    with pytest.raises(DomainError):
        complete_activity(actor=actor(alice), activity=meeting, now=now)


def test_people_are_mentioned(
    deal: Opportunity, alice: User, bob: User, actor: AsActor, now: datetime
) -> None:
    note = log(
        actor(alice), now, kind="note", subject="排人", body="@Bob 看下能否排", opportunity=deal.pk
    )
    assert note.mentions == [bob.pk]
    assert OutboxEvent.objects.filter(name="activity.mentioned").count() == 1


def test_finishing_a_step_logs_it_and_sets_the_next(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    set_next_step(
        actor=actor(alice), opportunity=deal, text="致电周立群", on=date(2026, 11, 23), now=now
    )
    done = complete_step(
        actor=actor(alice),
        opportunity=deal,
        outcome="同意上会",
        next_step="寄资料",
        next_on=date(2026, 11, 25),
        now=now,
    )
    deal.refresh_from_db()
    assert (done.subject, done.outcome, done.done_at) == ("致电周立群", "同意上会", now)
    assert (deal.next_step, deal.next_step_on) == ("寄资料", date(2026, 11, 25))


def test_a_step_that_another_took_the_place_of_is_not_ticked_off(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    set_next_step(
        actor=actor(alice), opportunity=deal, text="寄资料", on=date(2026, 11, 25), now=now
    )
    with pytest.raises(DomainError, match="寄资料"):
        complete_step(actor=actor(alice), opportunity=deal, step="致电周立群", now=now)
    deal.refresh_from_db()
    assert deal.next_step == "寄资料"
    complete_step(actor=actor(alice), opportunity=deal, step="寄资料", now=now)


def test_a_next_step_needs_its_day(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(Invalid):
        complete_step(actor=actor(alice), opportunity=deal, next_step="寄资料", now=now)


def test_the_remedy_skips_the_weekend(
    deal: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    thursday = now + timedelta(days=3)
    assert plan_call(actor=actor(alice), opportunity=deal, now=thursday) == date(2026, 12, 1)


def test_who_does_not_see_the_deal_does_not_see_its_activities(
    deal: Opportunity,
    alice: User,
    bob: User,
    mei: User,
    charlie: User,
    actor: AsActor,
    now: datetime,
) -> None:
    log(actor(alice), now, kind="call", subject="致电", opportunity=deal.pk)
    assert Activity.objects.all().visible_to(actor(alice)).count() == 1
    assert Activity.objects.all().visible_to(actor(mei)).count() == 1
    assert Activity.objects.all().visible_to(actor(bob)).count() == 0
    assert Activity.objects.all().visible_to(actor(charlie)).count() == 0


def test_nobody_logs_on_a_deal_they_do_not_see(
    deal: Opportunity, charlie: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(NotFound):
        log(actor(charlie), now, kind="call", subject="致电", opportunity=deal.pk)
