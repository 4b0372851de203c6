"""Write a mail into the outbox; send one; send one again; let traffic out after a restore."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.mail import rules, transport
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.mail.queries import RIGHT, is_paused, keeps_mail, mail_server
from shangji.lib.errors import DomainError

State = OutgoingMail.State
#: a mail in `sending` for longer than this, seen by a new run, has lost its worker
OTHER_RUN = timedelta(seconds=90)


def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    unique_key: str | None = None,
    urgent: bool = False,
    now: datetime | None = None,
    clock: Callable[[], datetime] = timezone.now,
) -> OutgoingMail:
    """A mail in the outbox, in the caller's transaction; a job sends it after the commit.

    Args:
        unique_key: a repeat returns the mail that has it already.
        urgent: somebody waits for it (sign-in, invitation): a queue of its own.
        now: the instant of the change; the clock's when left out.
    Raises Invalid for line breaks in headers, and for what is no address.
    """
    if unique_key is not None:
        known = OutgoingMail.objects.filter(unique_key=unique_key).first()
        if known is not None:
            return known
    now = now or clock()
    mail = OutgoingMail(
        to=rules.clean_address(to),
        subject=rules.clean_subject(subject),
        text=rules.clean_body(text, "text"),
        html=rules.clean_body(html, "html"),
        message_id=_message_id(),
        unique_key=unique_key,
        urgent=urgent,
        state=State.KEPT if keeps_mail() else State.QUEUED,
        created_at=now,
        asked_at=now,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                mail.save(force_insert=True)
        except IntegrityError:
            return OutgoingMail.objects.get(unique_key=unique_key)
        if mail.state == State.QUEUED:
            enqueue_sending(mail)
    return mail


def _message_id() -> str:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host}>"


def enqueue_sending(mail: OutgoingMail, run_at: datetime | None = None) -> None:
    """The job of the next attempt; asked for twice, it stays one job."""
    enqueue(
        "mail.send",
        params={"mail_id": mail.pk},
        unique_key=f"mail:{mail.pk}:{mail.requests}:{mail.attempts}",
        queue="urgent" if mail.urgent else "default",
        priority=10,
        run_at=run_at,
    )


def send_mail(*, mail_id: int, now: datetime, clock: Callable[[], datetime] = timezone.now) -> str:
    """One attempt at a mail. Returns its state afterwards.

    Args:
        clock: read once more when the server has answered, which may be long after `now`.

    Called outside a transaction: the state `sending` is committed before the socket opens.
    """
    if is_paused():
        return str(State.QUEUED)
    server = mail_server()
    claimed = OutgoingMail.objects.filter(pk=mail_id, state=State.QUEUED).update(
        state=State.SENDING, sending_at=now, next_try_at=None
    )
    mail = OutgoingMail.objects.filter(pk=mail_id).first()
    if mail is None:
        return ""
    if not claimed:
        return _found_claimed(mail, now)
    if server is None:
        return _settle(mail, state=State.KEPT)
    outcome = transport.deliver(server, mail)
    mail.attempts += 1
    if outcome.kind == "sent":
        return _settle(mail, state=State.SENT, sent_at=clock(), error="")
    if outcome.kind == "unknown":
        return _settle(mail, state=State.UNKNOWN, error=outcome.detail)
    again = None
    if outcome.kind == "later":
        again = rules.next_try(
            attempts=mail.attempts,
            asked_at=mail.asked_at,
            now=now,
            reached=outcome.reached,
        )
    if again is None:
        return _settle(mail, state=State.FAILED, error=outcome.detail)
    with transaction.atomic():
        state = _settle(mail, state=State.QUEUED, next_try_at=again, error=outcome.detail)
        enqueue_sending(mail, run_at=again)
    return state


def _settle(mail: OutgoingMail, **values: object) -> str:
    for name, value in values.items():
        setattr(mail, name, value)
    mail.error = mail.error[:500]
    mail.save(update_fields=[*values, "attempts", "error"])
    return str(mail.state)


def _found_claimed(mail: OutgoingMail, now: datetime) -> str:
    """Somebody else sends it now, or did, or died while doing so."""
    if mail.state == State.SENDING and mail.sending_at and now - mail.sending_at > OTHER_RUN:
        return mark_in_doubt(mail)
    return str(mail.state)


def mark_in_doubt(mail: OutgoingMail) -> str:
    """A mail found in `sending` by a new run: its worker died, its fate is not known."""
    OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING).update(
        state=State.UNKNOWN, error="the worker stopped while sending"
    )
    mail.refresh_from_db(fields=["state"])
    return str(mail.state)


def send_again(*, actor: Actor, mail: OutgoingMail, now: datetime) -> OutgoingMail:
    """A person sends a mail that failed, was kept or is in doubt. The Message-ID stays."""
    require_right(actor, RIGHT)
    if keeps_mail():
        raise DomainError(_("Mail is not set up, so nothing can be sent."))
    with operation(actor, "mail.send_again", now=now, reason=f"mail {mail.pk}"):
        claimed = OutgoingMail.objects.filter(
            pk=mail.pk, state__in=[State.KEPT, State.FAILED, State.UNKNOWN]
        ).update(
            state=State.QUEUED,
            attempts=0,
            requests=mail.requests + 1,
            asked_at=now,
            next_try_at=None,
        )
        if not claimed:
            raise DomainError(_("This mail is already on its way."))
        mail.refresh_from_db()
        enqueue_sending(mail)
    return mail


def resume_outgoing(*, actor: Actor, now: datetime) -> int:
    """Let mail out again after a restore or a pause. Returns how many were waiting."""
    require_right(actor, RIGHT)
    with operation(actor, "mail.resume", now=now):
        settings.OUTGOING_PAUSED_FLAG.unlink(missing_ok=True)
        return requeue_waiting(now=now)


def requeue_waiting(*, now: datetime) -> int:
    """Give each mail that is due a new job (after a pause, or when its job was lost)."""
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    waiting = OutgoingMail.objects.filter(due, state=State.QUEUED, asked_at__lte=now)
    count = 0
    for mail in waiting.order_by("id").iterator(chunk_size=500):
        mail.requests += 1
        mail.save(update_fields=["requests"])
        enqueue_sending(mail)
        count += 1
    return count


def forget_old(*, before: datetime) -> int:
    """Delete mails made before this instant that wait for nothing. Returns how many."""
    done = OutgoingMail.objects.filter(created_at__lt=before).exclude(
        state__in=[State.QUEUED, State.SENDING]
    )
    return done.delete()[0]
