"""Housekeeping of the queue itself, and of the database's own statistics."""

from datetime import timedelta

from django.db import connection
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


@job("jobs.statistics", label=_("Refresh the statistics of the database"))
def statistics(ctx: JobContext) -> dict[str, int]:
    """Let SQLite look at its tables, or it chooses indexes by guess; PostgreSQL does so itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 2000")
            cursor.execute("ANALYZE")
    return {}


schedule("jobs.tidy", daily_at="03:40")
schedule("jobs.statistics", every=timedelta(hours=6))
