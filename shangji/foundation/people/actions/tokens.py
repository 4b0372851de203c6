"""Keys of programs: made, shown once, renamed, revoked. Only hashes are kept."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_right
from shangji.foundation.access.kinds import kinds
from shangji.foundation.access.scopes import EVERY_TYPE, LEVELS, SETTINGS, WRITE
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.checks import check_role
from shangji.foundation.people.models import ApiToken, User
from shangji.foundation.workspace.queries import today, zone
from shangji.lib.dates import start_of_day
from shangji.lib.errors import Forbidden, Invalid
from shangji.lib.ids import hash_token, new_key, new_token

#: what every key begins with, so that scanners for leaked keys know it
PREFIX = "sjt_"
#: keys one person or program may hold
MOST = 50
LONGEST = timedelta(days=366 * 5)


def make_token(
    *,
    actor: Actor,
    name: str,
    scopes: Mapping[str, str],
    expires_on: date | None,
    now: datetime,
    user: User | None = None,
) -> tuple[ApiToken, str]:
    """A new key for the actor, or for a program an administrator names; with its text, this once.

    Args:
        scopes: level by record type, see foundation.access.scopes.
        expires_on: the last day it works (the workspace's zone); None: until revoked.
    Raises Forbidden for a token that makes tokens and for another person's; Invalid by field.
    """
    _require_person(actor)
    owner = User.objects.get(pk=actor.user_id) if user is None else user
    if owner.pk != actor.user_id and not (owner.is_program and actor.can("settings.people")):
        raise Forbidden(_("Only the person can make a key that acts for them."))
    _check(name, scopes, expires_on, now)
    if ApiToken.objects.alive().filter(user=owner).count() >= MOST:
        raise Invalid.whole(_("At most %(n)s keys. Revoke one that is not used.") % {"n": MOST})
    text = PREFIX + new_token(256)
    with operation(actor, "token.make", now=now) as op:
        token = op.created(
            ApiToken(
                user=owner,
                name=name.strip(),
                token_hash=hash_token(text),
                ending=text[-4:],
                scopes=dict(scopes),
                expires_at=_end_of(expires_on),
            )
        )
    return token, text


def make_program(
    *,
    actor: Actor,
    name: str,
    role: str,
    scopes: Mapping[str, str],
    expires_on: date | None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A program with a role of its own and its first key, whose text comes this once.

    It owns what it makes, cannot sign in, and is switched off like a person.
    """
    require_right(actor, "settings.people")
    check_role(actor, role)
    _check(name, scopes, expires_on, now)
    with operation(actor, "program.make", now=now) as op:
        user = User(
            name=name.strip(),
            email=f"{new_key('program')}@program.invalid",
            role=role,
            is_program=True,
            mail_digest=False,
        )
        user.set_unusable_password()
        op.created(user)
        return make_token(
            actor=actor, name=name, scopes=scopes, expires_on=expires_on, now=now, user=user
        )


def rename_token(*, actor: Actor, token: ApiToken, name: str, now: datetime) -> ApiToken:
    """Another name for a key. NotFound for somebody else's."""
    _require_person(actor)
    require(actor, "edit", token)
    if not 0 < len(name.strip()) <= 80:
        raise Invalid.field("name", _("Give it a name of at most 80 characters."))
    with operation(actor, "token.rename", now=now) as op:
        return op.update(op.lock(token), {"name": name.strip()})


def revoke_token(*, actor: Actor, token: ApiToken, now: datetime) -> ApiToken:
    """End a key at once and for good: undo does not bring it back. NotFound for another's."""
    _require_person(actor)
    require(actor, "edit", token)
    with operation(actor, "token.revoke", now=now) as op:
        return op.deleted(op.lock(token))


def mark_used(*, token: ApiToken, now: datetime) -> None:
    """Keep the day on which a key last opened the API."""
    day = today(now=now)
    if token.last_used_on != day:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=day)


def _require_person(actor: Actor) -> None:
    """A key never makes or changes keys: a leaked one cannot prolong its own life."""
    if actor.user_id is None or actor.scopes is not None:
        raise Forbidden(_("Keys are made on your profile, by a person who signed in."))


def _check(name: str, scopes: Mapping[str, str], expires_on: date | None, now: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if not 0 < len(name.strip()) <= 80:
        errors["name"] = [_("Give it a name of at most 80 characters.")]
    known = {EVERY_TYPE, SETTINGS, *(kind.key for kind in kinds())}
    if not set(scopes) <= known or not set(scopes.values()) <= set(LEVELS):
        errors["scopes"] = [_("Choose from the list.")]
    elif scopes.get(SETTINGS, "") not in {"", WRITE} or not any(scopes.values()):
        errors["scopes"] = [_("Choose at least one thing it may do.")]
    if expires_on is not None and not today(now=now) <= expires_on <= (now + LONGEST).date():
        errors["expires_on"] = [_("Choose a day between today and five years from now.")]
    if errors:
        raise Invalid(errors)


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else start_of_day(day + timedelta(days=1), zone())
