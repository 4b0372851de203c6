"""The tree compiled to SQL: a filter over the actor's rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from shangji.foundation.access.actor import Actor
from shangji.records.conditions.errors import checked, nested
from shangji.records.conditions.fields import Described, check_operator, filter_field
from shangji.records.conditions.tree import AnyOf, Condition, Node, Not, Place, parts_of
from shangji.records.rows import blank


def compile_node(
    description: Described,
    actor: Actor,
    node: Node | Iterable[Node],
    *,
    now: datetime | None = None,
) -> Q:
    """The tree as a filter. Invalid names what does not fit, and where in the tree.

    Args:
        node: a tree, or several of which all hold.
        now: the moment that relative dates count from; this one when left out.
    """
    if isinstance(node, Condition):
        return _compare(description, actor, node, now)
    if not isinstance(node, Iterable):
        return _node(description, actor, node, now, ())
    found = Q()
    for part in node:
        found &= _node(description, actor, part, now, ())
    return found


def _node(description: Described, actor: Actor, node: Node, now: Any, place: Place) -> Q:
    with nested(place):
        if isinstance(node, Condition):
            return _compare(description, actor, node, now)
        parts = [
            _node(description, actor, part, now, (*place, number))
            for number, part in enumerate(parts_of(node), 1)
        ]
    if isinstance(node, Not):
        # an empty Q matches every row, and so does Django's negation of it
        return ~parts[0] if parts[0] else Q(pk__in=[])
    if isinstance(node, AnyOf):
        found = Q(pk__in=[])
        for part in parts:
            if not part:
                return Q()
            found |= part
        return found
    found = Q()
    for part in parts:
        found &= part
    return found


def _compare(description: Described, actor: Actor, condition: Condition, now: Any) -> Q:
    one = filter_field(description, actor, condition.field)
    check_operator(one, condition.operator)
    with checked(one):
        found = one.kind.condition(one.orm, condition.asked(actor, now))
    return blank(description.model, one, condition.operator, found)
