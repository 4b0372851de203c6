"""Wrong codes of the second step: counted by the person, logged without the code, and slowed.

Who tries them knows the password already, so the address does not matter. A browser in which
the person signed in before counts alone: who guesses elsewhere keeps nobody out of their own.
"""

import math
from datetime import datetime

import structlog
from axes.helpers import get_client_ip_address
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shangji.foundation.people import lockout, tries
from shangji.foundation.people.models import User
from shangji.foundation.people.rules import FAILURES_ALLOWED, pause_after, safe_path

log = structlog.get_logger("shangji.second_step")


class CodesWait(Exception):
    """Too many wrong codes; the next one is looked at after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, math.ceil(seconds))


def begin(request: HttpRequest, user: User, now: datetime) -> int:
    """Count a code before it is looked at, so that many at once get no further than one by one.

    How many were wrong with this one. CodesWait: it is neither looked at nor counted.
    """
    name = _name(request, user)
    with transaction.atomic():
        until = tries.waits_until(name)
        if until is not None and now < until:
            raise CodesWait((until - now).total_seconds())
        return tries.count(name, now)


def right(request: HttpRequest, user: User) -> None:
    """The code was right: nothing is counted any more."""
    tries.forgive(_name(request, user))


def wrong(request: HttpRequest, user: User, failures: int) -> None:
    """The code was wrong. CodesWait from the tenth on."""
    log.warning(
        "wrong code of the second step",
        user=user.pk,
        address=get_client_ip_address(request) or "",
        failures=failures,
    )
    if failures >= FAILURES_ALLOWED:
        raise CodesWait(pause_after(failures).total_seconds())


def wait_page(request: HttpRequest, wait: CodesWait) -> HttpResponse:
    """What somebody reads while they wait, with the way back to the question."""
    following = safe_path(request.POST.get("next", ""))
    context = {"minutes": math.ceil(wait.seconds / 60), "following": following}
    answer = render(request, "people/codes_wait.html", context, status=429)
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer


def _name(request: HttpRequest, user: User) -> str:
    known = lockout.known_browser(request, user.email)
    return f"second step of {user.pk}" + (" in a known browser" if known else "")
