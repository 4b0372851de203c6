"""Nightly tidying."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.foundation.people.actions.tidying import forget_old


@job("people.tidy", label=_("Forget old sign-ins and invitations"))
def tidy(ctx: JobContext) -> dict[str, int]:
    """Forget ended sessions, old sign-ins and old invitations."""
    return forget_old(now=ctx.now)


schedule("people.tidy", daily_at="03:30")
