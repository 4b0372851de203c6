"""Scores anew: of what was edited, moved or touched at once, of all open ones at night."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.phases.evaluate.actions.scoring import fold_all_scores, fold_scores


@job("evaluate.rescore", label=_("Work out scores anew"))
def rescore(ctx: JobContext, *, ids: list[int] | None = None) -> dict[str, Any]:
    """Of these opportunities, or of all open ones. A repeat changes nothing."""
    if ids is not None:
        return {"changed": fold_scores(ids, now=ctx.now)}
    return {"changed": fold_all_scores(now=ctx.now, progress=ctx.progress)}


schedule("evaluate.rescore", daily_at="02:40")
