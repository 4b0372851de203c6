"""Fields that are shown, or needed, only when conditions on the record hold.

Conditions are asked as Shangji itself, so that a field is there for everybody or for nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import system_actor
from shangji.foundation.audit.models import Record
from shangji.lib.errors import DomainError, Invalid
from shangji.records.conditions import (
    Condition,
    Node,
    Not,
    conditions_of,
    filter_field,
    holds,
    load_node,
    parts_of,
)
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Choice, Link, Person, Several, Team
from shangji.records.kinds.person import IN_TEAM

VERSION = 1
NAMES = ("shown", "needed")
BLANK = (None, "", [])
#: words of a filter on people that mean others when teams change
SELF = frozenset({"me", "team"})


def read_rules(stored: Any) -> dict[str, Node | None]:
    """The two trees of a field, None where there is no condition. Invalid names what is wrong."""
    if stored in (None, {}):
        return dict.fromkeys(NAMES)
    if not isinstance(stored, Mapping) or set(stored) != {"version", *NAMES}:
        raise Invalid.whole(_("These conditions were stored in a form that is not known."))
    if stored["version"] != VERSION:
        raise Invalid.whole(_("These conditions were stored in a form that is not known."))
    return {name: None if stored[name] is None else load_node(stored[name]) for name in NAMES}


def is_shown(
    description: RecordDescription,
    one: Field,
    values: Mapping[str, Any],
    record: Record | None,
    now: datetime | None = None,
) -> bool:
    """Whether a form or page shows a field. A condition that no longer fits hides nothing."""
    return one.shown_if is None or _holds(description, one.shown_if, values, record, now, True)


def is_needed(
    description: RecordDescription,
    one: Field,
    values: Mapping[str, Any],
    record: Record | None,
    now: datetime | None = None,
) -> bool:
    """Whether a form marks a field as needed, given that it is shown."""
    if one.required or one.needed_if is None:
        return one.required
    return _holds(description, one.needed_if, values, record, now, False)


def missing(
    description: RecordDescription,
    values: Mapping[str, Any],
    record: Record | None,
    now: datetime | None = None,
) -> list[Field]:
    """Fields that are empty and needed by conditions of theirs, given what is about to change.

    Args:
        values: by field key, parsed; over the record's own. Of a record only fields are looked
            at that change, or whose conditions name something that does.
    """
    found = []
    for one in description.fields:
        if not one.writable or (one.needed_if is None and one.shown_if is None):
            continue
        if one.needed_if is None and not one.required:
            continue
        if record is not None and not _touched(one, values):
            continue
        if one.key in values:
            held = values[one.key]
        else:
            held = None if record is None else one.raw(record)
        if held not in BLANK or not is_shown(description, one, values, record, now):
            continue
        if one.required or _holds(description, one.needed_if, values, record, now, False):
            found.append(one)
    return found


def names_of(node: Node | None) -> set[str]:
    """Keys of the fields a tree names; of a path over links, the link."""
    if node is None:
        return set()
    return {condition.field.partition(".")[0] for condition in conditions_of(node)}


def _touched(one: Field, values: Mapping[str, Any]) -> bool:
    names = names_of(one.shown_if) | names_of(one.needed_if) | {one.key}
    return bool(names & set(values))


def _holds(
    description: RecordDescription,
    node: Node,
    values: Mapping[str, Any],
    record: Record | None,
    now: datetime | None,
    otherwise: bool,
) -> bool:
    at = now or timezone.now()
    try:
        return holds(description, system_actor("system"), node, values, at, record=record)
    except DomainError:
        return otherwise


def settled(description: RecordDescription, node: Node) -> Node:
    """A tree whose words for options, people and records are their values: names change, and are
    others in the other language."""
    if isinstance(node, Condition):
        one = filter_field(description, system_actor("system"), node.field)
        picked = isinstance(one.kind, Choice | Several | Person | Team | Link)
        if not picked or node.operator not in {"is", "not", "in"} or _moves(node.value):
            return node
        found = one.kind.operand(node.asked(system_actor("system")))
        values = found if isinstance(found, list) else [found]
        return Condition(node.field, node.operator, ",".join(str(value) for value in values))
    parts = tuple(settled(description, part) for part in parts_of(node))
    return Not(parts[0]) if isinstance(node, Not) else type(node)(parts)


def _moves(value: str) -> bool:
    """Whether an operand means others when people change teams, and is kept as it is written."""
    return any(word in SELF or word.startswith(IN_TEAM) for word in value.split(","))


def in_words(description: RecordDescription, condition: Condition) -> str:
    """The operand of a condition as people write it; itself where its field is gone."""
    actor = system_actor("system")
    try:
        kind = filter_field(description, actor, condition.field).kind
        locale = get_language() or "en"
        return kind.value_label(condition.operator, condition.value, actor=actor, locale=locale)
    except DomainError:
        return condition.value
