"""What people do to jobs: try again, cancel; and the housekeeping of old ones."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.jobs import transport
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queries import RIGHT, job_for
from shangji.lib.errors import DomainError


def retry(*, actor: Actor, job_id: int, now: datetime) -> Job:
    """Run a failed or cancelled job again, with all its attempts, from its checkpoint.

    Raises Forbidden without the right, NotFound, DomainError when it is not over.
    """
    require_right(actor, RIGHT)
    with transaction.atomic():
        changed = Job.objects.filter(
            pk=job_id, state__in=[Job.State.FAILED, Job.State.CANCELLED]
        ).update(
            state=Job.State.QUEUED,
            run_at=now,
            attempts=0,
            error="",
            finished_at=None,
            cancel_requested_at=None,
        )
        job = job_for(actor, job_id)
        if not changed:
            raise DomainError(_("This job did not fail: there is nothing to try again."))
        transport.announce([job])
    return job


def cancel(*, actor: Actor, job_id: int, now: datetime) -> Job:
    """Cancel a waiting job at once, a running one at its next look.

    Raises NotFound for somebody else's job without the right, DomainError when it is over or
    just finishing.
    """
    job = job_for(actor, job_id)
    with transaction.atomic():
        # a short job that runs in one transaction holds its row: do not wait for it
        fresh = Job.objects.select_for_update(skip_locked=True).filter(pk=job.pk).first()
        if fresh is None or fresh.is_over:
            raise DomainError(_("This job is over, or finishing right now."))
        fresh.cancel_requested_at = now
        if fresh.state == Job.State.QUEUED:
            fresh.state, fresh.finished_at = Job.State.CANCELLED, now
        fresh.save(update_fields=["cancel_requested_at", "state", "finished_at"])
    return fresh


def forget_old(*, done_before: datetime, failed_before: datetime) -> int:
    """Delete old jobs that are over, failed ones later. Returns how many."""
    gone, _each = Job.objects.filter(
        finished_at__lt=done_before, state__in=[Job.State.DONE, Job.State.CANCELLED]
    ).delete()
    more, _each = Job.objects.filter(finished_at__lt=failed_before, state=Job.State.FAILED).delete()
    return gone + more
