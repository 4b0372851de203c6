"""Every morning: whose risks wait for a review."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.phases.evaluate.actions.risk import escalate_reviews


@job("evaluate.risk_reviews", label=_("Remind of risks to review"))
def risk_reviews(ctx: JobContext) -> int:
    """A repeat tells nobody twice."""
    return escalate_reviews(now=ctx.now)


schedule("evaluate.risk_reviews", daily_at="06:40")
