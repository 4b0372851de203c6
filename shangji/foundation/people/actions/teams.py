"""The team tree."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import Team, User
from shangji.lib.errors import Invalid


def create_team(
    *, actor: Actor, name: str, parent: Team | None, leader: User | None, now: datetime
) -> Team:
    """A new team, under another one or at the top."""
    require_right(actor, "settings.people")
    with operation(actor, "team.create", now=now) as op:
        _check_name(name)
        _check_leader(leader)
        _check_parent(None, parent)
        return op.created(Team(name=name.strip(), parent=parent, leader=leader))


def edit_team(
    *,
    actor: Actor,
    team: Team,
    name: str,
    parent: Team | None,
    leader: User | None,
    version: int | None,
    now: datetime,
) -> Team:
    """Rename a team, move it in the tree or give it another leader. A team is never its own
    parent, at no distance."""
    require_right(actor, "settings.people")
    with operation(actor, "team.edit", now=now) as op:
        # all rows, so that two moves at once cannot close a circle together
        list(Team.objects.select_for_update().order_by("pk").values_list("pk"))
        team = op.lock(team)
        _check_name(name, besides=team.pk)
        _check_leader(leader)
        _check_parent(team, parent)
        return op.update(
            team, {"name": name.strip(), "parent": parent, "leader": leader}, version=version
        )


def delete_team(*, actor: Actor, team: Team, now: datetime) -> Team:
    """Delete a team that is empty and has no team below it."""
    require_right(actor, "settings.people")
    with operation(actor, "team.delete", now=now) as op:
        team = op.lock(team)
        if User.objects.filter(team=team).exists():
            raise Invalid.whole(_("People are still in this team. Move them first."))
        if Team.objects.filter(parent=team, deleted_at=None).exists():
            raise Invalid.whole(_("Teams are still below this one. Move them first."))
        return op.deleted(team)


def _check_name(name: str, *, besides: int | None = None) -> None:
    taken = Team.objects.filter(name__iexact=name.strip(), deleted_at=None).exclude(pk=besides)
    if taken.exists():
        raise Invalid.field("name", _("There is a team of this name already."))


def _check_leader(leader: User | None) -> None:
    if leader is not None and not leader.is_active:
        raise Invalid.field("leader", _("This person is switched off."))


def _check_parent(team: Team | None, parent: Team | None) -> None:
    if parent is None:
        return
    if parent.deleted_at is not None:
        raise Invalid.field("parent", _("This team was deleted."))
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    above: int | None = parent.pk
    while above is not None:
        if team is not None and above == team.pk:
            raise Invalid.field("parent", _("A team cannot stand below itself."))
        above = parents.get(above)
