"""Claim, hold and give back jobs. Every write here is one short statement."""

import itertools
import os
import random
import socket
import time
import uuid
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from shangji.foundation.jobs import transport
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.registry import DEFAULT_LEASE, UnknownKind, kind_named, unusual_leases

#: the error of a job that kills its workers
LOST = "The worker stopped while it ran this, again and again."
#: pauses before attempt 2, 3, 4 …: 10 s, 40 s, 2 min 40 s, 10 min 40 s, 42 min 40 s, then 1 h
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = timedelta(seconds=10), 4, timedelta(hours=1)
#: each pause is up to this share longer or shorter, so that retries do not come in step
JITTER = 0.2


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts (1, 2, …), jitter included."""
    factor: int = PAUSE_GROWTH ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def lease_of(kind: str) -> timedelta:
    try:
        return kind_named(kind).lease
    except UnknownKind:
        return DEFAULT_LEASE


#: of this start of the process; a restarted one may get the same process id
_TOKEN = uuid.uuid4().hex[:12]
_claims = itertools.count(1)


def owner_name() -> str:
    """Names one claim: machine, process, this start of it, and a number.

    Each claim has its own, so that a run whose lease was lost cannot pass for the next one.
    """
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{_TOKEN}:{next(_claims)}"


_CLAIM = """
UPDATE jobs_job SET state = 'running', lease_owner = %s, lease_until = {until},
       attempts = attempts + 1, started_at = COALESCE(started_at, %s)
WHERE id = (SELECT id FROM jobs_job
            WHERE queue = %s AND state = 'queued' AND run_at <= %s{only}
            ORDER BY priority DESC, run_at, id LIMIT 1{skip})
      AND state = 'queued'
RETURNING id
"""


def claim(queue: str, *, now: datetime, job_id: int | None = None) -> Job | None:
    """Take the next ready job of a queue (or this very one), or None. Keeps no lock."""
    ready = Job.objects.filter(queue=queue, state=Job.State.QUEUED, run_at__lte=now)
    if job_id is not None:
        ready = ready.filter(pk=job_id)
    if not ready.exists():  # a read: an idle worker never asks for the write lock
        return None
    adapt = connection.ops.adapt_datetimefield_value
    moment = adapt(now)
    leases = [(name, adapt(now + lease)) for name, lease in unusual_leases().items()]
    sql = _CLAIM.format(
        until=f"CASE kind {'WHEN %s THEN %s ' * len(leases)}ELSE %s END" if leases else "%s",
        only=" AND id = %s" if job_id is not None else "",
        skip=" FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else "",
    )
    values: list[Any] = [owner_name(), *chain.from_iterable(leases), adapt(now + DEFAULT_LEASE)]
    values += [moment, queue, moment]
    if job_id is not None:
        values.append(job_id)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    if not rows:
        return None
    return Job.objects.select_related("created_by").get(pk=rows[0][0])


def extend(job: Job, *, now: datetime) -> bool:
    """Hold a running job for another lease. False when it is no longer ours.

    A row that its own handler's transaction has locked needs no extension (PostgreSQL):
    nobody can claim it meanwhile.
    """
    with transaction.atomic():
        free = _held(job).select_for_update(skip_locked=True).values_list("pk", flat=True)
        if list(free):
            Job.objects.filter(pk=job.pk).update(lease_until=now + lease_of(job.kind))
            return True
    return _held(job).exists()


def finish(
    job: Job, state: Job.State, *, now: datetime, result: object = None, error: str = ""
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


def put_back(job: Job, *, run_at: datetime, attempts: int, error: str = "") -> bool:
    """Give a job that we hold back to the queue. False when it is no longer ours."""
    with transaction.atomic():
        ours = _held(job).update(
            state=Job.State.QUEUED,
            run_at=run_at,
            lease_until=None,
            lease_owner="",
            error=error,
            attempts=max(attempts, 0),
        )
        if ours:
            job.run_at = run_at
            transport.announce([job])
    return bool(ours)


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease_owner=job.lease_owner)


class Reaper:
    """Gives jobs whose worker died back to the queue.

    A lease counts as run out when it stood unchanged, past its end, for a while on this
    process's own steady clock: a machine whose wall clock jumps does not rob running jobs,
    because their workers extend the lease long before (FLT-7).
    """

    def __init__(self, *, patience: float = 15.0) -> None:
        self.patience = patience
        self._seen: dict[tuple[int, str, datetime | None], float] = {}

    def reap(self, *, now: datetime) -> int:
        """Look once; call every few seconds. How many jobs were given back or given up."""
        tick = time.monotonic()
        seen: dict[tuple[int, str, datetime | None], float] = {}
        count = 0
        for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)[:200]:
            key = (job.pk, job.lease_owner, job.lease_until)
            first = self._seen.get(key, tick)
            patience = min(self.patience, lease_of(job.kind).total_seconds() / 2)
            if tick - first >= patience:
                count += take_back(job, now=now)
            else:
                seen[key] = first
        self._seen = seen
        return count

    @staticmethod
    def reap_dead(*, now: datetime) -> int:
        """Jobs of processes of this machine that no longer exist; for a worker's start."""
        count = 0
        for job in Job.objects.filter(state=Job.State.RUNNING):
            host, _, rest = job.lease_owner.rpartition(":")[0].partition(":")
            pid, _, token = rest.partition(":")
            if host != socket.gethostname()[:60] or not pid.isdigit():
                continue
            # a restarted container often has the process id of the one before it
            mine = int(pid) == os.getpid()
            if (token != _TOKEN) if mine else not _alive(int(pid)):
                count += take_back(job, now=now)
        return count


def take_back(job: Job, *, now: datetime) -> int:
    """Back to the queue, or failed when its workers died too often. 1 when it was so."""
    with transaction.atomic():
        free = _held(job).select_for_update(skip_locked=True).filter(lease_until=job.lease_until)
        if not list(free.values_list("pk", flat=True)):
            return 0
        if job.cancel_requested_at is not None:
            return int(finish(job, Job.State.CANCELLED, now=now))
        if job.attempts >= job.max_attempts:
            return int(finish(job, Job.State.FAILED, now=now, error=LOST))
        return int(put_back(job, run_at=min(job.run_at, now), attempts=job.attempts))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
