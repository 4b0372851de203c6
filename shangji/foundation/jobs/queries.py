"""What is waiting, running and failed, for whoever may see it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.jobs.models import Job, Schedule
from shangji.foundation.jobs.registry import QUEUES
from shangji.lib.errors import NotFound
from shangji.lib.values import dataclass

RIGHT = "settings.jobs"
LIVE = (Job.State.QUEUED, Job.State.RUNNING)
#: how many rows of a kind the settings page shows
SHOWN = 100


@dataclass(frozen=True)
class QueueCount:
    """A queue's counts; `oldest` is when the longest waiting ready job should have begun."""

    name: str
    waiting: int
    later: int
    running: int
    done_today: int
    oldest: datetime | None


def job_for(actor: Actor, pk: int) -> Job:
    """Own jobs, or everybody's with the right. NotFound otherwise."""
    job = Job.objects.select_related("created_by").filter(pk=pk).first()
    if job is None or not (actor.can(RIGHT) or _is_own(actor, job)):
        raise NotFound(_("Not here, or not yours to see."))
    return job


def _is_own(actor: Actor, job: Job) -> bool:
    return job.created_by_id is not None and job.created_by_id == actor.user_id


def queue_counts(actor: Actor, *, now: datetime) -> list[QueueCount]:
    """Every queue, also the empty ones. Raises Forbidden without the right."""
    require_right(actor, RIGHT)
    ready = Q(state=Job.State.QUEUED, run_at__lte=now)
    live: dict[str, dict[str, Any]] = {
        row["queue"]: dict(row)
        for row in Job.objects.filter(state__in=LIVE)
        .values("queue")
        .annotate(
            waiting=Count("id", filter=ready),
            later=Count("id", filter=Q(state=Job.State.QUEUED, run_at__gt=now)),
            running=Count("id", filter=Q(state=Job.State.RUNNING)),
            oldest=Min("run_at", filter=ready),
        )
    }
    done: dict[str, int] = dict(
        Job.objects.filter(finished_at__gt=now - timedelta(days=1), state=Job.State.DONE)
        .values("queue")
        .annotate(n=Count("id"))
        .values_list("queue", "n")
    )
    counts = []
    for name in QUEUES:
        row = live.get(name, {})
        counts.append(
            QueueCount(
                name=name,
                waiting=row.get("waiting", 0),
                later=row.get("later", 0),
                running=row.get("running", 0),
                done_today=done.get(name, 0),
                oldest=row.get("oldest"),
            )
        )
    return counts


def running_jobs(actor: Actor) -> QuerySet[Job]:
    require_right(actor, RIGHT)
    rows = Job.objects.filter(state=Job.State.RUNNING).select_related("created_by")
    return rows.order_by("id")[:SHOWN]


def failed_jobs(actor: Actor) -> QuerySet[Job]:
    """Failed ones and those that will be tried again, newest first."""
    require_right(actor, RIGHT)
    failed = Q(state=Job.State.FAILED) | (Q(state=Job.State.QUEUED) & ~Q(error=""))
    rows = Job.objects.filter(failed).select_related("created_by")
    return rows.order_by("-id")[:SHOWN]


def failed_count() -> int:
    """How many jobs failed and stayed so; for health checks and the settings list."""
    return Job.objects.filter(state=Job.State.FAILED).count()


def schedules(actor: Actor) -> Sequence[Schedule]:
    require_right(actor, RIGHT)
    return list(Schedule.objects.order_by("next_run_at", "name"))
