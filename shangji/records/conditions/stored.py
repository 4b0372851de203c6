"""The tree as versioned JSON, checked when it is saved and again when it is loaded.

{"version": 1, "where": {"all": [
    {"field": "status", "op": "is", "value": "open"},
    {"any": [{"field": "owner", "op": "in", "value": "me"},
             {"not": {"field": "account.industry", "op": "empty"}}]}]}}
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.conditions.address import read_condition
from shangji.records.conditions.errors import nested
from shangji.records.conditions.fields import Described
from shangji.records.conditions.sql import compile_node
from shangji.records.conditions.tree import (
    BARE,
    MAX_CONDITIONS,
    MAX_DEPTH,
    All,
    AnyOf,
    Condition,
    Node,
    Not,
    Place,
    conditions_of,
)

VERSION = 1
_GROUPS: dict[str, type[All] | type[AnyOf]] = {"all": All, "any": AnyOf}


def dump(node: Node) -> dict[str, Any]:
    """The tree as versioned JSON."""
    return {"version": VERSION, "where": dump_node(node)}


def dump_node(node: Node) -> dict[str, Any]:
    """One node as JSON, without a version."""
    if isinstance(node, Condition):
        found = {"field": node.field, "op": node.operator}
        return found if node.operator in BARE else {**found, "value": node.value}
    if isinstance(node, Not):
        return {"not": dump_node(node.part)}
    key = "any" if isinstance(node, AnyOf) else "all"
    return {key: [dump_node(part) for part in node.parts]}


def load(data: Any, description: Described | None = None, actor: Actor | None = None) -> Node:
    """The tree of stored JSON. Invalid says what is wrong, and where in the tree.

    Args:
        description, actor: names, operators and operands are checked against them, too.
    """
    if not isinstance(data, Mapping) or set(data) != {"version", "where"}:
        raise _unread()
    if data["version"] != VERSION or isinstance(data["version"], bool):
        raise Invalid.whole(
            _("Conditions of version %(version)s are not known here.")
            % {"version": str(data["version"])[:20]}
        )
    node = load_node(data["where"])
    if description is not None and actor is not None:
        check(description, actor, node)
    return node


def load_node(data: Any, place: Place = ()) -> Node:
    """One node of JSON without a version, and no more conditions in it than are allowed."""
    node = _read(data, place)
    if not place and len(conditions_of(node)) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return node


def check(description: Described, actor: Actor, node: Node) -> None:
    """Every name, operator and operand fits. Invalid says what does not, and where."""
    compile_node(description, actor, node)


def _read(data: Any, place: Place) -> Node:
    if len(place) > MAX_DEPTH:
        raise Invalid.whole(_("The filter is nested too deep."))
    with nested(place):
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            raise _unread()
        if set(data) == {"not"}:
            return Not(_read(data["not"], (*place, 1)))
        for key, group in _GROUPS.items():
            if set(data) == {key}:
                return group(_parts(data[key], place))
        return _condition(data)


def _parts(data: Any, place: Place) -> tuple[Node, ...]:
    if not isinstance(data, list) or len(data) > MAX_CONDITIONS:
        raise _unread()
    return tuple(_read(part, (*place, number)) for number, part in enumerate(data, 1))


def _condition(data: Mapping[str, Any]) -> Condition:
    if not {"field", "op"} <= set(data) <= {"field", "op", "value"}:
        raise _unread()
    if not all(isinstance(one, str) for one in data.values()):
        raise _unread()
    field, operator, value = data["field"], data["op"], data.get("value", "")
    read = read_condition(f"{field}.{operator}.{value}")
    if (read.field, read.operator) != (field, operator):
        raise _unread()
    return read


def _unread() -> Invalid:
    return Invalid.whole(_("These conditions were stored in a form that is not known."))
