"""Change many records as one operation: edit, assign, tag, delete, restore."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.values import dataclass
from shangji.records.actions.circles import hold_own_links
from shangji.records.actions.records import check_values, columns
from shangji.records.chosen import chosen_rows
from shangji.records.conditions import Node
from shangji.records.custom.together import refused_by_index
from shangji.records.description import RecordDescription, describe
from shangji.records.kinds import Tags

BATCH = 500
#: more rows than this are changed by a job
JOB_ABOVE = 2000

Progress = Callable[[int, int], None]


@dataclass
class BulkResult:
    """What a bulk verb did. `left` counts chosen rows the actor sees and may not change."""

    done: int = 0
    unchanged: int = 0
    left: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    operation_id: int | None = None


def bulk_edit(
    *,
    actor: Actor,
    record_type: str,
    values: Mapping[str, Any],
    now: datetime,
    ids: Sequence[int] | None = None,
    conditions: Sequence[Node] | None = None,
    add_tags: Sequence[str] = (),
    drop_tags: Sequence[str] = (),
    versions: Mapping[int, int] | None = None,
    progress: Progress | None = None,
) -> BulkResult:
    """Set fields (and tags) on many records as one operation with one undo.

    Args:
        values: by field key, already parsed.
        ids, conditions: which rows; one of both.
        versions: of rows whose values were looked at before, by id.
    Rows the actor may not change are left and counted; rows the type's check refuses, and those
    looked at whose field somebody changed since, are left with the reason.
    """
    description = describe(record_type)
    require_type(actor, "edit", record_type)
    # tags are put on and taken off what stands there: nothing is overwritten
    based_on = {} if add_tags or drop_tags else versions or {}
    for key in values:
        description.writable_field(key, actor)
    if "owner" in values:
        require_type(actor, "assign", record_type)
    verb = "assign" if set(values) == {"owner"} else "edit"

    def change(op: Recorder, record: Record) -> Record:
        given = dict(values)
        if add_tags or drop_tags:
            given["tags"] = with_tags(getattr(record, "tags", []), add_tags, drop_tags)
        if description.edit_locked is not None:
            edited: Record = description.edit_locked(op, record, given, based_on.get(record.pk))
            return edited
        check_values(description, actor, given, record)
        version = based_on.get(record.pk)
        return op.update(record, columns(description, given), version=version)

    with transaction.atomic():
        hold_own_links(description, values)
        return _each(
            actor,
            description,
            f"{record_type}.bulk_{verb}",
            verb,
            change,
            now,
            ids,
            conditions,
            progress,
        )


def bulk_delete(
    *,
    actor: Actor,
    record_type: str,
    now: datetime,
    ids: Sequence[int] | None = None,
    conditions: Sequence[Node] | None = None,
    progress: Progress | None = None,
) -> BulkResult:
    """Many records into the bin, as one operation with one undo."""
    description = describe(record_type)
    require_type(actor, "delete", record_type)
    return _each(
        actor,
        description,
        f"{record_type}.bulk_delete",
        "delete",
        lambda op, record: op.deleted(record),
        now,
        ids,
        conditions,
        progress,
    )


def bulk_restore(
    *, actor: Actor, record_type: str, ids: Sequence[int], now: datetime
) -> BulkResult:
    """Many records out of the bin, as one operation."""
    description = describe(record_type)
    require_type(actor, "delete", record_type)
    result = BulkResult()
    rows = model_queryset(description.model).binned().permitted(actor, "read").filter(pk__in=ids)
    seen = set(rows.values_list("pk", flat=True))
    allowed = set(rows.permitted(actor, "delete").values_list("pk", flat=True))
    result.left = len(seen - allowed)
    with operation(actor, f"{record_type}.bulk_restore", now=now) as op:
        for batch in _batches(sorted(allowed)):
            found = model_queryset(description.model).binned().filter(pk__in=batch)
            for record in found.select_for_update().order_by("pk"):
                _try(op, record, lambda op, record: op.restored(record), result)
        result.operation_id = op.id
    return result


def change_each(
    *,
    actor: Actor,
    description: RecordDescription,
    action: str,
    change: Callable[[Recorder, Record], Record],
    now: datetime,
    ids: Sequence[int] | None = None,
    conditions: Sequence[Node] | None = None,
) -> BulkResult:
    """Run an app's own change over the chosen rows the actor may edit, as one operation."""
    return _each(actor, description, action, "edit", change, now, ids, conditions, None)


def _each(
    actor: Actor,
    description: RecordDescription,
    action: str,
    verb: str,
    change: Callable[[Recorder, Record], Record],
    now: datetime,
    ids: Sequence[int] | None,
    conditions: Sequence[Node] | None,
    progress: Progress | None,
) -> BulkResult:
    """Run a change over the chosen rows in batches; rights are asked row by row in SQL.

    An owner change needs both rights on the row: to edit and to assign.
    """
    rows = chosen_rows(actor, description, ids=ids, conditions=conditions)
    result = BulkResult()
    with operation(actor, action, now=now) as op:
        seen = list(rows.order_by("pk").values_list("pk", flat=True))
        permitted = rows.permitted(actor, verb)
        if verb == "assign":
            permitted = permitted.permitted(actor, "edit")
        allowed = list(permitted.order_by("pk").values_list("pk", flat=True))
        result.left = len(seen) - len(allowed)
        tried = 0
        for batch in _batches(allowed):
            found = model_queryset(description.model).alive().filter(pk__in=batch)
            for record in found.select_for_update().order_by("pk"):
                _try(op, record, change, result)
            tried += len(batch)
            if progress is not None:
                progress(tried, len(allowed))
        result.operation_id = op.id
    return result


def _try(
    op: Recorder, record: Record, change: Callable[[Recorder, Record], Record], result: BulkResult
) -> None:
    before = record.version
    try:
        with op.attempt():
            changed = change(op, record)
    except DomainError as problem:
        result.refused.append((record.pk, str(problem.message)))
        return
    except IntegrityError as error:
        result.refused.append((record.pk, refused_by_index(error)))
        return
    if changed.version == before:
        result.unchanged += 1
    else:
        result.done += 1


def with_tags(tags: Sequence[str], add: Sequence[str], drop: Sequence[str]) -> list[str]:
    """Tags with some added and some taken off, sorted. Invalid over the limit of the kind."""
    words = sorted((set(tags) | set(add)) - set(drop))
    if len(words) > Tags.limit:
        raise Invalid.field("tags", _("At most %(n)s tags.") % {"n": Tags.limit})
    return words


def _batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch
