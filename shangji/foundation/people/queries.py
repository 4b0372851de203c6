"""Reads of people, teams and roles."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from axes.models import AccessLog
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_right
from shangji.foundation.access.grants import Role
from shangji.foundation.access.kinds import kinds
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.queries import role_of, why_broken
from shangji.foundation.access.roles import BUILT_IN
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.people.models import ApiToken, Invitation, Team, User
from shangji.foundation.people.rules import hash_of
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import NotFound
from shangji.lib.ids import hash_token
from shangji.lib.values import dataclass

DEMO_ROLES = ("rep", "manager", "readonly", "admin")


@dataclass(frozen=True)
class Left:
    """Records somebody owns: how many, and the list that shows them."""

    name: str
    count: int
    url: str


def is_demo() -> bool:
    """Whether this is a demo: the setting and the workspace both say so."""
    return bool(settings.DEMO) and current_workspace().is_demo


def demo_people() -> list[User]:
    """The people a demo signs in with one click, one for each role; none elsewhere."""
    if not is_demo():
        return []
    rows = User.objects.filter(is_demo=True, is_active=True, role__in=DEMO_ROLES).order_by("-pk")
    first = {row.role: row for row in rows}
    return [first[role] for role in DEMO_ROLES if role in first]


def open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation of a link. NotFound when it was used, is too old or never was."""
    row = (
        Invitation.objects.select_related("user")
        .filter(token_hash=hash_of(token), accepted_at=None, expires_at__gt=now)
        .filter(user__is_active=True, user__deleted_at=None)
        .first()
    )
    if row is None:
        raise NotFound(_("This invitation has ended. Ask for a new one."))
    return row


def people(actor: Actor, *, text: str = "", state: str = "active") -> QuerySet[User]:
    """People by name, mail or team. `state`: active, invited, off or all."""
    rows: QuerySet[User] = User.objects.visible_to(actor).select_related("team", "deputy")
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(email__icontains=text) | Q(team__name__icontains=text)
        )
    if state == "invited":
        waiting = rows.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return waiting.exclude(is_program=True)
    if state in {"active", "off"}:
        return rows.filter(is_active=state == "active")
    return rows


def person(actor: Actor, pk: int) -> User:
    """One person for whoever may change people; NotFound otherwise."""
    require_right(actor, "settings.people")
    return get_visible(User, actor, pk)


def team(actor: Actor, pk: int) -> Team:
    """One team for whoever may change teams; NotFound otherwise."""
    require_right(actor, "settings.people")
    return get_visible(Team, actor, pk)


def team_tree(actor: Actor) -> list[tuple[int, Team]]:
    """All teams with their depth, in the order of the tree; each knows its `headcount`."""
    rows = (
        Team.objects.visible_to(actor)
        .select_related("leader")
        .annotate(headcount=Count("members", filter=Q(members__is_active=True)))
        .order_by("name")
    )
    below: dict[int | None, list[Team]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[int, Team]]:
        for row in below.get(parent, []):
            yield depth, row
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))


def records_left(user: User) -> list[Left]:
    """How many records a person owns, by kind; of kinds with a status only the open ones."""
    found = []
    for kind in kinds():
        model: Any = tracked_model(kind.key)
        names = {item.name for item in model._meta.concrete_fields} if model else set()
        if "owner" not in names:
            continue
        rows = model._default_manager.alive().filter(owner=user)
        query = [("f", f"owner.is.{user.pk}")]
        if "status" in names:
            rows = rows.filter(status="open")
            query.append(("f", "status.is.open"))
        if count := rows.count():
            found.append(Left(str(kind.name), count, f"/{kind.slug}/?{urlencode(query)}"))
    return found


def headcounts() -> dict[str, int]:
    """How many active people have each role, by role key."""
    rows = User.objects.filter(is_active=True, deleted_at=None).order_by().values_list("role")
    return dict(rows.annotate(count=Count("pk")))


def stands_in_for(user: User) -> list[User]:
    """The people somebody is deputy of today."""
    return list(User.objects.filter(pk__in=user.principal_ids))


def recent_sign_ins(user: User, limit: int = 5) -> list[tuple[datetime, str, str]]:
    """When, from which address and with which browser somebody signed in last."""
    rows = AccessLog.objects.filter(username=user.email).order_by("-attempt_time")[:limit]
    return [(row.attempt_time, row.ip_address or "", row.user_agent) for row in rows]


@dataclass(frozen=True)
class RoleCard:
    """A role on the list: how many people have it, and what is wrong with it."""

    key: str
    name: str
    description: str
    people: int
    built_in: bool
    broken: str


def role_cards() -> list[RoleCard]:
    """Built-in roles, then own ones, broken ones included."""
    counts = headcounts()
    cards = [
        RoleCard(key, str(role.name), str(role.description), counts.get(key, 0), True, "")
        for key, role in BUILT_IN.items()
    ]
    for row in CustomRole.objects.all():
        key = f"custom:{row.pk}"
        count = counts.get(key, 0)
        cards.append(RoleCard(key, row.name, row.description, count, False, why_broken(row)))
    return cards


def custom_role(pk: int) -> CustomRole:
    """One own role; NotFound without it."""
    row = CustomRole.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def role_named(key: str) -> tuple[Role, CustomRole | None, str]:
    """The role of a key, its row when it is an own one, and what is wrong with that."""
    if key in BUILT_IN:
        return BUILT_IN[key], None, ""
    number = key.removeprefix("custom:")
    if not key.startswith("custom:") or not number.isdecimal() or len(number) > 18:
        raise NotFound
    row = custom_role(int(number))
    return role_of(row), row, why_broken(row)


def leader_of(user: User) -> User | None:
    """Who leads a person: the active leader of the own team, else of the next team above."""
    teams = {row.pk: row for row in Team.objects.filter(deleted_at=None).select_related("leader")}
    at, seen = user.team_id, set[int]()
    while at is not None and at in teams and at not in seen:
        seen.add(at)
        leader: User | None = teams[at].leader
        if leader is not None and leader.is_active and leader.pk != user.pk:
            return leader
        at = teams[at].parent_id
    return None


def feed_owner(token: str) -> User | None:
    """Whose calendar address this is. A wrong one costs the same hash and look-up."""
    key = hash_of(token[:200])
    person = User.objects.filter(feed_key=key, is_active=True, deleted_at=None).first()
    return person if person is not None and compare_digest(person.feed_key, key) else None


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own keys, newest first."""
    return ApiToken.objects.alive().filter(user=actor.user_id or 0)


def token(actor: Actor, pk: int) -> ApiToken:
    """A key the actor may change. NotFound otherwise."""
    row: ApiToken = get_visible(ApiToken, actor, pk)
    return row


def programs(actor: Actor) -> QuerySet[User]:
    """Programs with their working keys as `living_tokens`, by name."""
    require_right(actor, "settings.people")
    keys = Prefetch("tokens", queryset=ApiToken.objects.alive(), to_attr="living_tokens")
    rows: QuerySet[User] = User.objects.filter(is_program=True, deleted_at=None)
    return rows.prefetch_related(keys).order_by("name", "pk")


def program(actor: Actor, pk: int) -> User:
    """A program by id. NotFound for anything else."""
    row = programs(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Not here, or not yours to see."))
    return row


#: keys a process remembers
_ROOM = 1000
#: what the database says of a key and its person now; both are read anew when any of it changed
_STAMP = (
    "SELECT t.version, t.deleted_at, t.last_used_on, u.version, u.role, u.is_active,"
    " u.deleted_at, u.team_id, u.language, u.time_zone FROM people_apitoken t"
    " JOIN people_user u ON u.id = t.user_id"
    " WHERE t.token_hash = %s"
)
_keys: dict[str, tuple[Any, ApiToken]] = {}


def token_of(text: str, now: datetime) -> ApiToken | None:
    """The key with this text while it works and its person does, with the person.

    One small query: the rows themselves are remembered as long as nothing of them changed.
    """
    hashed = hash_token(text)
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [hashed])
        stamp = cursor.fetchone()
    if stamp is None:
        return None
    kept = _keys.get(hashed)
    if kept is None or kept[0] != stamp:
        row = ApiToken.objects.alive().select_related("user").filter(token_hash=hashed).first()
        if row is None:
            return None
        if len(_keys) >= _ROOM:
            _keys.clear()
        kept = _keys[hashed] = (stamp, row)
    row = copy(kept[1])
    # a person of its own for each request: who they stand in for may change with the day
    user = row.user = copy(kept[1].user)
    if row.expires_at is not None and row.expires_at <= now:
        return None
    return row if user.is_active and user.deleted_at is None else None
