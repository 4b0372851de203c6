"""Clear away what nobody needs, every night."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.files.actions import sweep
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule


@job("files.sweep", label=_("Clear away unused files"))
def run(ctx: JobContext) -> dict[str, int]:
    return sweep(now=ctx.now)


schedule("files.sweep", daily_at="03:40")
