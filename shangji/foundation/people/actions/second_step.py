"""A code of the authenticator app lets in once."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

#: seconds for which an app shows a code (RFC 6238, 5.2)
PERIOD = 30


def use_code(*, authenticator: Authenticator, code: str, now: datetime) -> bool:
    """Whether a right code is used for the first time; it counts as used from then on.

    allauth remembers used codes in the memory of one process, and for as long as the app shows
    them; with a tolerance they are right for longer.
    """
    ends = now + timedelta(seconds=PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1))
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        used = {
            one: until for one, until in row.data.get("used", {}).items() if until > now.timestamp()
        }
        if code in used:
            return False
        row.data = {**row.data, "used": {**used, code: ends.timestamp()}}
        row.save(update_fields=["data"])
    return True
