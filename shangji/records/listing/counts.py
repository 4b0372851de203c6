"""The counts on a list's tabs: one query, whose text is put together once per reader and day."""

from collections.abc import Hashable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.workspace.queries import today
from shangji.records.conditions import Condition, compile_node
from shangji.records.description import RecordDescription
from shangji.records.kinds import Link
from shangji.records.listing.query import COUNT_CAP
from shangji.records.listing.state import preset_state

#: this many tabs show a count
TABS_WITH_COUNT = 5
#: texts of queries a process remembers
_ROOM = 2000

_Count = tuple[str, tuple[Any, ...]]
_texts: dict[Hashable, _Count] = {}


def preset_counts(description: RecordDescription, actor: Actor, known: str = "") -> dict[str, int]:
    """Rows of the first presets, looked at up to one more than COUNT_CAP.

    Args:
        known: key of a preset whose count is not asked for.
    """
    counts: dict[str, _Count] = {}
    for preset in description.presets[:TABS_WITH_COUNT]:
        if preset.key == known:
            continue
        base = preset_state(description, actor, preset.key)
        if base is not None:
            counts[preset.key] = _remembered(description, actor, base.conditions)
    if not counts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _params in counts.values())}",
            [value for _sql, params in counts.values() for value in params],
        )
        return dict(zip(counts, cursor.fetchone(), strict=True))


def _remembered(
    description: RecordDescription, actor: Actor, conditions: Sequence[Condition]
) -> _Count:
    key = _key(description, actor, conditions)
    if key is None:
        return _written(description, actor, conditions)
    if key not in _texts:
        if len(_texts) >= _ROOM:
            _texts.clear()
        _texts[key] = _written(description, actor, conditions)
    return _texts[key]


def _key(
    description: RecordDescription, actor: Actor, conditions: Sequence[Condition]
) -> Hashable | None:
    """All that the text depends on: whose rows the reader sees now, the day and the zone.

    None where it depends on more: a row rule of the type's own, other types' rows, a team.
    """
    rows = model_queryset(description.model)
    own_rule = type(rows).row_condition is not RecordQuerySet.row_condition
    if own_rule or rows.owner_path != "owner":
        return None
    for one in conditions:
        if one.value == "team" or isinstance(description.field(one.field, actor).kind, Link):
            return None
    grant = actor.role.grant(description.type)
    return (
        *(connection.vendor, description.type, tuple(conditions), actor.user_id, grant),
        *(actor.owner_ids(grant.read), today(), str(timezone.get_current_timezone())),
    )


def _written(
    description: RecordDescription, actor: Actor, conditions: Sequence[Condition]
) -> _Count:
    rows = model_queryset(description.model).visible_to(actor)
    rows = rows.filter(compile_node(description, actor, conditions))
    few = rows.order_by().values("pk")[: COUNT_CAP + 1]
    try:
        sql, params = few.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) few)", tuple(params)  # noqa: S608 - the ORM wrote it
