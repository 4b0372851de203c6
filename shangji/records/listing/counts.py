"""The counts on a list's tabs: one query, whose text is put together once per reader and day."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connection

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.records.conditions import Condition, compile_node
from shangji.records.description import RecordDescription
from shangji.records.listing.query import COUNT_CAP
from shangji.records.listing.state import preset_state
from shangji.records.listing.texts import SqlText, remembered

#: this many tabs show a count
TABS_WITH_COUNT = 5


def preset_counts(description: RecordDescription, actor: Actor, known: str = "") -> dict[str, int]:
    """Rows of the first presets, looked at up to one more than COUNT_CAP.

    Args:
        known: key of a preset whose count is not asked for.
    """
    counts: dict[str, SqlText] = {}
    for preset in description.presets[:TABS_WITH_COUNT]:
        if preset.key == known:
            continue
        base = preset_state(description, actor, preset.key)
        if base is not None:
            counts[preset.key] = _count(description, actor, base.conditions)
    if not counts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _params in counts.values())}",
            [value for _sql, params in counts.values() for value in params],
        )
        return dict(zip(counts, cursor.fetchone(), strict=True))


def _count(
    description: RecordDescription, actor: Actor, conditions: Sequence[Condition]
) -> SqlText:
    def write() -> SqlText:
        return _written(description, actor, conditions)

    return remembered("count", description, actor, conditions, write)


def _written(
    description: RecordDescription, actor: Actor, conditions: Sequence[Condition]
) -> SqlText:
    rows = model_queryset(description.model).visible_to(actor)
    rows = rows.filter(compile_node(description, actor, conditions))
    few = rows.order_by().values("pk")[: COUNT_CAP + 1]
    try:
        sql, params = few.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) few)", tuple(params)  # noqa: S608 - the ORM wrote it
