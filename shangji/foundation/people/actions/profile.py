"""What people change about themselves."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.checks import check_time_zone
from shangji.foundation.people.actions.users import check_deputy
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden


def edit_profile(
    *,
    actor: Actor,
    name: str,
    time_zone: str,
    signature: str,
    mail_digest: bool,
    version: int | None,
    now: datetime,
) -> User:
    """Change the own name, time zone, signature and mail digest."""
    check_time_zone(time_zone)
    with operation(actor, "profile.edit", now=now) as op:
        return op.update(
            op.lock(_own(actor)),
            {
                "name": name.strip(),
                "time_zone": time_zone,
                "signature": signature.strip(),
                "mail_digest": mail_digest,
            },
            version=version,
        )


def choose_deputy(
    *,
    actor: Actor,
    deputy: User | None,
    deputy_from: date | None,
    deputy_until: date | None,
    now: datetime,
) -> User:
    """Let somebody see and work on the own records between two days."""
    user = _own(actor)
    check_deputy(user, deputy, deputy_from, deputy_until)
    with operation(actor, "profile.deputy", now=now) as op:
        return op.update(
            op.lock(user),
            {
                "deputy": deputy,
                "deputy_from": deputy_from if deputy else None,
                "deputy_until": deputy_until if deputy else None,
            },
        )


def choose_password(*, actor: Actor, password: str, now: datetime) -> User:
    """A new own password; the form has checked it. Other sessions, open reset links (both by
    their hash) and invitations end."""
    with operation(actor, "profile.password", now=now) as op:
        user = op.lock(_own(actor))
        user.set_password(password)
        user.save(update_fields=["password"])
        user.invitations.filter(accepted_at=None).delete()
        op.note(user, "password", None, "changed")
        return user


def end_other_sessions(*, actor: Actor, now: datetime) -> User:
    """Sign out everywhere; the page keeps its own session by renewing its hash."""
    with operation(actor, "profile.end_sessions", now=now) as op:
        user = op.lock(_own(actor))
        return op.update(user, {"session_epoch": user.session_epoch + 1})


def _own(actor: Actor) -> User:
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    if user is None:
        raise Forbidden(_("Only a person has a profile."))
    return user
