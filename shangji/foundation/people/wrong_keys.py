"""Keys that nobody ever had: counted by the address that tries them, logged, and slowed.

A key cannot be guessed in a lifetime; who tries is to be seen, and to get nowhere sooner. Ended
and revoked keys do not count: they are programs that nobody told. Failures stand apart from wrong
passwords, so that a broken program keeps nobody of its office from signing in.
"""

import math
from datetime import datetime

import structlog
from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shangji.foundation.people import tries
from shangji.foundation.people.models import ApiToken
from shangji.foundation.people.queries import token_of
from shangji.foundation.people.rules import FAILURES_ALLOWED, pause_after
from shangji.lib import problems
from shangji.lib.errors import DomainError
from shangji.lib.ids import hash_token

log = structlog.get_logger("shangji.keys")
#: addresses from which this process takes only keys it knows, and until when
_waiting: dict[str, datetime] = {}
#: keys that were right in this process
_right: set[str] = set()
_ROOM = 10_000


class KeysWait(DomainError):
    """Too many wrong keys came from this address (429)."""

    status = 429
    code = "wrong_keys"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            _("Too many wrong keys from this address. Go on in %(seconds)s seconds.")
            % {"seconds": seconds}
        )
        self.seconds = seconds


def forget() -> None:
    """Nobody waits and no key is known (tests)."""
    _waiting.clear()
    _right.clear()


def owner_of(request: HttpRequest, key: str, now: datetime) -> ApiToken:
    """The key of a request, with its person. KeysWait, Unauthorized."""
    hashed = hash_token(key)
    if _waiting and hashed not in _right:
        until = _waiting.get(_address(request))
        if until is not None and now < until:
            raise KeysWait(_seconds(until, now))
    token = token_of(key, now)
    if token is None:
        if not ApiToken.objects.filter(token_hash=hashed).exists():
            _count(_address(request), now)
        raise problems.Unauthorized(_("This key does not work: it is wrong, ended or revoked."))
    if len(_right) >= _ROOM:
        _right.clear()
    _right.add(hashed)
    return token


def _address(request: HttpRequest) -> str:
    return get_client_ip_address(request) or ""


def _count(address: str, now: datetime) -> None:
    """One more from this address. KeysWait from the tenth on."""
    failures = tries.count(f"key from {address}", now)
    log.warning("wrong key", address=address, failures=failures)
    if failures >= FAILURES_ALLOWED:
        if len(_waiting) >= _ROOM:
            _waiting.clear()
        until = _waiting[address] = now + pause_after(failures)
        raise KeysWait(_seconds(until, now))


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, math.ceil((until - now).total_seconds()))
