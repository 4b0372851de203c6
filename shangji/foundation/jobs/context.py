"""What a handler may ask and tell while it runs."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.jobs.leases import extend
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.pace import Pace

#: seconds between two writes of progress, and between two looks for a cancel request
QUIET = 0.5


class JobCancelled(Exception):
    """Somebody cancelled the job; let it through."""


class JobReleased(Exception):
    """The worker is stopping; the job goes back into the queue. Let it through."""


class LeaseLost(Exception):
    """Another worker holds the job now: this run's open transaction must not commit."""


class JobContext:
    """The running job as its handler sees it.

    Attributes:
        job: the row as claimed, with `checkpoint` and `attempts`.
        actor: whoever asked for the job, coming through the door "job"; else Shangji itself.
        now: when this run began.
    """

    def __init__(
        self, job: Job, *, now: datetime, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.job = job
        self.now = now
        self.actor = Actor(job.created_by, "job") if job.created_by_id else system_actor()
        self._stopping = stopping
        self._wrote = self._looked = float("-inf")
        self._pace = Pace()
        # set by the worker's heartbeat when it finds the lease gone
        self.lost = threading.Event()

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Show how far the job is. Cheap to call often: written at most twice a second."""
        tick = time.monotonic()
        if tick - self._wrote < QUIET and done < total:
            return
        self._wrote = tick
        self._save(progress_done=done, progress_total=total, progress_note=note[:200])

    def checkpoint(self, state: Mapping[str, Any]) -> None:
        """Record where a repeat resumes (`ctx.job.checkpoint`), JSON.

        Inside `transaction.atomic()` together with the effects of a chunk, that chunk happens
        exactly once. Raises LeaseLost when another worker holds the job.
        """
        self.job.checkpoint = dict(state)
        self._save(checkpoint=self.job.checkpoint)

    def raise_if_cancelled(self) -> None:
        """Call between chunks, after `checkpoint`: ends the run when somebody cancelled the job
        or the worker is asked to stop."""
        if self.lost.is_set():
            raise LeaseLost(str(self.job))
        if self._stopping():
            raise JobReleased
        self._pace.give_way()
        tick = time.monotonic()
        if tick - self._looked < QUIET:
            return
        self._looked = tick
        asked = Job.objects.filter(pk=self.job.pk).values_list("cancel_requested_at", flat=True)
        if asked.first() is not None:
            raise JobCancelled

    def heartbeat(self) -> None:
        """Extend the lease now. The worker does it by itself while a handler runs."""
        if not extend(self.job, now=timezone.now()):
            raise LeaseLost(str(self.job))

    def _save(self, **values: Any) -> None:
        held = Job.objects.filter(
            pk=self.job.pk, state=Job.State.RUNNING, lease_owner=self.job.lease_owner
        )
        if not held.update(**values):
            raise LeaseLost(str(self.job))
