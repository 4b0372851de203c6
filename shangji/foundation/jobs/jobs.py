"""Housekeeping of the queue itself."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.actions import forget_old
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule

#: a unique key is remembered as long as its job
KEEP_DONE, KEEP_FAILED = timedelta(days=14), timedelta(days=90)


@job("jobs.tidy", label=_("Forget old jobs"))
def tidy(ctx: JobContext) -> dict[str, int]:
    """Forget jobs that ended long ago."""
    gone = forget_old(done_before=ctx.now - KEEP_DONE, failed_before=ctx.now - KEEP_FAILED)
    return {"deleted": gone}


schedule("jobs.tidy", daily_at="03:40")
