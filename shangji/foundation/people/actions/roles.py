"""Roles that an administrator makes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.definitions import BrokenDefinition, role_from_json
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.roles import BUILT_IN
from shangji.foundation.audit.models import Change
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.checks import check_version, log_row
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden, Invalid, NotFound


def create_role(
    *, actor: Actor, name: str, description: str, definition: Mapping[str, Any], now: datetime
) -> CustomRole:
    """A new role; usually a copy of another one. It may do no more than its maker."""
    require_right(actor, "settings.people")
    _check(actor, name, definition)
    with operation(actor, "role.create", now=now) as op:
        row = CustomRole.objects.create(
            name=name.strip(),
            description=description.strip(),
            definition=dict(definition),
            created_at=now,
            updated_at=now,
        )
        log_row(op, row, Change.CREATED, _changes({}, row))
        return row


def edit_role(
    *,
    actor: Actor,
    role: CustomRole,
    name: str,
    description: str,
    definition: Mapping[str, Any],
    version: int | None,
    now: datetime,
) -> CustomRole:
    """Change a role; people who have it work with it from their next request on."""
    require_right(actor, "settings.people")
    _check(actor, name, definition, besides=role.pk)
    with operation(actor, "role.edit", now=now) as op:
        row = _locked(role)
        check_version(row.version, version)
        before = _values(row)
        row.name, row.description = name.strip(), description.strip()
        row.definition = dict(definition)
        row.version += 1
        row.updated_at = now
        row.save()
        log_row(op, row, Change.UPDATED, _changes(before, row))
        return row


def delete_role(*, actor: Actor, role: CustomRole, now: datetime) -> None:
    """Delete a role nobody has."""
    require_right(actor, "settings.people")
    with operation(actor, "role.delete", now=now) as op:
        row = _locked(role)
        count = User.objects.filter(role=f"custom:{row.pk}").count()
        if count:
            raise Invalid.whole(
                _("%(count)s people have this role. Give them another one first.")
                % {"count": count}
            )
        log_row(op, row, Change.DELETED, {})
        row.delete()


def _locked(role: CustomRole) -> CustomRole:
    row = CustomRole.objects.select_for_update().filter(pk=role.pk).first()
    if row is None:
        raise NotFound(_("Somebody deleted this meanwhile."))
    return row


def _check(
    actor: Actor, name: str, definition: Mapping[str, Any], besides: int | None = None
) -> None:
    names = {str(role.name).lower() for role in BUILT_IN.values()}
    taken = CustomRole.objects.filter(name__iexact=name.strip())
    if besides is not None:
        taken = taken.exclude(pk=besides)
    if taken.exists() or name.strip().lower() in names:
        raise Invalid.field("name", _("There is a role of this name already."))
    try:
        role = role_from_json(definition, key="custom:0", name=name)
    except BrokenDefinition as error:
        raise Invalid.whole(_("This is not a role: %(where)s") % {"where": error}) from None
    if not actor.role.covers(role):
        raise Forbidden(_("A role you make cannot do more than your own."))


def _values(row: CustomRole) -> dict[str, Any]:
    return {"name": row.name, "description": row.description, "definition": row.definition}


def _changes(before: Mapping[str, Any], row: CustomRole) -> dict[str, list[Any]]:
    after = _values(row)
    return {
        key: [before.get(key), value] for key, value in after.items() if before.get(key) != value
    }
