"""Read and write a role as versioned JSON. A broken one is shown as broken and grants nothing."""

from collections.abc import Mapping
from typing import Any

from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.roles import RIGHTS
from shangji.foundation.access.scope import Scope

VERSION = 1
_SCOPES = ("read", "edit", "delete", "export", "assign")
_FLAGS = ("create", "imports", "pool")
_SETS = ("hidden", "read_only")


class BrokenDefinition(ValueError):
    """The stored JSON is not a role; the message says where."""


def grant_to_json(grant: Grant) -> dict[str, Any]:
    return (
        {name: getattr(grant, name).name.lower() for name in _SCOPES}
        | {name: getattr(grant, name) for name in _FLAGS}
        | {name: sorted(getattr(grant, name)) for name in _SETS}
    )


def grant_from_json(data: Any, where: str) -> Grant:
    """A grant from JSON. Raises BrokenDefinition naming the place."""
    if not isinstance(data, Mapping):
        raise BrokenDefinition(f"{where}: should be an object")
    unknown = set(data) - {*_SCOPES, *_FLAGS, *_SETS}
    if unknown:
        raise BrokenDefinition(f"{where}: unknown {sorted(unknown)[0]}")
    values: dict[str, Any] = {}
    for name in _SCOPES:
        text = data.get(name, "none")
        if not isinstance(text, str) or text.upper() not in Scope.__members__:
            raise BrokenDefinition(f"{where}.{name}: no such scope")
        values[name] = Scope[text.upper()]
    for name in _FLAGS:
        flag = data.get(name, False)
        if not isinstance(flag, bool):
            raise BrokenDefinition(f"{where}.{name}: should be true or false")
        values[name] = flag
    for name in _SETS:
        words = data.get(name, [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise BrokenDefinition(f"{where}.{name}: should be a list of field keys")
        values[name] = frozenset(words)
    return Grant(**values)


def role_to_json(role: Role) -> dict[str, Any]:
    return {
        "version": VERSION,
        "default": grant_to_json(role.default),
        "grants": {key: grant_to_json(grant) for key, grant in role.grants.items()},
        "rights": sorted(role.rights),
    }


def role_from_json(data: Any, *, key: str, name: str, description: str = "") -> Role:
    """A role from stored JSON. Raises BrokenDefinition naming the place."""
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        raise BrokenDefinition("version: should be 1")
    grants = data.get("grants", {})
    if not isinstance(grants, Mapping):
        raise BrokenDefinition("grants: should be an object")
    rights = data.get("rights", [])
    if not isinstance(rights, list) or set(rights) - set(RIGHTS):
        raise BrokenDefinition("rights: unknown right")
    return Role(
        key=key,
        name=name,
        description=description,
        default=grant_from_json(data.get("default", {}), "default"),
        grants={
            str(kind): grant_from_json(grant, f"grants.{kind}") for kind, grant in grants.items()
        },
        rights=frozenset(rights),
    )
