"""Invite somebody, and join by the link of the mail."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.mail.actions import queue_mail
from shangji.foundation.people.actions.checks import (
    check_language,
    check_mail,
    check_password,
    check_reach,
    check_role,
    living_team,
)
from shangji.foundation.people.models import Invitation, Team, User
from shangji.foundation.people.queries import open_invitation
from shangji.foundation.people.rules import hash_of
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import Invalid, NotFound
from shangji.lib.values import dataclass

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """A person to be, and the address that lets them in (shown once, never stored)."""

    user: User
    link: str


def invite_person(
    *,
    actor: Actor,
    name: str,
    email: str,
    role: str,
    team: Team | None,
    language: str,
    now: datetime,
) -> Invited:
    """Make a person without a password and mail them the link to choose one."""
    require_right(actor, "settings.people")
    check_role(actor, role)
    check_language(language)
    email = check_mail(email)
    with operation(actor, "person.invite", now=now) as op:
        user = User(
            email=email,
            name=name.strip(),
            role=role,
            team=living_team(team),
            language=language or current_workspace().language,
        )
        user.set_unusable_password()
        op.created(user)
        return Invited(user, _send(actor, user, now))


def invite_again(*, actor: Actor, user: User, now: datetime) -> Invited:
    """A new link for somebody who has not joined; the old one ends."""
    require_right(actor, "settings.people")
    check_reach(actor, user)
    if user.is_program:
        raise Invalid.whole(_("This is a program: it has keys and never signs in."))
    if user.has_usable_password():
        raise Invalid.whole(_("This person has joined already."))
    with operation(actor, "person.invite_again", now=now) as op:
        user = op.lock(user)
        op.note(user, "invitation", None, "sent")
        return Invited(user, _send(actor, user, now))


def accept_invitation(*, token: str, password: str, now: datetime) -> User:
    """Choose a password by an invitation. The link works once."""
    user = open_invitation(token, now).user
    check_password(password, user)
    with operation(Actor(user, "page"), "person.join", now=now) as op:
        taken = Invitation.objects.filter(token_hash=hash_of(token), accepted_at=None)
        if not taken.update(accepted_at=now):
            raise NotFound(_("This invitation has ended. Ask for a new one."))
        user = op.lock(user)
        user.set_password(password)
        user.save(update_fields=["password"])
        op.note(user, "joined", None, now.isoformat())
        user.invitations.filter(accepted_at=None).delete()
    return user


def _send(actor: Actor, user: User, now: datetime) -> str:
    user.invitations.filter(accepted_at=None).delete()
    token = secrets.token_urlsafe(20)
    Invitation.objects.create(
        user=user, token_hash=hash_of(token), created_at=now, expires_at=now + VALID_FOR
    )
    link = f"{settings.BASE_URL}{reverse('people:join', args=[token])}"
    context = {
        "person": user,
        "inviter": actor.user,
        "workspace": current_workspace(),
        "link": link,
        "days": VALID_FOR.days,
    }
    with translation.override(user.language):
        queue_mail(
            to=user.email,
            subject=_("%(workspace)s: your invitation") % {"workspace": current_workspace().name},
            text=render_to_string("people/mail/invitation.txt", context),
            urgent=True,
            now=now,
        )
    return link
