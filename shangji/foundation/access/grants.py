"""Grants and roles as plain values that a person can read."""

from collections.abc import Mapping
from dataclasses import field

from shangji.foundation.access.scope import Scope
from shangji.lib.errors import Text
from shangji.lib.values import dataclass

VERBS = ("create", "read", "edit", "delete", "export", "assign", "import")


@dataclass(frozen=True)
class Grant:
    """What one role may do with one record type.

    Attributes:
        read, edit, delete, export, assign: over whose rows.
        create, imports: yes or no; what is made belongs to its maker unless assigned.
        pool: sees and may claim rows without an owner.
        hidden: field keys this role does not know of.
        read_only: field keys this role sees and does not change.
    """

    read: Scope = Scope.NONE
    edit: Scope = Scope.NONE
    delete: Scope = Scope.NONE
    export: Scope = Scope.NONE
    assign: Scope = Scope.NONE
    create: bool = False
    imports: bool = False
    pool: bool = False
    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()

    def scope(self, verb: str) -> Scope:
        """The reach of a verb; create and import reach all or nothing."""
        if verb == "create":
            return Scope.ALL if self.create else Scope.NONE
        if verb == "import":
            return Scope.ALL if self.imports else Scope.NONE
        reach: Scope = getattr(self, verb)
        return reach

    def covers(self, other: "Grant") -> bool:
        """Whether the other grant gives nothing that this one does not."""
        return (
            all(self.scope(verb) >= other.scope(verb) for verb in VERBS)
            and (self.pool or not other.pool)
            and self.hidden <= other.hidden
            and self.read_only <= other.read_only | other.hidden
        )


@dataclass(frozen=True)
class Role:
    """A named set of grants.

    Attributes:
        default: the grant for every record type without one of its own.
        grants: by record type.
        rights: rights outside records, such as "settings.people" (see roles.RIGHTS).
    """

    key: str
    name: Text
    description: Text
    default: Grant = Grant()
    grants: Mapping[str, Grant] = field(default_factory=dict)
    rights: frozenset[str] = frozenset()

    def grant(self, record_type: str) -> Grant:
        return self.grants.get(record_type, self.default)

    def covers(self, other: "Role") -> bool:
        """Whether nothing in the other role goes beyond this one: who may hand it out."""
        if not other.rights <= self.rights:
            return False
        kinds = {*self.grants, *other.grants}
        pairs = [(self.default, other.default)]
        pairs += [(self.grant(kind), other.grant(kind)) for kind in kinds]
        return all(mine.covers(theirs) for mine, theirs in pairs)
