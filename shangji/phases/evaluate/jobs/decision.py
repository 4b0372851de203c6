"""Every morning: what was put off until today comes back."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.phases.evaluate.actions.decision import return_due


@job("evaluate.returns", label=_("Bring back what was put off"))
def returns(ctx: JobContext) -> int:
    """Each return is one operation of its own: a repeat goes on where it stopped."""
    return return_due(now=ctx.now)


# before anybody begins to work
schedule("evaluate.returns", daily_at="06:20")
