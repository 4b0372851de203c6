"""Put something in one's queue off until a day, and take it back."""

import re
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Snooze
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Forbidden, Invalid

SUBJECT = re.compile(r"(opportunity|activity):\d{1,18}:[a-z_]{1,20}")
LONGEST = timedelta(days=92)


def snooze(*, actor: Actor, subject: str, until: date, now: datetime) -> Snooze:
    """Hide a row of one's own queue until a day, three months at most."""
    if actor.user_id is None:
        raise Forbidden(_("Only people have a queue."))
    day = today(now=now)
    if not SUBJECT.fullmatch(subject[:80]) or not day < until <= day + LONGEST:
        raise Invalid({"until": [_("Choose a day within the next three months.")]})
    with operation(actor, "queue.snooze", now=now):
        row, _made = Snooze.objects.update_or_create(
            user_id=actor.user_id, subject=subject, defaults={"until_on": until}
        )
    return row


def wake(*, actor: Actor, subject: str, now: datetime) -> bool:
    """Take a row of one's own queue back from later. Whether it was put off at all."""
    if actor.user_id is None:
        raise Forbidden(_("Only people have a queue."))
    asleep = Snooze.objects.filter(user_id=actor.user_id, subject=subject[:60])
    if not asleep.exists():
        return False
    with operation(actor, "queue.wake", now=now):
        asleep.delete()
    return True
