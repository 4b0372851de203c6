"""Checks that several actions share."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.queries import role_for
from shangji.foundation.access.roles import NOBODY
from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.people.models import Team, User
from shangji.lib.currencies import ISO_CODES
from shangji.lib.dates import known_zone
from shangji.lib.errors import Conflict, Forbidden, Invalid


def check_mail(email: str, *, besides: int | None = None) -> str:
    """A mail address in one spelling. Invalid when it is none or somebody here has it."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.field("email", _("This is not a mail address.")) from None
    if User.objects.filter(email__iexact=email).exclude(pk=besides).exists():
        raise Invalid.field("email", _("Somebody here has this mail address already."))
    return email


def check_password(password: str, user: User, field: str = "password") -> None:
    """Invalid with all causes when the password is too weak for this person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({field: error.messages}) from None


def check_role(actor: Actor, key: str) -> None:
    """The role exists and goes nowhere beyond the actor's own."""
    role = role_for(key)
    if role is NOBODY:
        raise Invalid.field("role", _("There is no such role."))
    if not actor.role.covers(role):
        raise Forbidden(_("You cannot give a role that may do more than your own."))


def check_reach(actor: Actor, person: User) -> None:
    """Nobody changes a person whose role goes beyond their own."""
    role = role_for(person.role)
    if role is not NOBODY and not actor.role.covers(role):
        raise Forbidden(_("This person's role may do more than your own."))


def check_language(language: str, *, optional: bool = True) -> None:
    if language not in dict(settings.LANGUAGES) and not (optional and not language):
        raise Invalid.field("language", _("This language is not there."))


def check_time_zone(name: str, *, optional: bool = True) -> None:
    if known_zone(name) is None and not (optional and not name):
        raise Invalid.field("time_zone", _("There is no such time zone."))


def check_currency(code: str, field: str = "currency") -> str:
    """An ISO 4217 code in capitals."""
    code = code.strip().upper()
    if code not in ISO_CODES:
        raise Invalid.field(field, _("There is no such currency."))
    return code


def living_team(team: Team | None) -> Team | None:
    """The team, unless it was deleted."""
    if team is not None and team.deleted_at is not None:
        raise Invalid.field("team", _("This team was deleted."))
    return team


def check_version(stored: int, seen: int | None) -> None:
    """Conflict when a row outside the ledger's merge changed since it was looked at."""
    if seen is not None and seen != stored:
        raise Conflict(_("Somebody else changed this meanwhile. Look at it again."))


def log_row(op: Recorder, row: Any, kind: str, fields: Mapping[str, Any]) -> None:
    """Log a change of a row that is not a `Record` (workspace, role): it has the same shape."""
    if fields or kind != Change.UPDATED:
        op.log(cast(Record, row), kind, fields)
