"""What a bulk change would make of some rows, value by value, before anything is done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.actions.bulk import with_tags
from shangji.records.change import BulkChange
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import FormatContext


@dataclass(frozen=True)
class Difference:
    """One row: its name, what stands there and what would; `is_same` when it has it already."""

    name: str
    before: str = ""
    after: str = ""
    is_same: bool = False


def differences(
    description: RecordDescription,
    actor: Actor,
    change: BulkChange,
    rows: QuerySet[Any],
    now: datetime,
) -> list[Difference]:
    """The change on these rows, in words; two queries. Rows that go to the bin have no values.

    Invalid when a row would have too many tags.
    """
    one = _field(description, actor, change)
    records = list(rows)
    if one is None:
        return [Difference(str(record)) for record in records]
    context = FormatContext.of(actor, now)
    values = {
        row["pk"]: row
        for row in type(records[0])
        ._default_manager.filter(pk__in=[record.pk for record in records])
        .values("pk", *one.paths())
    } if records else {}  # fmt: skip
    one.kind.look(values.values(), one.orm, context)
    return [_difference(str(record), one, change, values[record.pk], context) for record in records]


def _difference(
    name: str, one: Field, change: BulkChange, row: dict[str, Any], context: FormatContext
) -> Difference:
    before = one.kind.text(row, one.orm, context)
    after = change.after
    if one.key == "tags" and (change.add or change.drop):
        words = with_tags(row.get(one.orm) or [], change.add, change.drop)
        after = one.kind.text({one.orm: words}, one.orm, context)
        return Difference(name, before, after, before == after)
    return Difference(name, before, after, one.kind.value(row, one.orm) == change.values[one.key])


def _field(description: RecordDescription, actor: Actor, change: BulkChange) -> Field | None:
    keys: Iterable[str] = change.values or (("tags",) if change.add or change.drop else ())
    return next((description.field(key, actor) for key in keys), None)
