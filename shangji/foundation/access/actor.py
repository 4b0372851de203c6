"""Who acts, through which door, and how far that reaches."""

from functools import cached_property
from typing import Protocol

from shangji.foundation.access.grants import Role
from shangji.foundation.access.queries import role_for
from shangji.foundation.access.roles import System
from shangji.foundation.access.scope import Scope
from shangji.foundation.access.scopes import Scopes, narrowed


class Person(Protocol):
    """What access asks of a user (foundation.people.models.User)."""

    id: int
    role: str
    is_active: bool

    def owner_ids(self, scope: Scope) -> frozenset[int] | None: ...


class Actor:
    """A person (or Shangji itself) coming through a door: page, api, import, job, command.

    `scopes` are those of a program's token; they take from the role, whatever the door asks.
    """

    def __init__(
        self, user: Person | None, door: str = "page", scopes: Scopes | None = None
    ) -> None:
        self.user = user
        self.door = door
        self.scopes = scopes
        self._owner_ids: dict[Scope, frozenset[int] | None] = {}

    def __repr__(self) -> str:
        return f"<Actor {self.user_id} {self.role.key} by {self.door}>"

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user is not None else None

    @cached_property
    def role(self) -> Role:
        return self.whole_role if self.scopes is None else narrowed(self.whole_role, self.scopes)

    @property
    def whole_role(self) -> Role:
        """The person's role, as it is without a key's scopes."""
        return System if self.user is None else role_for(self.user.role, self.user.is_active)

    @property
    def is_admin(self) -> bool:
        return self.scopes is None and self.role.key in {"admin", "system"}

    def scope(self, verb: str, record_type: str) -> Scope:
        """How far this verb reaches over rows of this type."""
        return self.role.grant(record_type).scope(verb)

    def may(self, verb: str, record_type: str) -> bool:
        """Whether the verb is possible on any row of this type."""
        return self.scope(verb, record_type) > Scope.NONE

    def can(self, right: str) -> bool:
        """Whether the role holds a right outside records, such as "settings.people"."""
        return right in self.role.rights

    def owner_ids(self, scope: Scope) -> frozenset[int] | None:
        """Ids of the owners inside a scope; None means everybody's rows."""
        if scope is Scope.ALL:
            return None
        if scope is Scope.NONE or self.user is None:
            return frozenset()
        if scope not in self._owner_ids:
            self._owner_ids[scope] = self.user.owner_ids(scope)
        return self._owner_ids[scope]

    def hidden_fields(self, record_type: str) -> frozenset[str]:
        return self.role.grant(record_type).hidden

    def read_only_fields(self, record_type: str) -> frozenset[str]:
        grant = self.role.grant(record_type)
        return grant.read_only | grant.hidden


def system_actor(door: str = "job") -> Actor:
    """Shangji itself: jobs, schedules, set-up."""
    return Actor(None, door)
