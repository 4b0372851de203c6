"""Wrong tries at something that is not a password: a row for all processes and hosts.

django-axes keeps wrong passwords; its table keeps these beside them under names that no account
has, so that neither counts for the other.
"""

from datetime import datetime

from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.db.models import F

from shangji.foundation.people.rules import FAILURES_ALLOWED, LONGEST_PAUSE, pause_after

#: stands in the row's address (one of RFC 5737, for examples): axes would count the real one
#: against those who sign in from there
_NOWHERE = "192.0.2.0"


def count(name: str, now: datetime) -> int:
    """One more wrong try under this name; how many it are, each at most half an hour after the
    one before."""
    rows = AccessAttempt.objects.filter(username=name)
    rows.filter(attempt_time__lte=now - LONGEST_PAUSE).delete()
    if not rows.update(failures_since_start=F("failures_since_start") + 1, attempt_time=now):
        try:
            with transaction.atomic():
                AccessAttempt.objects.create(
                    username=name, ip_address=_NOWHERE, failures_since_start=1
                )
        except IntegrityError:  # another process made it at this moment
            rows.update(failures_since_start=F("failures_since_start") + 1)
    return rows.values_list("failures_since_start", flat=True).first() or 0


def waits_until(name: str) -> datetime | None:
    """When the next try under this name is looked at; None while some are free.

    Inside a transaction nobody else reads or counts under the name until it ends.
    """
    row = AccessAttempt.objects.select_for_update().filter(username=name).first()
    if row is None or row.failures_since_start < FAILURES_ALLOWED:
        return None
    last: datetime = row.attempt_time
    return last + pause_after(row.failures_since_start)


def forgive(name: str) -> None:
    """Nothing is counted under this name any more."""
    AccessAttempt.objects.filter(username=name).delete()
