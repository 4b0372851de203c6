"""Send mail outside the request, and tidy the list."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.foundation.mail import actions
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.mail.queries import is_paused

#: how long a mail stays readable in settings
KEEP = timedelta(days=90)
#: longer than any attempt: connect, TLS and five answers of at most EMAIL_TIMEOUT each
STUCK = timedelta(minutes=15)
#: a mail due for this long has lost its job
LOST = timedelta(hours=2)


@job("mail.send", max_attempts=3, label=_("Send a mail"))
def send(ctx: JobContext, *, mail_id: int) -> str:
    return actions.send_mail(mail_id=mail_id, now=timezone.now())


@job("mail.tidy", label=_("Tidy away old mail"))
def tidy(ctx: JobContext) -> dict[str, int]:
    """Old rows go; a mail stuck in `sending` is called in doubt; a forgotten one is queued."""
    stuck = OutgoingMail.objects.filter(
        state=OutgoingMail.State.SENDING, sending_at__lt=ctx.now - STUCK
    )
    doubtful = 0
    for mail in stuck:
        actions.mark_in_doubt(mail)
        doubtful += 1
    lost = 0 if is_paused() else actions.requeue_waiting(now=ctx.now - LOST)
    removed = actions.forget_old(before=ctx.now - KEEP)
    return {"in_doubt": doubtful, "queued_again": lost, "removed": removed}


schedule("mail.tidy", every=timedelta(hours=1))
