"""Look through all records of a type for duplicates; a repeat goes on where it stopped."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job
from shangji.records.description import describe
from shangji.records.duplicates.keeping import fill


@job("records.find_duplicates", label=_("Look for duplicates"))
def find(ctx: JobContext, *, record_type: str) -> dict[str, int]:
    """All records of a type, in steps that each commit."""
    total = describe(record_type).model._default_manager.filter(deleted_at=None).count()
    after = int(ctx.job.checkpoint.get("after", 0))
    done = int(ctx.job.checkpoint.get("done", 0))
    while after >= 0:
        with transaction.atomic():
            count, after = fill(record_type, after, ctx.now)
            done += count
            ctx.checkpoint({"after": after, "done": done})
        ctx.progress(min(done, total), total)
        ctx.raise_if_cancelled()
    return {"records": done}
