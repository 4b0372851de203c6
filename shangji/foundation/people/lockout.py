"""What django-axes asks of us: who is signing in, what counts together, how long to wait.

A wrong password counts for the account and for the address. A browser in which the account
signed in before counts alone, so that somebody who guesses elsewhere does not lock the owner out.
"""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.core import signing
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from shangji.foundation.people.rules import LONGEST_PAUSE, pause_after

DEVICE_COOKIE = "sj_device"
DEVICE_AGE = 60 * 60 * 24 * 180
_SALT = "shangji.people.device"


def username(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The mail address somebody tries to sign in with, in one spelling."""
    given = credentials or {}
    text = given.get("email") or given.get("login") or given.get("username") or ""
    return str(text or request.POST.get("login", "")).strip().lower()[:254]


def parameters(
    request_or_attempt: Any, credentials: Mapping[str, Any] | None = None
) -> list[str | list[str]]:
    """What counts together: account and address, or both at once in a known browser."""
    if isinstance(request_or_attempt, HttpRequest) and known_browser(
        request_or_attempt, username(request_or_attempt, credentials)
    ):
        return [["username", "ip_address"]]
    return ["username", "ip_address"]


def pause(request: HttpRequest | None) -> timedelta:
    """How long this request's account or address waits now."""
    return LONGEST_PAUSE if request is None else pause_after(_failures(request))


def remember_browser(request: HttpRequest, response: HttpResponse, mail: str) -> None:
    """Mark this browser as one in which the account signed in."""
    marks = [mark for mark in _marks(request) if mark != _mark(mail)][:4]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([_mark(mail), *marks], salt=_SALT),
        max_age=DEVICE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def known_browser(request: HttpRequest, mail: str) -> bool:
    """Whether the account signed in before in this browser."""
    return any(constant_time_compare(mark, _mark(mail)) for mark in _marks(request))


def forgive(mail: str) -> None:
    """End the wait of an account whose owner chose a new password."""
    AccessAttempt.objects.filter(username=mail.strip().lower()).delete()


def locked_page(
    request: HttpRequest, answered: object = None, credentials: object = None
) -> HttpResponse:
    """What somebody reads while they wait; the same for addresses nobody has."""
    minutes = math.ceil(pause(request).total_seconds() / 60)
    return render(request, "people/locked.html", {"minutes": minutes}, status=429)


class Handler(AxesDatabaseHandler):
    """Keeps failures until the longest pause is over, whatever pause this request has."""

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        rows = AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - LONGEST_PAUSE)
        return int(rows.delete()[0])


def _failures(request: HttpRequest) -> int:
    mail, address = username(request), get_client_ip_address(request)
    rows = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - LONGEST_PAUSE)
    if known_browser(request, mail):
        return _sum(rows.filter(username=mail, ip_address=address))
    return max(_sum(rows.filter(username=mail)), _sum(rows.filter(ip_address=address)))


def _sum(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("failures_since_start"))["total"] or 0


def _mark(mail: str) -> str:
    return salted_hmac(_SALT, mail.strip().lower()).hexdigest()[:24]


def _marks(request: HttpRequest) -> list[str]:
    try:
        marks = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=_SALT, max_age=DEVICE_AGE
        )
    except signing.BadSignature:
        return []
    return [str(mark) for mark in marks] if isinstance(marks, list) else []
