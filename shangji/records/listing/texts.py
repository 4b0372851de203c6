"""SQL texts of hot queries, remembered: putting one together costs more than asking it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.workspace.queries import today
from shangji.records.conditions import Condition, Node, filter_field
from shangji.records.conditions.linked import Through
from shangji.records.conditions.related import Related
from shangji.records.description import RecordDescription
from shangji.records.kinds import Link, Person
from shangji.records.kinds.base import Kind

#: texts a process remembers
_ROOM = 2000

_texts: dict[Hashable, Any] = {}

T = TypeVar("T")


def remembered(
    purpose: Hashable,
    description: RecordDescription,
    actor: Actor,
    conditions: Sequence[Node],
    write: Callable[[], T],
    *,
    typed: bool = False,
) -> T:
    """SQL over the rows of a type that the actor sees and that match, in one or several parts.

    Args:
        purpose: what the text is for, with all it depends on besides rows and conditions.
        write: makes the text when it is not remembered.
        typed: remember conditions of the reader's own, too: a program asks the same again.
    """
    key = _key(description, actor, conditions, typed=typed)
    if key is None:
        return write()
    whole = (purpose, key)
    found: T | None = _texts.get(whole)
    if found is None:
        if len(_texts) >= _ROOM:
            _texts.clear()
        found = _texts[whole] = write()
    return found


def _key(
    description: RecordDescription,
    actor: Actor,
    conditions: Sequence[Node],
    *,
    typed: bool = False,
) -> Hashable | None:
    """All that the text depends on: whose rows the reader sees now, the day and the zone.

    None where it depends on more: a row rule of the type's own, other types' rows, people looked
    up by name, a team, the moment. Only what ships with the type is remembered, not what people
    type (`typed`: that too).
    """
    rows = model_queryset(description.model)
    own_rule = type(rows).row_condition is not RecordQuerySet.row_condition
    if own_rule or rows.owner_path != "owner":
        return None
    for one in conditions:
        if not isinstance(one, Condition) or "." in one.field:
            return None
        kind = filter_field(description, actor, one.field).kind
        if isinstance(kind, Link | Through | Related) or (
            isinstance(kind, Person) and one.value != "me"
        ):
            return None
        if typed and type(kind).condition is not Kind.condition:
            return None
    said = tuple(one.text for one in conditions if isinstance(one, Condition))
    if said and not typed and all(said != preset.conditions for preset in description.presets):
        return None
    grant = actor.role.grant(description.type)
    return (
        *(connection.vendor, description.type, said, actor.user_id, grant, get_language()),
        *(actor.owner_ids(grant.read), today(), str(timezone.get_current_timezone())),
    )
