"""Run one claimed job to its end, whatever the end is."""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation

from shangji.foundation.jobs import leases
from shangji.foundation.jobs.context import JobCancelled, JobContext, JobReleased, LeaseLost
from shangji.foundation.jobs.models import EXPLAINED, Job
from shangji.foundation.jobs.registry import GiveUp, Kind, UnknownKind, kind_named
from shangji.foundation.workspace.queries import current_workspace, zone
from shangji.lib.errors import Conflict, DomainError

log = structlog.get_logger(__name__)
T = TypeVar("T")

#: the database is locked, restarting or gone for a moment (FLT-6)
DATABASE_AWAY = (OperationalError, InterfaceError)
LONGEST_ERROR = 6000


def execute(ctx: JobContext, *, clock: Callable[[], datetime] = timezone.now) -> Job.State:
    """Run the handler of a claimed job and write down how it ended.

    Returns the state the job is in now; RUNNING when another worker holds it.
    Never raises for what a handler did.
    """
    job = ctx.job
    began = time.monotonic()
    with structlog.contextvars.bound_contextvars(job=job.pk, kind=job.kind):
        try:
            kind = kind_named(job.kind)
            with _surroundings(ctx):
                ended = _run_atomic(ctx, kind, clock) if kind.atomic else _run(ctx, kind, clock)
        except JobCancelled:
            ended = _end(job, Job.State.CANCELLED, clock)
        except JobReleased:
            ended = _again(job, clock(), job.attempts - 1, "")
        except LeaseLost:
            ended = Job.State.RUNNING
        except Exception as error:  # noqa: BLE001 - it is written into the job and logged
            ended = _failed(job, error, clock)
        log.info("job", ended=str(ended), seconds=round(time.monotonic() - began, 3))
    return ended


@contextmanager
def _surroundings(ctx: JobContext) -> Iterator[None]:
    """Words and times as whoever asked for the job reads them, else as the workspace does."""
    asker = ctx.job.created_by
    language = getattr(asker, "language", "") or current_workspace().language
    with translation.override(language), timezone.override(zone(asker)):
        yield


def _run(ctx: JobContext, kind: Kind, clock: Callable[[], datetime]) -> Job.State:
    result = kind.handler(ctx, **ctx.job.params)
    return _end(ctx.job, Job.State.DONE, clock, result=result)


def _run_atomic(ctx: JobContext, kind: Kind, clock: Callable[[], datetime]) -> Job.State:
    """Effects and "done" in one transaction; the locked row keeps others away meanwhile."""
    job = ctx.job
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(
            pk=job.pk, state=Job.State.RUNNING, lease_owner=job.lease_owner
        )
        if not held.values_list("pk", flat=True).first():
            raise LeaseLost(str(job))
        result = kind.handler(ctx, **job.params)
        if not leases.finish(job, Job.State.DONE, now=clock(), result=result):
            raise LeaseLost(str(job))
    return Job.State.DONE


def _failed(job: Job, error: Exception, clock: Callable[[], datetime]) -> Job.State:
    hopeless = isinstance(error, GiveUp | UnknownKind) or (
        isinstance(error, DomainError) and not isinstance(error, Conflict)
    )
    text = describe(error)
    if hopeless or job.attempts >= job.max_attempts:
        log.error("job failed", error=text.partition("\n")[0], attempts=job.attempts)
        return _end(job, Job.State.FAILED, clock, error=text)
    pause = leases.pause_after(job.attempts)
    log.warning("job will run again", error=text.partition("\n")[0], seconds=pause.seconds)
    return _again(job, clock() + pause, job.attempts, text)


def describe(error: Exception) -> str:
    """First line for people; the trace of a fault below it, for whoever looks into it."""
    first = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, GiveUp | DomainError):
        return f"{first[:500]}{EXPLAINED}"
    if not isinstance(error, UnknownKind) and str(error):
        first = f"{type(error).__name__}: {first}"
    trace = "".join(traceback.format_exception(error))
    return f"{first[:500]}\n{trace[-LONGEST_ERROR:].strip()}"


def _end(
    job: Job,
    state: Job.State,
    clock: Callable[[], datetime],
    *,
    result: object = None,
    error: str = "",
) -> Job.State:
    ours = _persist(job, lambda: leases.finish(job, state, now=clock(), result=result, error=error))
    return state if ours else Job.State.RUNNING


def _again(job: Job, run_at: datetime, attempts: int, error: str) -> Job.State:
    ours = _persist(
        job, lambda: leases.put_back(job, run_at=run_at, attempts=attempts, error=error)
    )
    return Job.State.QUEUED if ours else Job.State.RUNNING


def _persist(job: Job, write: Callable[[], bool]) -> bool:
    """Write how it ended, waiting for a database that is away, as long as the lease holds."""
    give_up = time.monotonic() + leases.lease_of(job.kind).total_seconds()
    pause = 0.2
    while True:
        try:
            return write()
        except DATABASE_AWAY:
            if connection.in_atomic_block or time.monotonic() > give_up:
                raise
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
