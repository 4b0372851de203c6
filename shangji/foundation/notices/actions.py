"""Tell people, mark as read, and mail what was not read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangji.foundation.access.actor import Actor
from shangji.foundation.mail.actions import queue_mail
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.notices.models import Notice
from shangji.foundation.notices.queries import forget_count, own_notice, own_notices
from shangji.foundation.notices.rules import is_own_path, last_digest
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import current_workspace, zone

#: what is older is not mailed any more
FRESH = timedelta(days=3)
#: lines in one mail
MOST = 30
KEEP = timedelta(days=180)


def notify(
    *,
    user_ids: Iterable[int],
    kind: str,
    title: str,
    body: str = "",
    params: Mapping[str, str | int] | None = None,
    url: str = "",
    now: datetime,
    unique_key: str | None = None,
) -> list[Notice]:
    """One notice to each person, in the caller's transaction.

    Args:
        kind: namespaced, "opportunity.assigned".
        title, body: message ids marked with gettext_noop ("%(name)s is yours now"); each
            reader sees them in the own language.
        params: values of their places; text is shown as text.
        url: a path on this server, "/opportunities/12/".
        unique_key: a person who has a notice with it gets no second one.
    Raises ValueError for an address elsewhere.
    """
    if not is_own_path(url):
        raise ValueError(f"a notice leads to a path of this server, not to {url[:50]!r}")
    rows = [
        Notice(
            user_id=user_id,
            kind=kind,
            title_id=str(title),
            body_id=str(body),
            params=dict(params or {}),
            url=url,
            unique_key=unique_key,
            created_at=now,
        )
        for user_id in sorted(set(user_ids))
    ]
    return Notice.objects.bulk_create(rows, ignore_conflicts=unique_key is not None)


def mark_read(*, actor: Actor, pk: int, now: datetime) -> Notice:
    """The actor has read one of the own notices. NotFound for another's."""
    notice = own_notice(actor, pk)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
        forget_count(actor)
    return notice


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """All of them. Returns how many were unread."""
    forget_count(actor)
    return own_notices(actor, unread=True).update(read_at=now)


def send_digests(*, now: datetime) -> int:
    """Mail each person whose 07:30 has come what is unread from before. Returns how many mails.

    Called again and again: a notice is told once, and nobody gets two mails on one day.
    """
    waiting = Notice.objects.filter(
        read_at=None, digest_at=None, created_at__gt=now - FRESH
    ).values_list("user_id", flat=True)
    people = User.objects.filter(pk__in=waiting.distinct(), is_active=True, mail_digest=True)
    return sum(_send_digest(user, now) for user in people)


def _send_digest(user: User, now: datetime) -> int:
    due = last_digest(now, zone(user))
    if due is None:
        return 0
    day, moment = due
    key = f"digest:{user.pk}:{day.isoformat()}"
    if OutgoingMail.objects.filter(unique_key=key).exists():
        return 0
    with transaction.atomic():
        notices = list(
            Notice.objects.select_for_update()
            .filter(user=user, read_at=None, digest_at=None)
            .filter(created_at__lt=moment, created_at__gt=now - FRESH)
            .order_by("-id")
        )
        if not notices:
            return 0
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest_at=now)
        with translation.override(user.language or current_workspace().language):
            _queue_digest(user, notices, key, now)
    return 1


def _queue_digest(user: User, notices: list[Notice], key: str, now: datetime) -> None:
    count = len(notices)
    subject = ngettext("%(count)s notice for you", "%(count)s notices for you", count)
    lines = [_("Hello %(name)s,") % {"name": user.name}, ""]
    for notice in notices[:MOST]:
        lines.append(f"- {notice.title}")
        if notice.body:
            lines.append(f"  {notice.body}")
        if notice.url:
            lines.append(f"  {settings.BASE_URL}{notice.url}")
    if count > MOST:
        lines.append(_("And %(count)s more.") % {"count": count - MOST})
    lines += ["", f"{_('All notices')}: {settings.BASE_URL}/notices/"]
    lines.append(_("You can switch this mail off in your profile."))
    queue_mail(
        to=user.email,
        subject=subject % {"count": count},
        text="\n".join(lines),
        unique_key=key,
        now=now,
    )


def forget_old(*, now: datetime) -> int:
    """Remove notices of half a year ago."""
    return Notice.objects.filter(created_at__lt=now - KEEP).delete()[0]
