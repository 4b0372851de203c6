"""The tree evaluated in memory: the same answer as the filter that `sql` makes of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from shangji.foundation.access.actor import Actor
from shangji.records.conditions.errors import checked, nested
from shangji.records.conditions.fields import Described, check_operator, filter_field
from shangji.records.conditions.tree import (
    AnyOf,
    Condition,
    Node,
    Not,
    Place,
    conditions_of,
    parts_of,
)
from shangji.records.rows import RecordRow, values_row


def holds(
    description: Described,
    actor: Actor,
    node: Node | Iterable[Node],
    values: Model | Mapping[str, Any],
    now: datetime,
    *,
    record: Model | None = None,
) -> bool:
    """Whether the tree holds for one record. Invalid names what does not fit, and where.

    Args:
        node: a tree, or several of which all hold.
        values: the record, or what a form read: values by field key, links and people by id.
        record: the record behind a form, whose own values stand where the form has none.

    No query for fields in hand. Names of linked records, fields behind links and related rows
    are asked for, as far as the actor sees them.
    """
    row = row_of(description, actor, values, record)
    if isinstance(node, Condition) or not isinstance(node, Iterable):
        return _node(description, actor, node, row, now, ())
    parts = [_node(description, actor, part, row, now, ()) for part in node]
    return all(parts)


def holds_row(
    description: Described, actor: Actor, node: Node, row: Mapping[str, Any], now: datetime
) -> bool:
    """Whether the tree holds for a row of a list: values by ORM path, those of `paths_of` in it."""
    return _node(description, actor, node, row, now, ())


def is_in_hand(description: Described, actor: Actor, node: Node) -> bool:
    """Whether `holds_row` answers without a query. Invalid names what does not fit."""
    return all(
        filter_field(description, actor, one.field).kind.in_hand(one.operator, one.value)
        for one in conditions_of(node)
    )


def paths_of(description: Described, actor: Actor, node: Node) -> list[str]:
    """ORM paths that `holds_row` reads."""
    found: list[str] = []
    for one in conditions_of(node):
        found += filter_field(description, actor, one.field).paths()
    return list(dict.fromkeys(found))


def row_of(
    description: Described,
    actor: Actor,
    values: Model | Mapping[str, Any],
    record: Model | None = None,
) -> RecordRow:
    """A record, or values by field key, as the row that kinds read."""
    if isinstance(values, Model):
        return RecordRow(values)
    fields = {one.key: one for one in description.visible_fields(actor)}
    return values_row(fields, values, record)


def _node(
    description: Described,
    actor: Actor,
    node: Node,
    row: Mapping[str, Any],
    now: datetime,
    place: Place,
) -> bool:
    with nested(place):
        if isinstance(node, Condition):
            return compare(description, actor, node, row, now)
        # every part is looked at: a misspelt name is an error, whatever the others say
        parts = [
            _node(description, actor, part, row, now, (*place, number))
            for number, part in enumerate(parts_of(node), 1)
        ]
    if isinstance(node, Not):
        return not parts[0]
    return any(parts) if isinstance(node, AnyOf) else all(parts)


def compare(
    description: Described,
    actor: Actor,
    condition: Condition,
    row: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Whether one comparison holds for a row."""
    one = filter_field(description, actor, condition.field)
    check_operator(one, condition.operator)
    with checked(one):
        return one.kind.holds(row, one.orm, condition.asked(actor, now))
