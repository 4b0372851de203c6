"""Intent decays by itself: counted every night, and when the rule changes."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.phases.evaluate.actions.intent import count_all_intent


@job("evaluate.count_intent", label=_("Counting of intent"))
def count(ctx: JobContext) -> dict[str, int]:
    """Every open opportunity; a repeat finds the same values."""

    def told(done: int, whole: int) -> None:
        ctx.progress(done, whole)
        ctx.raise_if_cancelled()

    return {"moved": count_all_intent(now=ctx.now, told=told)}


schedule("evaluate.count_intent", daily_at="02:10")
