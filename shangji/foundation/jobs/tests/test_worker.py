"""Real worker threads on a real database (no test transaction around them)."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from shangji.foundation.jobs import leases
from shangji.foundation.jobs.models import Job, Schedule
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.jobs.registry import schedule
from shangji.foundation.jobs.worker import Worker, run_worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("planned"),
]


@pytest.fixture
def work() -> Iterator[Callable[..., Worker]]:
    """Start a worker in threads of this process; it is stopped at the end of the test."""
    started: list[tuple[Worker, threading.Thread]] = []

    def start(**options) -> Worker:
        options = {"threads": 1, "grace": 3.0, "patience": 0.2, "chores": 0.2, **options}
        worker = Worker(stop=threading.Event(), **options)
        thread = threading.Thread(target=worker.run)
        thread.start()
        started.append((worker, thread))
        return worker

    yield start
    for worker, thread in started:
        worker.stop.set()
        thread.join(60)
        assert not thread.is_alive()


def _until(done: Callable[[], bool], within: float = 60) -> float:
    """Seconds until it was so. However busy the machine, it comes to an end some day."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < within, "it did not come to an end"
        time.sleep(0.02)
    return time.monotonic() - began


def _state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_it_sends_urgent_work_while_a_huge_job_fills_the_other_threads(kind, work):
    """LOAD-2: a password reset does not wait for an export."""
    gate = threading.Event()
    kind("test.huge", lambda ctx: gate.wait(120))
    kind("test.mail", lambda ctx: None, queue="urgent")
    huge = [enqueue("test.huge") for _each in range(20)]
    work()
    _until(lambda: _state(huge[0]) == "running")
    mail = enqueue("test.mail")
    try:
        _until(lambda: _state(mail) == "done")
        assert {_state(one) for one in huge} == {"running", "queued"}
    finally:
        gate.set()
    Job.objects.filter(state="queued").delete()


def test_it_keeps_the_lease_of_a_run_longer_than_its_lease(kind, work):
    starts = []
    gate = threading.Event()
    lease = timedelta(seconds=3)
    kind("test.long", lambda ctx: starts.append(timezone.now()) or gate.wait(120), lease=lease)
    job = enqueue("test.long")
    work(threads=2)
    try:
        # longer than one lease, each renewed while it held
        _until(lambda: bool(starts) and timezone.now() > starts[0] + lease)
    finally:
        gate.set()
    _until(lambda: _state(job) == "done")
    assert len(starts) == 1


def test_it_takes_over_from_a_worker_that_vanished(kind, work):
    kind("test.one", lambda ctx: None, lease=timedelta(seconds=1))
    job = enqueue("test.one")
    assert leases.claim("default", now=timezone.now()) is not None
    work()
    _until(lambda: _state(job) == "done")
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_it_runs_schedules(kind, work):
    ran = []
    kind("test.tick", lambda ctx: ran.append(1))
    schedule("test.tick", every=timedelta(seconds=1))
    work()
    _until(lambda: len(ran) >= 2)
    assert Schedule.objects.get().last_run_at is not None


def test_it_survives_a_database_that_is_away(kind, work, monkeypatch):
    """FLT-6: claiming fails for a while; nothing is lost or doubled."""
    ran = []
    kind("test.one", lambda ctx: ran.append(1))
    true_claim, failures = leases.claim, []

    def claim(*args, **options):
        if len(failures) < 3:
            failures.append(1)
            raise OperationalError("database is locked")
        return true_claim(*args, **options)

    monkeypatch.setattr(leases, "claim", claim)
    job = enqueue("test.one")
    work()
    _until(lambda: _state(job) == "done")
    assert ran == [1] and len(failures) == 3


def test_it_writes_the_end_down_when_the_database_comes_back(kind, work, monkeypatch):
    ran, failures = [], []
    kind("test.one", lambda ctx: ran.append(1))
    true_finish = leases.finish

    def finish(*args, **options):
        if len(failures) < 3:
            failures.append(1)
            raise OperationalError("server closed the connection unexpectedly")
        return true_finish(*args, **options)

    monkeypatch.setattr(leases, "finish", finish)
    job = enqueue("test.one")
    work()
    _until(lambda: _state(job) == "done")
    assert ran == [1] and len(failures) == 3


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: DATABASE_URL")
def test_it_goes_on_after_the_server_cut_every_connection(kind, work):
    ran = []
    kind("test.one", lambda ctx: ran.append(1))
    work()
    first = enqueue("test.one")
    _until(lambda: _state(first) == "done")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    time.sleep(0.5)
    second = enqueue("test.one")
    _until(lambda: _state(second) == "done", within=20)
    assert ran == [1, 1]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: DATABASE_URL")
def test_it_is_woken_at_once(kind, work):
    kind("test.one", lambda ctx: None)
    warm = enqueue("test.one")
    work()
    _until(lambda: _state(warm) == "done")
    time.sleep(1)
    waits = []
    for _each in range(3):
        job = enqueue("test.one")
        waits.append(_until(lambda job=job: _state(job) == "done"))
        time.sleep(0.3)
    assert min(waits) < 0.5, waits


def test_it_runs_what_is_ready_and_returns(kind):
    kind("test.one", lambda ctx: None)
    now = timezone.now()
    ready, later = enqueue("test.one"), enqueue("test.one", run_at=now + timedelta(hours=1))
    run_worker(stop=threading.Event(), once=True)
    assert (_state(ready), _state(later)) == ("done", "queued")
