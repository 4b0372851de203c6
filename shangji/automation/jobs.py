"""Steps run in jobs: a fault is tried again, and stands on the page of jobs."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shangji.automation.actions import forget_runs, run_steps
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule

KEEP = timedelta(days=180)


@job("automation.run", label=_("Automatic steps"))
def run(
    ctx: JobContext, *, trigger: str, subject_id: int, record_id: int, occasion: str
) -> dict[str, int]:
    done = run_steps(
        trigger=trigger,
        subject_id=subject_id,
        record_id=record_id,
        occasion=occasion,
        now=ctx.now,
    )
    return {"done": done}


@job("automation.tidy", label=_("Forget old runs of automatic steps"))
def tidy(ctx: JobContext) -> dict[str, int]:
    return {"deleted": forget_runs(before=ctx.now - KEEP)}


schedule("automation.tidy", daily_at="03:40")
