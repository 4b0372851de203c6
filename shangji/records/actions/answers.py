"""Run a request once, however often it comes (HOOK-4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.api.models import StoredAnswer

#: how long an answer is kept; a client may repeat for a day
KEPT_FOR = timedelta(hours=48)


@dataclass(frozen=True)
class Answer:
    """A status, its body, what undoes it, and where what was made is."""

    status: int
    media_type: str
    body: bytes
    operation: str = ""
    location: str = ""


class _Refused(Exception):
    """Takes the transaction back: nothing was done, so nothing is kept."""


def answer_once(
    *,
    actor: Actor,
    key: str,
    fingerprint: str,
    run: Callable[[], Answer],
    now: datetime,
) -> tuple[Answer, bool]:
    """The answer of `run`, or the one kept for this person and key. True when it was kept.

    Claim, work and answer are one commit: of two at once, one runs and the other waits for its
    answer. A refusal (4xx, 5xx) changed nothing and is not kept. Invalid for the same key with
    another request.
    """
    kept = _kept(actor, key, fingerprint)
    if kept is not None:
        return kept, True
    refusal: list[Answer] = []
    try:
        with transaction.atomic():
            row = StoredAnswer.objects.create(
                user_id=actor.user_id or 0, key=key, fingerprint=fingerprint, at=now
            )
            found = run()
            if found.status >= 400:
                refusal.append(found)
                raise _Refused
            row.status, row.media_type, row.body = found.status, found.media_type, found.body
            row.operation, row.location = found.operation, found.location
            row.save(update_fields=["status", "media_type", "body", "operation", "location"])
            return found, False
    except _Refused:
        return refusal[0], False
    except IntegrityError:
        # somebody with the same key was quicker, and is done: the index made us wait
        kept = _kept(actor, key, fingerprint)
        if kept is None:
            raise
        return kept, True


def _kept(actor: Actor, key: str, fingerprint: str) -> Answer | None:
    row = StoredAnswer.objects.filter(user=actor.user_id or 0, key=key).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        text = _("This key came with another request before. Use a new one.")
        raise Invalid.field("Idempotency-Key", text)
    return Answer(row.status, row.media_type, bytes(row.body), row.operation, row.location)


def forget_answers(*, now: datetime) -> int:
    """Delete answers that no client may ask for any longer. How many went."""
    return int(StoredAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0])
