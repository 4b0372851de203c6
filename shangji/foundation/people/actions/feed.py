"""The key of a person's private calendar address."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import User
from shangji.foundation.people.rules import hash_of
from shangji.lib.errors import Forbidden


def make_feed(*, actor: Actor, now: datetime) -> str:
    """A new key of 192 random bits, returned this once; the one before ends. Only its hash
    is kept."""
    token = secrets.token_urlsafe(24)
    _set(actor, hash_of(token), now)
    return token


def end_feed(*, actor: Actor, now: datetime) -> None:
    """No address opens the calendar any longer."""
    _set(actor, "", now)


def _set(actor: Actor, key: str, now: datetime) -> None:
    if actor.user_id is None:
        raise Forbidden(_("Only people have a calendar."))
    with operation(actor, "profile.feed", now=now) as op:
        op.update(op.lock(User.objects.get(pk=actor.user_id)), {"feed_key": key})
