"""What a bulk change would make of some rows, value by value, before anything is done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.actions.bulk import with_tags
from shangji.records.change import BulkChange, in_short
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.namesakes import told_apart


@dataclass(frozen=True)
class Difference:
    """One row: its name, what stands there and what would; `is_same` when it has it already.
    `hint` tells it from others of its name; `seen` is its id and version, as the page sends them
    back."""

    name: str
    hint: str = ""
    before: str = ""
    after: str = ""
    is_same: bool = False
    seen: str = ""


def differences(
    description: RecordDescription,
    actor: Actor,
    change: BulkChange,
    rows: QuerySet[Any],
    now: datetime,
) -> list[Difference]:
    """The change on these rows, in words; two queries, one more where names come twice. Rows that
    go to the bin have no values.

    Invalid when a row would have too many tags.
    """
    one = _field(description, actor, change)
    records = list(rows)
    names = _names(description, actor, records, now)
    if one is None:
        return [Difference(*name) for name in names]
    context = FormatContext.of(actor, now)
    values = _values(records, one, context)
    return [
        replace(
            _difference(name, one, change, values[record.pk], context),
            seen=f"{record.pk}:{record.version}",
        )
        for name, record in zip(names, records, strict=True)
    ]


def standing_values(
    description: RecordDescription, actor: Actor, one: Field, rows: QuerySet[Any], now: datetime
) -> list[Difference]:
    """What stands in a field of these rows, in words; two queries, one more where names come
    twice."""
    records, context = list(rows), FormatContext.of(actor, now)
    values = _values(records, one, context)
    return [
        Difference(
            *name,
            in_short(one.kind.text(values[record.pk], one.orm, context)),
            seen=f"{record.pk}:{record.version}",
        )
        for name, record in zip(_names(description, actor, records, now), records, strict=True)
    ]


def _names(
    description: RecordDescription, actor: Actor, records: Sequence[Any], now: datetime
) -> list[tuple[str, str]]:
    """Names of records in their order, each with what tells it from others of its name."""
    hints = told_apart(description, actor, records, now)
    return [(str(one), hints.get(one.pk, "")) for one in records]


def _values(records: Sequence[Any], one: Field, context: FormatContext) -> dict[int, Any]:
    """The rows of a list for these records, by id, looked at by the field's kind."""
    if not records:
        return {}
    rows = type(records[0])._default_manager.filter(pk__in=[record.pk for record in records])
    values = {row["pk"]: row for row in rows.values("pk", *one.paths())}
    one.kind.look(values.values(), one.orm, context)
    return values


def _difference(
    name: tuple[str, str],
    one: Field,
    change: BulkChange,
    row: dict[str, Any],
    context: FormatContext,
) -> Difference:
    before = in_short(one.kind.text(row, one.orm, context))
    after = change.after
    if one.key == "tags" and (change.add or change.drop):
        words = with_tags(row.get(one.orm) or [], change.add, change.drop)
        after = one.kind.text({one.orm: words}, one.orm, context)
        return Difference(*name, before, after, before == after)
    return Difference(*name, before, after, one.kind.value(row, one.orm) == change.values[one.key])


def _field(description: RecordDescription, actor: Actor, change: BulkChange) -> Field | None:
    keys: Iterable[str] = change.values or (("tags",) if change.add or change.drop else ())
    return next((description.field(key, actor) for key in keys), None)
