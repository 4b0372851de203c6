"""Steps of a stage: once, in order, through the same actions, and tried before they run."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from shangji.automation import actions
from shangji.automation.models import StepRun
from shangji.automation.steps import _KINDS, DOOR, StepKind, add_step_kind
from shangji.core.activities.models import Activity
from shangji.core.opportunities.actions import move_to_stage
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import StageMove
from shangji.core.opportunities.workflow_actions import stage_entered
from shangji.core.tests.moving import TASK, moved
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.events.bus import from_payload
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import JobsFailed, run_all_jobs
from shangji.foundation.notices.models import Notice


def test_a_move_makes_the_task_for_the_owner_in_working_days(alice, put, now):
    put("quote", "activity.make_task", TASK)
    record = moved(alice, make_opportunity(alice), "quote", now)
    task = Activity.objects.get(opportunity=record)
    # moved on Monday the 23rd: three working days later is Thursday
    assert (task.kind, task.subject, task.owner) == ("task", "Check the offer", alice)
    assert task.due_on == date(2026, 11, 26) and task.done_at is None
    made = Change.objects.get(record_type="activity", record_id=task.pk).operation
    assert (made.door, made.actor) == ("workflow", None)


def test_steps_stand_on_their_own_stage_and_may_rest(alice, dana, put, now):
    step = put("quote", "activity.make_task", TASK)
    record = moved(alice, make_opportunity(alice), "negotiation", now)
    actions.switch_step(actor=Actor(dana), step=step, on=False, now=now)
    moved(alice, record, "quote", now)
    assert not Activity.objects.exists() and not StepRun.objects.exists()


def test_one_stay_runs_a_step_once_however_often_it_is_told(alice, put, now):
    put("quote", "activity.make_task", TASK)
    moved(alice, make_opportunity(alice), "quote", now)
    event = OutboxEvent.objects.get(name="opportunity.moved")
    stage_entered(from_payload(event.name, event.payload), now)
    job = Job.objects.get(kind="automation.run")
    assert actions.run_steps(now=now, **job.params) == 0
    run_all_jobs()
    assert Activity.objects.count() == 1 and StepRun.objects.count() == 1


def test_coming_back_is_another_stay(alice, put, now):
    put("quote", "activity.make_task", TASK)
    record = moved(alice, make_opportunity(alice), "quote", now)
    record = moved(alice, record, "discovery", now + timedelta(hours=1))
    moved(alice, record, "quote", now + timedelta(hours=2))
    assert Activity.objects.count() == 2


def test_an_undone_move_runs_nothing(alice, put, now):
    put("discovery", "activity.make_task", TASK)
    record = make_opportunity(alice, at="discovery")
    moved(alice, record, "quote", now)
    target = Operation.objects.get(action="opportunity.move")
    undo_operation(actor=Actor(alice), target=target, now=now)
    run_all_jobs()
    record.refresh_from_db()
    assert record.stage == stage("discovery") and not Activity.objects.exists()


def test_who_went_on_before_the_worker_came_gets_the_steps_of_the_present_stage(alice, put, now):
    put("quote", "activity.make_task", TASK)
    put("negotiation", "activity.make_task", {**TASK, "subject": "Call the boss"})
    actor, record = Actor(alice), make_opportunity(alice)
    record = move_to_stage(actor=actor, opportunity=record, stage=stage("quote"), now=now)
    move_to_stage(actor=actor, opportunity=record, stage=stage("negotiation"), now=now)
    run_all_jobs()
    assert [one.subject for one in Activity.objects.all()] == ["Call the boss"]


def test_the_next_step_is_set_where_none_is_planned(alice, put, now):
    put("quote", "opportunity.set_next_step", {"text": "Send it", "days": 1, "keep": True})
    planned, bare = make_opportunity(alice), make_opportunity(alice, next_step="")
    bare.next_step_on = None
    bare.save()
    moved(alice, planned, "quote", now)
    moved(alice, bare, "quote", now)
    planned.refresh_from_db()
    bare.refresh_from_db()
    assert planned.next_step == "Call"
    assert (bare.next_step, bare.next_step_on) == ("Send it", date(2026, 11, 24))
    assert bare.next_step_owner == alice
    skipped = StepRun.objects.get(record_id=planned.pk)
    assert (skipped.state, skipped.note) == ("skipped", "“Call” is planned already.")
    with translation.override("zh-hans"):
        assert "Call" in skipped.note


def test_a_later_step_sees_what_the_one_before_it_did(alice, put, now):
    put("quote", "opportunity.set_next_step", {"text": "First", "days": 1, "keep": False})
    put("quote", "opportunity.set_next_step", {"text": "Second", "days": 1, "keep": True})
    record = moved(alice, make_opportunity(alice), "quote", now)
    record.refresh_from_db()
    assert record.next_step == "First"


@pytest.mark.parametrize(
    ("who", "told"), [("owner", "Alice"), ("leader", "Mei"), ("charlie", None), ("dana", "Dana")]
)
def test_it_tells_who_is_meant_and_may_see_it(alice, mei, charlie, dana, put, now, who, told):
    people = {"charlie": f"user:{charlie.pk}", "dana": f"user:{dana.pk}"}
    put("quote", "notices.tell", {"who": people.get(who, who), "text": "Look at the price"})
    record = moved(alice, make_opportunity(alice, name="Bearings"), "quote", now)
    notices = [
        (one.user.name, one.title, one.url) for one in Notice.objects.filter(kind="step.tell")
    ]
    path = f"/opportunities/{record.pk}/"
    assert notices == ([(told, "Bearings: Look at the price", path)] if told else [])
    if not told:
        assert StepRun.objects.get().note == "Charlie may not see this record."


def test_one_without_owner_is_skipped_and_says_so(dana, put, now):
    put("quote", "activity.make_task", TASK)
    moved(dana, make_opportunity(None), "quote", now)
    assert StepRun.objects.get().note == "It has no owner." and not Activity.objects.exists()


@pytest.fixture
def mover(now):
    """A kind of step that moves on: what no kind that ships does."""

    def apply(*, actor, record, params, now):
        move_to_stage(actor=actor, opportunity=record, stage=stage("negotiation"), now=now)

    kind = StepKind("test.move", "Move", "bolt", (), lambda p, b: "Move", lambda *a: "", apply)
    add_step_kind(kind)
    yield kind
    del _KINDS[kind.key]


def test_what_a_step_does_triggers_no_further_step(alice, put, mover, now):
    put("quote", mover.key, {})
    put("negotiation", "activity.make_task", TASK)
    record = moved(alice, make_opportunity(alice), "quote", now)
    record.refresh_from_db()
    assert record.stage == stage("negotiation") and not Activity.objects.exists()
    caused = StageMove.objects.get(opportunity=record, left_at=None).operation_id
    assert Operation.objects.get(pk=caused).door == DOOR


def test_a_fault_of_one_step_keeps_no_other_from_running_and_is_tried_again(alice, put, now):
    calls = []

    def apply(*, actor, record, params, now):
        calls.append(record.pk)
        if len(calls) == 1:
            raise RuntimeError("the line is down")

    kind = StepKind("test.fault", "Fault", "bolt", (), lambda p, b: "Fault", lambda *a: "", apply)
    add_step_kind(kind)
    try:
        put("quote", kind.key, {})
        put("quote", "activity.make_task", TASK)
        record = make_opportunity(alice)
        move_to_stage(actor=Actor(alice), opportunity=record, stage=stage("quote"), now=now)
        with pytest.raises(JobsFailed, match="the line is down"):
            run_all_jobs()
        assert Activity.objects.count() == 1 and StepRun.objects.count() == 1
        job = Job.objects.get(kind="automation.run")
        run_all_jobs(now=job.run_at + timedelta(seconds=1))
    finally:
        del _KINDS[kind.key]
    assert len(calls) == 2 and Activity.objects.count() == 1 and StepRun.objects.count() == 2
