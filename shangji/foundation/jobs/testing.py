"""Jobs in tests: run them here and now."""

from datetime import datetime, timedelta

from django.utils import timezone

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.leases import claim
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.registry import QUEUES
from shangji.foundation.jobs.runner import execute


class JobsFailed(AssertionError):
    """A job did not end well; the message carries its error."""


def run_all_jobs(
    *, now: datetime | None = None, check: bool = True, limit: int = 1000
) -> list[Job]:
    """Run queued jobs in this process until none is ready; jobs they enqueue included.

    Args:
        now: what counts as ready, and each handler's `ctx.now`; a minute from now by default.
        check: raise JobsFailed when one raised; else leave it as the worker would.

    Returns the jobs that ran, as they are afterwards.
    """
    moment = now or timezone.now() + timedelta(minutes=1)
    ran: list[Job] = []
    while len(ran) < limit:
        job = next(filter(None, (claim(queue, now=moment) for queue in QUEUES)), None)
        if job is None:
            return ran
        execute(JobContext(job, now=moment), clock=lambda: moment)
        job.refresh_from_db()
        ran.append(job)
        if check and job.error:
            raise JobsFailed(f"{job}: {job.error}")
    raise JobsFailed(f"jobs go on after {limit} runs")
