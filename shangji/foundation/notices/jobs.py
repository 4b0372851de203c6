"""The daily mail at 07:30 of each person, and tidying away."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.foundation.notices.actions import forget_old, send_digests


@job("notices.digest", label=_("Mail the daily notices"))
def digest(ctx: JobContext) -> int:
    return send_digests(now=ctx.now)


@job("notices.tidy", label=_("Tidy away old notices"))
def tidy(ctx: JobContext) -> int:
    return forget_old(now=ctx.now)


# every quarter of an hour, because 07:30 comes at another time in each zone
schedule("notices.digest", every=timedelta(minutes=15))
schedule("notices.tidy", daily_at="03:20")
