"""Forget what nobody needs any more."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from shangji.foundation.people.models import Invitation

#: how long sign-ins and ended invitations are kept, for whoever looks into something
KEEP = timedelta(days=90)


def forget_old(*, now: datetime) -> dict[str, int]:
    """Delete ended sessions, old sign-ins and old invitations; how many of each."""
    before = now - KEEP
    gone = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=before),
        "failures": AccessAttempt.objects.filter(attempt_time__lt=before),
        "invitations": Invitation.objects.filter(expires_at__lt=before),
    }
    return {name: rows.delete()[0] for name, rows in gone.items()}
