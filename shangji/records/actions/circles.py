"""Links of a type to itself (parent company, the deal before) never close a circle."""

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from django.db import connection, models
from django.utils.translation import gettext as _

from shangji.foundation.audit.models import Record
from shangji.records.description import Field, RecordDescription, by_type
from shangji.records.kinds import Link

#: first half of the advisory lock's key, so that no other use of such locks meets this one
_LOCK_SPACE = 0x51C1E


def own_links(description: RecordDescription) -> list[Field]:
    """Writable fields that lead to a record of the same type."""
    return [
        one
        for one in description.fields
        if one.writable
        and not one.is_custom
        and isinstance(one.kind, Link)
        and one.kind.target == description.type
    ]


def hold_own_links(description: RecordDescription, keys: Iterable[str]) -> None:
    """Let one transaction at a time change such links of a type, until it ends.

    Two people who link A under B and B under A at once would each see no circle. Called before
    rows are locked, so that nobody waits crosswise. SQLite has one writer anyway.
    """
    given = set(keys)
    if connection.vendor != "postgresql":
        return
    if any(one.key in given for one in own_links(description)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [_LOCK_SPACE, crc32(description.type.encode()) & 0x7FFFFFFF],
            )


def circles(
    description: RecordDescription, record: Record, values: Mapping[str, Any]
) -> dict[str, str]:
    """Which of the values, by field key, would let a saved record lead back to itself, and why.

    Rows in the bin count: they come back as they were.
    """
    found: dict[str, str] = {}
    for one in own_links(description):
        target = values.get(one.key)
        target = getattr(target, "pk", target)
        if not target:
            continue
        if target == record.pk:
            found[one.key] = _("It cannot lead to itself.")
        elif _leads_to(description.model, one.orm, int(target), record.pk):
            found[one.key] = _("That would make a circle: it stands below this one already.")
    return found


def refuse_circles(record: Record, values: Mapping[str, Any]) -> dict[str, str]:
    """The same for values by field name that undo is about to set back."""
    description = by_type(record.record_type)
    if description is None:
        return {}
    keys = {one.key: one.orm for one in own_links(description) if values.get(one.orm)}
    hold_own_links(description, keys)
    found = circles(description, record, {key: values[name] for key, name in keys.items()})
    return {keys[key]: cause for key, cause in found.items()}


def _leads_to(model: type[models.Model], name: str, start: int, goal: int) -> bool:
    """Whether the links of a column lead from one row to another, however far: one query."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    column = quote(str(model._meta.get_field(name).column))  # type: ignore[union-attr]
    # UNION drops what was met before, so that a circle in old data ends too
    sql = (
        "WITH RECURSIVE above(id) AS ("  # noqa: S608 - names of our own tables
        f"SELECT {column} FROM {table} WHERE id = %s "
        f"UNION SELECT t.{column} FROM {table} t JOIN above a ON t.id = a.id) "
        "SELECT 1 FROM above WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [start, goal])
        return cursor.fetchone() is not None
