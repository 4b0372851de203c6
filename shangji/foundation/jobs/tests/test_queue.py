import pytest
from django.db import connection, transaction

from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queue import enqueue, enqueue_many
from shangji.foundation.jobs.registry import UnknownKind, job
from shangji.foundation.jobs.testing import run_all_jobs

pytestmark = pytest.mark.django_db


def test_it_runs_what_was_enqueued_with_its_parameters(kind, alice):
    seen = []
    kind("test.add", lambda ctx, *, a, b: seen.append((a + b, ctx.actor.user_id)) or a + b)
    row = enqueue("test.add", params={"a": 2, "b": 3}, actor_id=alice.pk)
    run_all_jobs()
    row.refresh_from_db()
    assert seen == [(5, alice.pk)]
    assert (row.state, row.result, row.attempts) == (Job.State.DONE, 5, 1)
    assert row.finished_at is not None and row.lease_owner == ""


def test_it_refuses_a_kind_nobody_registered():
    with pytest.raises(UnknownKind):
        enqueue("test.nobody")
    assert not Job.objects.exists()


def test_it_refuses_a_queue_that_is_none(kind):
    kind("test.one", lambda ctx: None)
    with pytest.raises(ValueError, match="queue should be"):
        enqueue("test.one", queue="fast")
    with pytest.raises(ValueError, match="queue should be"):
        job("test.other", queue="fast")


def test_it_returns_the_job_that_has_the_unique_key(kind):
    runs = []
    kind("test.one", lambda ctx: runs.append(1))
    first = enqueue("test.one", unique_key="a")
    assert enqueue("test.one", unique_key="a").pk == first.pk
    run_all_jobs()
    assert enqueue("test.one", unique_key="a").pk == first.pk
    run_all_jobs()
    assert runs == [1]


def test_it_vanishes_with_the_transaction_that_asked_for_it(kind):
    kind("test.one", lambda ctx: None)

    class Oops(Exception):
        pass

    with pytest.raises(Oops), transaction.atomic():
        enqueue("test.one")
        raise Oops
    assert not Job.objects.exists()


def test_it_enqueues_many_and_leaves_known_keys_alone(kind):
    kind("test.one", lambda ctx, *, n: n)
    enqueue("test.one", params={"n": 0}, unique_key="k0")
    enqueue_many("test.one", [({"n": n}, f"k{n // 2}") for n in range(6)] + [({"n": 9}, None)] * 2)
    keys = list(Job.objects.order_by("id").values_list("unique_key", flat=True))
    assert keys == ["k0", "k1", "k2", None, None]
    assert len(run_all_jobs()) == 5


def test_it_runs_larger_priority_first_and_urgent_before_all(kind):
    order = []
    kind("test.one", lambda ctx, *, n: order.append(n))
    for n, priority, queue in [(3, 0, None), (2, 5, None), (4, 0, None), (1, -1, "urgent")]:
        enqueue("test.one", params={"n": n}, priority=priority, queue=queue)
    run_all_jobs()
    assert order == [1, 2, 3, 4]


def test_it_waits_for_its_time(kind, now, minute):
    kind("test.one", lambda ctx: None)
    enqueue("test.one", run_at=now + minute)
    assert run_all_jobs(now=now) == []
    assert len(run_all_jobs(now=now + minute)) == 1


def test_it_claims_through_an_index():
    ready = Job.objects.filter(queue="default", state="queued").order_by(
        "-priority", "run_at", "id"
    )
    plan = ready.explain()
    if connection.vendor == "sqlite":
        assert "job_ready" in plan and "TEMP B-TREE" not in plan
