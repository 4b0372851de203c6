"""Change what somebody is and may do."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.people.actions.checks import (
    check_mail,
    check_reach,
    check_role,
    living_team,
)
from shangji.foundation.people.models import Team, User
from shangji.lib.errors import Invalid


def edit_person(
    *,
    actor: Actor,
    user: User,
    name: str,
    email: str,
    role: str,
    team: Team | None,
    deputy: User | None,
    deputy_from: date | None,
    deputy_until: date | None,
    version: int | None,
    now: datetime,
) -> User:
    """Change a person's name, mail, role, team and deputy.

    Conflict when another administrator changed the same field since `version`.
    """
    require_right(actor, "settings.people")
    check_reach(actor, user)
    check_role(actor, role)
    check_deputy(user, deputy, deputy_from, deputy_until)
    with operation(actor, "person.edit", now=now) as op:
        admins = _lock_admins()
        user = op.lock(user)
        if role != "admin":
            _keep_an_admin(admins, user)
        return op.update(
            user,
            {
                "name": name.strip(),
                "email": check_mail(email, besides=user.pk),
                "role": role,
                "team": living_team(team),
                "deputy": deputy,
                "deputy_from": deputy_from if deputy else None,
                "deputy_until": deputy_until if deputy else None,
            },
            version=version,
        )


def switch_off(*, actor: Actor, user: User, now: datetime) -> User:
    """End somebody's access: sessions stop at their next request, records stay."""
    require_right(actor, "settings.people")
    check_reach(actor, user)
    if user.pk == actor.user_id:
        raise Invalid.whole(_("You cannot switch yourself off."))
    with operation(actor, "person.switch_off", now=now) as op:
        admins = _lock_admins()
        user = op.lock(user)
        _keep_an_admin(admins, user)
        user.invitations.filter(accepted_at=None).delete()
        return op.update(user, {"is_active": False, "session_epoch": user.session_epoch + 1})


def switch_on(*, actor: Actor, user: User, now: datetime) -> User:
    """Let somebody in again, with the role and team they had."""
    require_right(actor, "settings.people")
    check_reach(actor, user)
    with operation(actor, "person.switch_on", now=now) as op:
        return op.update(op.lock(user), {"is_active": True})


def check_deputy(user: User, deputy: User | None, since: date | None, until: date | None) -> None:
    """Invalid for a deputy who is the person, switched off, or has impossible dates."""
    if deputy is None:
        return
    if deputy.pk == user.pk:
        raise Invalid.field("deputy", _("Nobody stands in for themselves."))
    if not deputy.is_active:
        raise Invalid.field("deputy", _("This person is switched off."))
    if since is None:
        raise Invalid.field("deputy_from", _("Say from which day on."))
    if until is not None and until < since:
        raise Invalid.field("deputy_until", _("This is before the first day."))


def _lock_admins() -> set[int]:
    """Ids of the active administrators, locked so that two cannot remove each other."""
    rows = User.objects.select_for_update().filter(role="admin", is_active=True, deleted_at=None)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _keep_an_admin(admins: set[int], leaving: User) -> None:
    if admins == {leaving.pk}:
        raise Invalid.field("role", _("This is the last administrator. Make another one first."))


def keep_binned_people_out(op: Recorder, people: Sequence[Record]) -> None:
    """Undoing an invitation bins the person: then nobody signs in as them either."""
    for user in people:
        if isinstance(user, User) and user.deleted_at is not None and user.is_active:
            op.update(user, {"is_active": False})
