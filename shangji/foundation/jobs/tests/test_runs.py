"""How a run ends: done, again, failed, cancelled, released, taken over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangji.foundation.jobs import leases
from shangji.foundation.jobs.context import JobContext, LeaseLost
from shangji.foundation.jobs.leases import Reaper, claim, extend, pause_after
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.jobs.registry import GiveUp
from shangji.foundation.jobs.runner import execute
from shangji.foundation.jobs.testing import JobsFailed, run_all_jobs
from shangji.foundation.workspace.models import Workspace
from shangji.lib.errors import Forbidden

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def _boom(ctx):
    raise RuntimeError("the wire broke")


def test_it_tries_again_with_growing_pauses_then_fails(kind, now):
    kind("test.boom", _boom, max_attempts=3)
    row = enqueue("test.boom", run_at=now)
    pauses = []
    moment = now
    for _attempt in range(3):
        assert len(run_all_jobs(now=moment, check=False)) == 1
        row.refresh_from_db()
        pauses.append((row.run_at - moment).total_seconds())
        moment = max(row.run_at, moment)
    assert 8 <= pauses[0] <= 12 and 32 <= pauses[1] <= 48
    assert (row.state, row.attempts) == (Job.State.FAILED, 3)
    assert row.error_line == "RuntimeError: the wire broke"
    assert "in _boom" in row.error
    assert run_all_jobs(now=moment + 100 * MINUTE, check=False) == []


def test_it_never_pauses_longer_than_an_hour_and_a_fifth():
    assert all(pause_after(n) <= timedelta(hours=1.2) for n in range(1, 40))
    assert pause_after(1) != pause_after(1)


@pytest.mark.parametrize("error", [GiveUp("no such file"), Forbidden("Not yours.")])
def test_it_fails_at_once_when_repeating_cannot_help(kind, error):
    def run(ctx):
        raise error

    kind("test.stop", run)
    row = enqueue("test.stop")
    run_all_jobs(check=False)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Job.State.FAILED, 1)
    assert row.error_line in {"no such file", "Not yours."}


def test_it_fails_a_kind_that_a_newer_release_enqueued(kind):
    kind("test.one", lambda ctx: None)
    row = enqueue("test.one")
    Job.objects.update(kind="test.future")
    run_all_jobs(check=False)
    row.refresh_from_db()
    assert row.state == Job.State.FAILED and "test.future" in row.error_line


def test_it_tells_a_test_about_a_failed_job(kind):
    kind("test.boom", _boom)
    enqueue("test.boom")
    with pytest.raises(JobsFailed, match="the wire broke"):
        run_all_jobs()


def test_it_resumes_from_the_checkpoint(kind, now):
    seen = []

    def run(ctx):
        for n in range(ctx.job.checkpoint.get("next", 0), 4):
            seen.append(n)
            ctx.checkpoint({"next": n + 1})
            if n == 1 and ctx.job.attempts == 1:
                raise RuntimeError("killed here")

    kind("test.steps", run)
    row = enqueue("test.steps", run_at=now)
    run_all_jobs(now=now, check=False)
    run_all_jobs(now=now + MINUTE)
    row.refresh_from_db()
    assert seen == [0, 1, 2, 3]
    assert (row.state, row.attempts, row.error) == (Job.State.DONE, 2, "")


def test_it_shows_progress_but_does_not_write_every_step(kind, django_assert_max_num_queries):
    def run(ctx):
        with django_assert_max_num_queries(3):
            for n in range(1, 1001):
                ctx.progress(n, 1000, "rows")

    kind("test.count", run)
    row = enqueue("test.count")
    run_all_jobs()
    row.refresh_from_db()
    assert (row.progress_done, row.progress_total, row.progress_note) == (1000, 1000, "rows")
    assert row.percent == 100


def test_it_stops_a_cancelled_run(kind):
    after = []

    def run(ctx):
        Job.objects.filter(pk=ctx.job.pk).update(cancel_requested_at=timezone.now())
        ctx.raise_if_cancelled()
        after.append(1)

    kind("test.long", run)
    row = enqueue("test.long")
    run_all_jobs()
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED and after == []


def test_it_puts_a_run_back_when_the_worker_stops(kind, now):
    kind("test.long", lambda ctx: ctx.raise_if_cancelled())
    enqueue("test.long", run_at=now)
    job = claim("default", now=now)
    execute(JobContext(job, now=now, stopping=lambda: True))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, "")


def test_it_rolls_back_an_atomic_run_that_fails(kind, now):
    def run(ctx):
        Workspace.objects.update(name="half")
        raise RuntimeError("no")

    name = _workspace().name
    kind("test.atomic", run, atomic=True)
    enqueue("test.atomic", run_at=now)
    run_all_jobs(now=now, check=False)
    assert Workspace.objects.get().name == name


@pytest.mark.parametrize("atomic", [True, False])
def test_it_keeps_nothing_of_an_atomic_run_whose_lease_was_lost(kind, now, atomic):
    def run(ctx):
        Workspace.objects.update(name="late")
        # meanwhile another worker holds it
        Job.objects.filter(pk=ctx.job.pk).update(lease_owner="somebody else")

    name = _workspace().name
    kind("test.atomic", run, atomic=atomic)
    enqueue("test.atomic", run_at=now)
    job = claim("default", now=now)
    assert execute(JobContext(job, now=now)) == Job.State.RUNNING
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert Workspace.objects.get().name == (name if atomic else "late")


def test_it_refuses_a_checkpoint_of_a_lost_lease(kind, now):
    kind("test.long", lambda ctx: None)
    enqueue("test.long", run_at=now)
    job = claim("default", now=now)
    ctx = JobContext(job, now=now)
    ctx.heartbeat()
    Job.objects.update(lease_owner="somebody else")
    for step in (ctx.heartbeat, lambda: ctx.checkpoint({"n": 1}), lambda: ctx.progress(1, 1)):
        with pytest.raises(LeaseLost):
            step()
    job.refresh_from_db()
    assert job.checkpoint == {} and job.progress_done == 0


def test_it_takes_back_a_job_whose_lease_ran_out(kind, now):
    kind("test.long", lambda ctx: None)
    enqueue("test.long", run_at=now)
    job = claim("default", now=now)
    later = now + 3 * MINUTE
    assert claim("default", now=later) is None, "held until somebody took it back"
    reaper = Reaper(patience=0)
    assert reaper.reap(now=now + MINUTE) == 0, "the lease still holds"
    assert reaper.reap(now=later) == 1
    again = claim("default", now=later)
    assert again is not None and again.pk == job.pk and again.attempts == 2
    assert again.lease_owner != job.lease_owner


def test_it_does_not_rob_a_run_when_the_clock_jumps(kind, now):
    kind("test.long", lambda ctx: None)
    enqueue("test.long", run_at=now)
    job = claim("default", now=now)
    reaper = Reaper(patience=30)
    jumped = now + timedelta(days=1)
    assert reaper.reap(now=jumped) == 0
    assert extend(job, now=jumped)
    assert reaper.reap(now=jumped + timedelta(seconds=31)) == 0
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING


def test_it_gives_up_a_job_that_kills_its_workers(kind, now):
    kind("test.bomb", lambda ctx: None, max_attempts=2)
    row = enqueue("test.bomb", run_at=now)
    moment = now
    for _death in range(2):
        assert claim("default", now=moment) is not None
        moment += 3 * MINUTE
        Reaper(patience=0).reap(now=moment)
    row.refresh_from_db()
    assert row.state == Job.State.FAILED and row.error == leases.LOST


def test_it_frees_the_jobs_of_a_dead_process_of_this_machine(kind, now):
    kind("test.long", lambda ctx: None)
    for _each in range(3):
        enqueue("test.long", run_at=now)
    dead, elsewhere, _alive = (claim("default", now=now) for _each in range(3))
    host = dead.lease_owner.partition(":")[0]
    Job.objects.filter(pk=dead.pk).update(lease_owner=f"{host}:99999999:feed:1")
    Job.objects.filter(pk=elsewhere.pk).update(lease_owner="farhost:99999999:feed:1")
    assert Reaper.reap_dead(now=now) == 1
    assert claim("default", now=now).pk == dead.pk


def _workspace():
    row = Workspace.objects.first()
    return row or Workspace.objects.create()
