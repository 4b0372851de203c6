"""Settings of automatic steps: broken ones shown, tried before they run, closed to others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.automation import actions, queries
from shangji.automation.models import TriggeredStep
from shangji.automation.people import people_book
from shangji.automation.steps import step_kind
from shangji.core.activities.models import Activity
from shangji.core.activities.workflow_actions import MAKE_TASK
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.workflow_actions import ENTERED_STAGE
from shangji.core.tests.moving import TASK, moved
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Forbidden, Invalid

# ------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {"version": 1},
        {"version": 2, "values": TASK},
        {"version": 1, "values": {**TASK, "days": "3"}},
        {"version": 1, "values": {**TASK, "days": -1}},
        {"version": 1, "values": {**TASK, "subject": " "}},
        {"version": 1, "values": {**TASK, "who": "user:999999"}},
        {"version": 1, "values": {**TASK, "who": "leader"}},
        {"version": 1, "values": {**TASK, "more": 1}},
        {"version": 1, "values": {"days": 3}},
    ],
)
def test_a_broken_step_is_shown_as_broken_and_skipped(alice, dana, put, now, stored):
    broken = put("quote", "activity.make_task", TASK)
    put("quote", "activity.make_task", {**TASK, "subject": "Whole"})
    TriggeredStep.objects.filter(pk=broken.pk).update(params=stored if stored is not None else {})
    broken.refresh_from_db()
    assert queries.read_step(broken, people_book()).broken
    moved(alice, make_opportunity(alice), "quote", now)
    assert [one.subject for one in Activity.objects.all()] == ["Whole"]


def test_a_kind_that_is_gone_is_shown_as_broken(dana, put, sign_in):
    step = put("quote", "activity.make_task", TASK)
    TriggeredStep.objects.filter(pk=step.pk).update(kind="gone.kind")
    page = sign_in(dana).get("/settings/steps/").content.decode()
    assert "broken, does not run" in page and "gone.kind" in page


def test_a_person_who_left_breaks_the_step_until_another_is_chosen(alice, bob, dana, put, now):
    step = put("quote", "activity.make_task", {**TASK, "who": f"user:{bob.pk}"})
    bob.is_active = False
    bob.save()
    read = queries.read_step(step, people_book())
    assert read.broken == "The person chosen here is no longer active."
    assert read.params == {"subject": "Check the offer", "days": 3}  # the form keeps what holds
    values = {**TASK, "who": f"user:{alice.pk}"}
    step = actions.edit_step(actor=Actor(dana), step=step, values=values, now=now)
    read = queries.read_step(step, people_book())
    assert not read.broken and "Alice" in read.text


def test_wrong_settings_name_each_field(dana, put):
    with pytest.raises(Invalid) as refused:
        put("quote", "activity.make_task", {"subject": "", "days": 999, "who": "nobody"})
    assert set(refused.value.errors) == {"subject", "days", "who"}
    assert refused.value.errors["days"] == [
        "“Due in working days” should be between 0 and 250, is 999."
    ]


def test_steps_are_reordered(dana, put, now):
    first, second = (put("quote", "activity.make_task", {**TASK, "days": n}) for n in (1, 2))
    actions.shift_step(actor=Actor(dana), step=second, up=True, now=now)
    where = (ENTERED_STAGE, stage("quote").pk)
    assert queries.active_steps(*where) == [second, first]
    actions.shift_step(actor=Actor(dana), step=second, up=True, now=now)
    assert queries.active_steps(*where) == [second, first]
    actions.delete_step(actor=Actor(dana), step=second, now=now)
    assert queries.active_steps(*where) == [first]


# ------------------------------------------------------------------------------------ trying it


def test_trying_says_what_would_happen_and_changes_nothing(alice, mei, charlie, put, now):
    record = moved(alice, make_opportunity(alice, name="Bearings"), "quote", now)
    moved(charlie, make_opportunity(charlie), "quote", now)
    created = make_opportunity(alice, at="quote")
    put("quote", "activity.make_task", TASK)
    put("quote", "opportunity.set_next_step", {"text": "Send", "days": 1, "keep": True})
    before = (Operation.objects.count(), Activity.objects.count(), Job.objects.count())
    kinds = [(MAKE_TASK, TASK), (step_kind("opportunity.set_next_step"),
             {"text": "Send", "days": 1, "keep": True})]  # fmt: skip
    trigger, _subject = queries.place_of(ENTERED_STAGE, stage("quote").pk)
    rows = queries.rehearse(
        actor=Actor(mei),
        trigger=trigger,
        subject_id=stage("quote").pk,
        drafts=kinds,
        book=people_book(),
        now=now,
    )
    # Charlie's is not Mei's to see; one that was created here did not enter
    assert [row.url for row in rows] == [f"/opportunities/{record.pk}/"]
    assert created.pk != record.pk
    task, step = rows[0].would
    assert task.text == "Alice would get the task “Check the offer”, due 2026-11-26"
    assert step.skipped and step.text == "“Call” is planned already."
    assert before == (Operation.objects.count(), Activity.objects.count(), Job.objects.count())


# --------------------------------------------------------------------------------------- access


@pytest.mark.parametrize("who", ["alice", "vera"])
def test_people_without_the_right_do_nothing_here(request, who, put, now, sign_in):
    step = put("quote", "activity.make_task", TASK)
    user = request.getfixturevalue(who)
    actor = Actor(user)
    for attempt in (
        lambda: actions.switch_step(actor=actor, step=step, on=False, now=now),
        lambda: actions.shift_step(actor=actor, step=step, up=True, now=now),
        lambda: actions.delete_step(actor=actor, step=step, now=now),
        lambda: actions.edit_step(actor=actor, step=step, values=TASK, now=now),
        lambda: queries.sections(actor),
    ):
        with pytest.raises(Forbidden):
            attempt()
    client = sign_in(user)
    at = f"{ENTERED_STAGE}/{stage('quote').pk}"
    for path in (
        "/settings/steps/",
        f"/settings/steps/try/{at}/",
        f"/settings/steps/new/{at}/notices.tell/",
        f"/settings/steps/{step.pk}/",
    ):
        assert client.get(path).status_code == 403
    for verb in ("up", "down", "on", "off", "delete"):
        assert client.post(f"/settings/steps/{step.pk}/{verb}/").status_code == 403
    assert list(TriggeredStep.objects.visible_to(actor)) == []
    assert list(TriggeredStep.objects.visible_to(system_actor())) == [step]


def test_a_manager_adds_tries_and_changes_a_step_on_the_page(alice, mei, sign_in, now):
    moved(alice, make_opportunity(alice, name="Bearings"), "quote", now)
    client, at = sign_in(mei), f"{ENTERED_STAGE}/{stage('quote').pk}"
    assert client.get("/settings/steps/").status_code == 200
    url = f"/settings/steps/new/{at}/activity.make_task/"
    assert client.get(url).status_code == 200
    tried = client.post(url, {**TASK, "try": "1"})
    assert "Alice would get the task" in tried.content.decode()
    assert not TriggeredStep.objects.exists()
    assert client.post(url, {**TASK, "days": "x"}).status_code == 400
    assert client.post(url, TASK).status_code == 302
    step = TriggeredStep.objects.get()
    page = client.get("/settings/steps/").content.decode()
    assert "Make the task “Check the offer” for the owner, due in 3 working days" in page
    assert "Alice would get the task" in client.get(f"/settings/steps/try/{at}/").content.decode()
    edit = f"/settings/steps/{step.pk}/"
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**TASK, "days": "5", "version": "1"}).status_code == 302
    stale = client.post(edit, {**TASK, "days": "9", "version": "1"})
    assert stale.status_code == 409 and b"Somebody else changed this" in stale.content
    for verb in ("off", "on", "up", "down"):
        assert client.get(f"{edit}{verb}/").status_code == 405
        assert client.post(f"{edit}{verb}/").status_code == 302
    assert client.post(f"{edit}delete/").status_code == 302
    assert client.get(edit).status_code == 404


def test_the_page_asks_no_more_for_more_steps(dana, put, sign_in, django_assert_max_num_queries):
    client = sign_in(dana)
    put("quote", "activity.make_task", TASK)
    client.get("/settings/steps/")
    with CaptureQueriesContext(connection) as few:
        client.get("/settings/steps/")
    for days in range(1, 8):
        put("quote", "activity.make_task", {**TASK, "days": days})
        put("won", "notices.tell", {"who": "leader", "text": f"Well done {days}"})
    with django_assert_max_num_queries(len(few)):
        client.get("/settings/steps/")


def test_a_place_that_is_none_is_not_found(dana, sign_in):
    client = sign_in(dana)
    for path in (
        "try/opportunity.entered_stage/999999/",
        "try/nothing/1/",
        "new/opportunity.entered_stage/999999/notices.tell/",
        f"new/opportunity.entered_stage/{stage('quote').pk}/nothing/",
    ):
        assert client.get(f"/settings/steps/{path}").status_code == 404


def test_the_settings_of_a_stage_lead_to_its_steps(dana, sign_in):
    pk = stage("quote").pk
    page = sign_in(dana).get(f"/settings/stages/{pk}/").content.decode()
    assert f'href="/settings/steps/#place-{pk}"' in page
    assert f'id="place-{pk}"' in sign_in(dana).get("/settings/steps/").content.decode()
