"""Why somebody may do something with a record: the rule by its name."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, cast

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Way:
    """How a scope reaches an owner.

    Attributes:
        kind: "own", "deputy" or "team".
        names: the owner for a deputy; for a team, the teams from the person's down to the
            owner's.
        until: last day of a deputy, None without an end.
    """

    kind: str
    names: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True)
class Reason:
    """One rule that lets somebody in. `rule`: all, own, deputy, team, pool or inherited."""

    rule: str
    text: str
    scope: Scope


class Reachable(Protocol):
    """What is asked of a user (foundation.people.models.User)."""

    def ways_to(self, owner_id: int, scope: Scope) -> Sequence[Way]: ...


def explain(actor: Actor, record: Any, verb: str = "read") -> list[Reason]:
    """Every rule by which an actor may do a verb on a record; empty when none does.

    Agrees with `RecordQuerySet.allows`, which decides.
    """
    rows = model_queryset(type(record))
    if not rows.allows(actor, verb, record):
        return []
    scope = actor.scope(verb, record.record_type)
    role = str(actor.role.name)
    if scope is Scope.ALL:
        return [Reason("all", _("The role %(role)s reaches everybody's.") % {"role": role}, scope)]
    owner_id, known = _owner(record, rows.owner_path)
    if not known:
        text = _("It hangs on records that the role %(role)s reaches.") % {"role": role}
        return [Reason("inherited", text, scope)]
    if owner_id is None:
        text = _("It lies in the open pool, which the role %(role)s sees.") % {"role": role}
        return [Reason("pool", text, scope)]
    person = cast(Reachable, actor.user)
    return [_reason(way, role, scope) for way in person.ways_to(owner_id, scope)]


def _owner(record: Any, path: str) -> tuple[int | None, bool]:
    """The owner's id along a path of single links, and whether the path can be walked."""
    *links, last = path.split("__")
    for link in links:
        field = record._meta.get_field(link)
        if not (field.many_to_one or field.one_to_one) or not field.concrete:
            return None, False
        record = getattr(record, link)
        if record is None:
            return None, True
    return getattr(record, f"{last}_id", None), True


def _reason(way: Way, role: str, scope: Scope) -> Reason:
    if way.kind == "own":
        text = _("It is their own, and the role %(role)s reaches own records.")
    elif way.kind == "deputy" and way.until is None:
        text = _("They stand in for %(who)s.")
    elif way.kind == "deputy":
        text = _("They stand in for %(who)s until %(until)s.")
    else:
        text = _("The role %(role)s reaches team records: %(who)s.")
    values = {"role": role, "who": " › ".join(way.names), "until": way.until}
    return Reason(way.kind, text % values, scope)
