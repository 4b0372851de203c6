"""What a program's token may do of what its person may: a level for each record type.

Scopes are a plain dictionary, `{"*": "read", "opportunity": "write", "settings": "write"}`: `*` is
every type without a level of its own, `settings` the role's rights outside records. What is not
named is not there: the narrowed role answers for it like a role that knows of nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.scope import Scope

NOTHING, READ, WRITE, DELETE = "", "read", "write", "delete"
#: each level contains the ones before it
LEVEL_NAMES = {
    NOTHING: _("Nothing"),
    READ: _("Read"),
    WRITE: _("Read and change"),
    DELETE: _("Read, change and delete"),
}
LEVELS = tuple(LEVEL_NAMES)
#: keys that are no record type
EVERY_TYPE, SETTINGS = "*", "settings"

Scopes = Mapping[str, str]


def narrowed(role: Role, scopes: Scopes) -> Role:
    """The role with only what the scopes leave of it; never more than the role itself."""
    kinds = {*role.grants, *scopes} - {EVERY_TYPE, SETTINGS}
    return replace(
        role,
        default=_cut(role.default, scopes.get(EVERY_TYPE, NOTHING)),
        grants={kind: _cut(role.grant(kind), level_of(scopes, kind)) for kind in kinds},
        rights=role.rights if scopes.get(SETTINGS) == WRITE else frozenset(),
    )


def level_of(scopes: Scopes, record_type: str) -> str:
    """The level for a type; an unknown word counts as nothing."""
    level = scopes.get(record_type, scopes.get(EVERY_TYPE, NOTHING))
    return level if level in LEVELS else NOTHING


def level_for(verb: str) -> str:
    """The least level that leaves a verb of grants.VERBS."""
    return verb if verb in {READ, DELETE} else WRITE


def _cut(grant: Grant, level: str) -> Grant:
    if level == DELETE:
        return grant
    if level == WRITE:
        return replace(grant, delete=Scope.NONE)
    if level == READ:
        return Grant(
            read=grant.read, pool=grant.pool, hidden=grant.hidden, read_only=grant.read_only
        )
    return Grant(hidden=grant.hidden, read_only=grant.read_only)
