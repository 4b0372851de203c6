"""The counts on a list's tabs: one query, whose text is put together once per reader and day."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connection

from shangji.foundation.access.actor import Actor
from shangji.records.conditions import Node, compile_node
from shangji.records.description import RecordDescription
from shangji.records.listing.parts import SqlText, few_sql, parts_of
from shangji.records.listing.query import COUNT_CAP
from shangji.records.listing.state import preset_state
from shangji.records.listing.sums import RollUp
from shangji.records.listing.texts import remembered

#: this many tabs show a count
TABS_WITH_COUNT = 5


def preset_counts(
    description: RecordDescription, actor: Actor, rollup: RollUp | None = None, known: str = ""
) -> dict[str, int]:
    """Rows of the first presets: those kept in sum, the others looked at up to one more than
    COUNT_CAP.

    Args:
        known: key of a preset whose count is not asked for.
    """
    kept: dict[str, int] = {}
    counts: dict[str, SqlText] = {}
    for preset in description.presets[:TABS_WITH_COUNT]:
        if preset.key == known:
            continue
        base = preset_state(description, actor, preset.key)
        if base is None:
            continue
        number = rollup.count(base.conditions) if rollup is not None else None
        if number is None:
            counts[preset.key] = _count(description, actor, base.conditions)
        else:
            kept[preset.key] = number
    if not counts:
        return kept
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _params in counts.values())}",
            [value for _sql, params in counts.values() for value in params],
        )
        return kept | dict(zip(counts, cursor.fetchone(), strict=True))


def _count(description: RecordDescription, actor: Actor, conditions: Sequence[Node]) -> SqlText:
    def write() -> SqlText:
        return _written(description, actor, conditions)

    return remembered("count", description, actor, conditions, write)


def _written(description: RecordDescription, actor: Actor, conditions: Sequence[Node]) -> SqlText:
    condition = compile_node(description, actor, conditions)
    try:
        return few_sql(parts_of(description.model, actor, condition, ("pk",)), COUNT_CAP)
    except EmptyResultSet:
        return "0", ()
