"""Many records written row by row as one operation, and a record found by a key of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Conflict, DomainError, Invalid
from shangji.lib.values import dataclass
from shangji.records.actions.circles import hold_own_links
from shangji.records.actions.records import (
    check_values,
    create_record,
    edit_record,
    insert,
    require_assign,
    unique_values,
    update,
    with_defaults,
)
from shangji.records.description import RecordDescription, describe
from shangji.records.imports.targets import rows_of

#: rows one call writes; more are an import's work
MOST = 500
EXTERNAL = "external_id"
#: first half of the advisory lock's key, so that no other use of such locks meets this one
_LOCK_SPACE = 0x0B5E87


@dataclass(frozen=True)
class Row:
    """What one row asks: to make a record (no `pk`), to change one, to delete one."""

    values: Mapping[str, Any] = field(default_factory=dict)
    pk: int | None = None
    version: int | None = None
    delete: bool = False
    #: why it could not even be read
    refusal: DomainError | None = None


@dataclass(frozen=True)
class Written:
    """What became of a row: the record as it stands, or why not."""

    record: Record | None = None
    refusal: DomainError | None = None


def write_rows(
    *, actor: Actor, record_type: str, rows: Sequence[Row], now: datetime
) -> tuple[int, list[Written]]:
    """Write rows as one operation with one undo; what is refused leaves no trace.

    Returns the operation's id and what became of each row, in order. Invalid over MOST rows.
    """
    description = describe(record_type)
    if not 0 < len(rows) <= MOST:
        raise Invalid.whole(_("Between 1 and %(n)s rows at once.") % {"n": MOST})
    seen: set[int] = set()
    with operation(actor, f"{record_type}.bulk_edit", now=now) as op:
        hold_own_links(description, {key for row in rows for key in row.values})
        return op.id, [_written(op, description, _once(row, seen)) for row in rows]


def _once(row: Row, seen: set[int]) -> Row:
    """The ledger is written at the end, so two rows on one record could not clash: refused."""
    if row.pk is None or row.refusal is not None:
        return row
    if row.pk in seen:
        return Row(refusal=Invalid.field("id", _("This record comes twice in one request.")))
    seen.add(row.pk)
    return row


def _written(op: Recorder, description: RecordDescription, row: Row) -> Written:
    if row.refusal is not None:
        return Written(refusal=row.refusal)
    try:
        with unique_values(), op.attempt():
            return Written(record=_write(op, description, row))
    except DomainError as refusal:
        return Written(refusal=refusal)


def _write(op: Recorder, description: RecordDescription, row: Row) -> Record:
    if row.pk is None:
        require_type(op.actor, "create", description.type)
        values = with_defaults(description, row.values)
        check_values(description, op.actor, values, None)
        make: Callable[..., Any] | None = description.create_in
        made: Record = make(op, values) if make is not None else insert(op, description, values)
        return made
    record: Record = get_visible(description.model, op.actor, row.pk)
    if row.delete:
        require(op.actor, "delete", record)
        return op.deleted(op.lock(record))
    require(op.actor, "edit", record)
    if "owner" in row.values:
        require_assign(op.actor, record, row.values["owner"])
    if description.edit_locked is not None:
        changed: Record = description.edit_locked(op, op.lock(record), row.values, row.version)
        return changed
    return update(op, description, op.lock(record), row.values, row.version)


def upsert_record(
    *,
    actor: Actor,
    record_type: str,
    key: str,
    value: str,
    values: Mapping[str, Any],
    now: datetime,
    system: str = "",
) -> tuple[Record, bool]:
    """Change the one record with this value of a key field, or make it. True when it was made.

    Args:
        key: a match field of the type, or "external_id" with the other `system`'s name.
        values: by field key, already parsed; the key's own value is put in for a new record.
    Raises Invalid for a key that finds nothing of this type, Conflict when several records the
    actor sees have the value, or somebody made it at the same moment.
    """
    description = describe(record_type)
    if key not in (EXTERNAL, *description.match_keys):
        raise Invalid.field("key", description.unknown(key).message)
    if key != EXTERNAL:
        description.field(key, actor)
    with unique_values(), transaction.atomic():
        _hold(record_type, key, system, value)
        found = _found(actor, description, key, value, system)
        if len(found) > 1:
            raise Conflict(_("Several records have this value. Merge them, or use the id."))
        if found:
            record: Record = get_visible(description.model, actor, found[0])
            return edit_record(actor=actor, record=record, values=values, now=now), False
        if key != EXTERNAL:
            values = {key: value, **values}
        made = create_record(actor=actor, record_type=record_type, values=values, now=now)
        if key == EXTERNAL:
            made = _named(actor, made, value, system, now)
    return made, True


def _hold(*parts: str) -> None:
    """One at a time for a key, until the transaction ends: of several who come at once with a
    value that is new, one makes the record and the others find it. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            number = crc32("\0".join(parts).casefold().encode("utf-8", "replace")) & 0x7FFFFFFF
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, number])


def _found(
    actor: Actor, description: RecordDescription, key: str, value: str, system: str
) -> list[int]:
    """Ids the actor sees."""
    rows = rows_of(description.type)
    if not value.strip() or (key == EXTERNAL and not 0 < len(system) <= 40) or len(value) > 120:
        raise Invalid.field(key, _("A value is needed, and for an external id its system."))
    wanted = value if key == EXTERNAL else rows.match_key(key, value)
    found = rows.find_external(system, [wanted]) if key == EXTERNAL else rows.find(key, [wanted])
    ids = found.get(wanted, [])
    visible = model_queryset(description.model).visible_to(actor).filter(pk__in=ids)
    return list(visible.order_by("pk").values_list("pk", flat=True)[:2])


def _named(actor: Actor, record: Record, value: str, system: str, now: datetime) -> Record:
    """Keep the id a record has in another system."""
    with operation(actor, f"{record.record_type}.edit", now=now) as op:
        return op.update(op.lock(record), {"external_id": value, "external_system": system})
