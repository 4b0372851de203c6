"""Claim, hold and give back jobs. Every write here is one short statement."""

import os
import random
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.registry import UnknownKind, kind_named

#: a kind that this release does not know is held as long as this
DEFAULT_LEASE = timedelta(minutes=2)
#: pauses before attempt 2, 3, 4 …: 10 s, 40 s, 2 min 40 s, 10 min 40 s, 42 min 40 s, then 1 h
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = timedelta(seconds=10), 4, timedelta(hours=1)
#: each pause is up to this share longer or shorter, so that retries do not come in step
JITTER = 0.2


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts (1, 2, …), jitter included."""
    plain = min(FIRST_PAUSE * PAUSE_GROWTH ** min(attempts - 1, 10), LONGEST_PAUSE)
    return plain * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def lease_of(kind: str) -> timedelta:
    try:
        return kind_named(kind).lease
    except UnknownKind:
        return DEFAULT_LEASE


def owner_name(token: str) -> str:
    """Names a worker: machine, process, and a token that no other start has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{token}"


_CLAIM = """
UPDATE jobs_job SET state = 'running', lease_owner = %s, lease_until = %s,
       attempts = attempts + 1, started_at = COALESCE(started_at, %s)
WHERE id = (SELECT id FROM jobs_job
            WHERE queue IN ({marks}) AND state = 'queued' AND run_at <= %s{only}
            ORDER BY priority DESC, run_at, id LIMIT 1{skip})
      AND state = 'queued'
RETURNING id
"""


def claim(
    queues: Sequence[str], *, owner: str, now: datetime, job_id: int | None = None
) -> Job | None:
    """Take the next ready job of these queues (or this one), or None.

    The lease starts at the default length; a kind with a longer one is extended at once.
    """
    sql = _CLAIM.format(
        marks=", ".join(["%s"] * len(queues)),
        only=" AND id = %s" if job_id is not None else "",
        skip=" FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else "",
    )
    adapt = connection.ops.adapt_datetimefield_value
    moment = adapt(now)
    values = [owner, adapt(now + DEFAULT_LEASE), moment, *queues, moment]
    if job_id is not None:
        values.append(job_id)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    if row is None:
        return None
    job = Job.objects.select_related("created_by").get(pk=row[0])
    if lease_of(job.kind) != DEFAULT_LEASE:
        extend(job, now=now)
    return job


def extend(job: Job, *, now: datetime) -> bool:
    """Hold a running job for another lease. False when it is no longer ours.

    A row that its own handler's transaction has locked needs no extension (PostgreSQL).
    """
    until = now + lease_of(job.kind)
    with transaction.atomic():
        held = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(pk=job.pk, state=Job.State.RUNNING, lease_owner=job.lease_owner)
            .values_list("pk", flat=True)
        )
        if list(held):
            Job.objects.filter(pk=job.pk).update(lease_until=until)
            return True
    still = Job.objects.filter(
        pk=job.pk, state=Job.State.RUNNING, lease_owner=job.lease_owner
    ).exists()
    return still


def finish(
    job: Job,
    state: Job.State,
    *,
    now: datetime,
    result: object = None,
    error: str = "",
) -> bool:
    """End a job that we hold. False when somebody else holds it by now."""
    return bool(
        _held(job).update(
            state=state,
            finished_at=now,
            lease_until=None,
            lease_owner="",
            result=result,
            error=error,
        )
    )


def put_back(job: Job, *, run_at: datetime, error: str = "", attempts: int | None = None) -> bool:
    """Give a job that we hold back to the queue. False when it is no longer ours."""
    return bool(
        _held(job).update(
            state=Job.State.QUEUED,
            run_at=run_at,
            lease_until=None,
            lease_owner="",
            error=error,
            attempts=job.attempts if attempts is None else attempts,
        )
    )


def _held(job: Job):  # type: ignore[no-untyped-def]
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease_owner=job.lease_owner)
