from datetime import timedelta

import pytest
from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs import actions
from shangji.foundation.jobs.leases import claim
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.jobs.registry import GiveUp, schedule
from shangji.foundation.jobs.schedules import sync_schedules
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.lib.errors import DomainError

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def stopped(kind, alice):
    """A job of Alice's that failed."""

    def run(ctx):
        if ctx.job.checkpoint == {}:
            ctx.checkpoint({"seen": 1})
            raise GiveUp("The file has no columns.")

    kind("test.stop", run, label="Reading a file")
    row = enqueue("test.stop", actor_id=alice.pk)
    run_all_jobs(check=False)
    return row


def test_it_shows_queues_failures_and_schedules_to_an_administrator(
    stopped, kind, planned, sign_in, dana, now
):
    schedule("test.stop", every=timedelta(minutes=15))
    sync_schedules(now=now)
    enqueue("test.stop", queue="urgent")
    page = sign_in(dana).get("/settings/jobs/").content.decode()
    for words in ("Reading a file", "The file has no columns.", "every 15 minutes", "Urgent"):
        assert words in page
    assert f"/settings/jobs/{stopped.pk}/retry/" in page


@pytest.mark.parametrize("person", ["alice", "mei", "vera"])
def test_it_keeps_the_settings_page_to_administrators(stopped, sign_in, person, request):
    client = sign_in(request.getfixturevalue(person))
    assert client.get("/settings/jobs/").status_code == 403
    assert client.post(f"/settings/jobs/{stopped.pk}/retry/").status_code == 403
    stopped.refresh_from_db()
    assert stopped.state == Job.State.FAILED


def test_it_asks_strangers_to_sign_in(client, db, stopped):
    for path in ("/settings/jobs/", f"/jobs/{stopped.pk}/"):
        assert client.get(path).status_code == 302


def test_it_tries_a_failed_job_again_from_its_checkpoint(stopped, sign_in, dana):
    answer = sign_in(dana).post(f"/settings/jobs/{stopped.pk}/retry/")
    assert answer.status_code == 302
    run_all_jobs()
    stopped.refresh_from_db()
    assert (stopped.state, stopped.attempts, stopped.error) == (Job.State.DONE, 1, "")


def test_it_does_not_run_a_finished_job_again(kind, dana, now):
    kind("test.one", lambda ctx: None)
    row = enqueue("test.one")
    run_all_jobs()
    with pytest.raises(DomainError):
        actions.retry(actor=Actor(dana), job_id=row.pk, now=now)


def test_it_changes_nothing_on_get(stopped, sign_in, dana):
    client = sign_in(dana)
    assert client.get(f"/settings/jobs/{stopped.pk}/retry/").status_code == 405
    assert client.get(f"/jobs/{stopped.pk}/cancel/").status_code == 405


def test_it_shows_progress_to_whoever_asked_for_the_job(kind, sign_in, alice, now):
    kind("test.long", lambda ctx: None)
    row = enqueue("test.long", actor_id=alice.pk, run_at=now)
    claim("default", now=now)
    Job.objects.update(progress_done=130, progress_total=200, progress_note="rows")
    text = sign_in(alice).get(f"/jobs/{row.pk}/", headers=FRAGMENT).content.decode()
    assert "130 / 200" in text and 'value="65"' in text and "data-running" in text
    assert "<html" not in text
    run = claim("default", now=now)
    assert run is None
    Job.objects.update(state=Job.State.DONE)
    text = sign_in(alice).get(f"/jobs/{row.pk}/", headers=FRAGMENT).content.decode()
    assert "data-running" not in text and 'value="100"' in text
    assert "<html" in sign_in(alice).get(f"/jobs/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("person", "status"),
    [("alice", 200), ("bob", 404), ("mei", 404), ("charlie", 404), ("vera", 404), ("dana", 200)],
)
def test_it_hides_the_jobs_of_others(stopped, sign_in, person, status, request):
    client = sign_in(request.getfixturevalue(person))
    assert client.get(f"/jobs/{stopped.pk}/").status_code == status
    assert client.get(f"/jobs/{stopped.pk}/", headers=FRAGMENT).status_code == status
    if status == 404:
        assert client.post(f"/jobs/{stopped.pk}/cancel/").status_code == 404


def test_it_shows_words_for_people_and_hides_traces(kind, sign_in, alice, stopped):
    def run(ctx):
        raise RuntimeError("secret of the machine")

    kind("test.fault", run, max_attempts=1)
    fault = enqueue("test.fault", actor_id=alice.pk)
    run_all_jobs(check=False)
    client = sign_in(alice)
    page = client.get(f"/jobs/{fault.pk}/").content.decode()
    assert "secret of the machine" not in page and "Something went wrong on our side" in page
    assert "The file has no columns." in client.get(f"/jobs/{stopped.pk}/").content.decode()


def test_it_cancels_a_waiting_job_at_once(kind, sign_in, alice):
    kind("test.long", lambda ctx: None)
    row = enqueue("test.long", actor_id=alice.pk)
    assert sign_in(alice).post(f"/jobs/{row.pk}/cancel/").url == f"/jobs/{row.pk}/"
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    assert run_all_jobs() == []


def test_it_asks_a_running_job_to_stop(kind, sign_in, alice, dana, now):
    kind("test.long", lambda ctx: None)
    row = enqueue("test.long", actor_id=alice.pk, run_at=now)
    claim("default", now=now)
    answer = sign_in(dana).post(f"/jobs/{row.pk}/cancel/", {"from": "settings"})
    assert answer.url == "/settings/jobs/"
    row.refresh_from_db()
    assert row.state == Job.State.RUNNING and row.cancel_requested_at is not None
    text = sign_in(alice).get(f"/jobs/{row.pk}/", headers=FRAGMENT).content.decode()
    assert "Stopping" in text


def test_it_says_that_a_job_is_over(kind, sign_in, alice, stopped):
    page = sign_in(alice).post(f"/jobs/{stopped.pk}/cancel/", follow=True).content.decode()
    assert "This job is over" in page


def test_it_asks_a_fixed_number_of_queries(kind, sign_in, dana, django_assert_max_num_queries):
    kind("test.boom", lambda ctx: 1 / 0, max_attempts=1)
    client = sign_in(dana)
    client.get("/settings/jobs/")
    for _each in range(30):
        enqueue("test.boom", actor_id=dana.pk)
    run_all_jobs(check=False)
    with django_assert_max_num_queries(25):
        page = client.get("/settings/jobs/").content.decode()
    assert page.count("ZeroDivisionError") >= 30


def test_it_forgets_old_jobs(kind):
    kind("test.one", lambda ctx: None)
    kind("test.boom", lambda ctx: 1 / 0, max_attempts=1)
    for name in ("test.one", "test.boom"):
        enqueue(name)
    run_all_jobs(check=False)
    waiting = enqueue("test.one")
    later = timezone.now() + timedelta(days=20)
    cutoff = {"done_before": later - timedelta(days=14)}
    assert actions.forget_old(**cutoff, failed_before=later - timedelta(days=90)) == 1
    assert actions.forget_old(**cutoff, failed_before=later) == 1
    assert list(Job.objects.all()) == [waiting]
