"""Files of fields: they are hung on their record when the field is set, and go when they leave it.

In the transaction of the change and in its ledger, so that undo brings back both the value and
the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.custom_values import COLUMN
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.files.access import DRAFT
from shangji.foundation.files.actions import Upload, store_upload
from shangji.foundation.files.models import StoredFile
from shangji.lib.errors import DomainError, Invalid
from shangji.records.description import RecordDescription, by_type
from shangji.records.kinds import File


def hang(op: Recorder, records: Sequence[Record]) -> None:
    """Hook of the ledger: the files of the fields that changed."""
    description = by_type(records[0].record_type) if records else None
    keys = set(file_fields(description)) if description is not None else set()
    if not keys:
        return
    by_pk = {record.pk: record for record in records}
    wanted: list[tuple[Record, str, set[str], set[str]]] = []
    for change in op.changes:
        record = by_pk.get(change.record_id)
        if record is None or change.record_type != record.record_type:
            continue
        for key in keys & set(change.fields):
            before, after = (set(value or ()) for value in change.fields[key])
            wanted.append((record, key, after - before, before - after))
    names = {name for _r, _k, added, dropped in wanted for name in added | dropped}
    if names:
        rows = StoredFile.objects.select_for_update().filter(key__in=names)
        files = {one.key: one for one in rows}
        for record, key, added, dropped in wanted:
            for name in added & set(files):
                _take(op, record, key, files[name])
            for name in dropped & set(files):
                _drop(op, record, key, files[name])


def file_fields(description: RecordDescription) -> Iterable[str]:
    """Keys of the fields that hold files."""
    return (one.key for one in description.fields if one.is_custom and isinstance(one.kind, File))


def _take(op: Recorder, record: Record, key: str, stored: StoredFile) -> None:
    """Hang a file on the record of the field. Invalid when it hangs on another one."""
    here = (stored.on_type, stored.on_id) == (record.record_type, record.pk)
    waits = (stored.on_type, stored.on_id) == (DRAFT, op.actor.user_id)
    if not here and not waits:
        if op.row.undoes_id is not None:
            return  # what undo could not bring back is told there
        raise Invalid.field(
            key, _("“%(name)s” hangs on another record. Send it again.") % {"name": stored.name}
        )
    if stored.deleted_at is not None:
        op.restored(stored)
    op.update(stored, {"on_type": record.record_type, "on_id": record.pk, "in_field": key})


def _drop(op: Recorder, record: Record, key: str, stored: StoredFile) -> None:
    """Into the bin with a file that left its field."""
    here = (stored.on_type, stored.on_id) == (record.record_type, record.pk)
    if here and stored.in_field == key and stored.deleted_at is None:
        op.deleted(stored)


def freed(survivor: Record) -> list[tuple[int, str, str]]:
    """After a merge: files that came from a field whose value was not taken are files of the
    record itself, as (id, field before, "")."""
    values = getattr(survivor, COLUMN, {})
    rows = StoredFile.objects.filter(
        on_type=survivor.record_type, on_id=survivor.pk, deleted_at=None
    ).exclude(in_field="")
    found = rows.select_for_update().order_by("pk")
    return [
        (one.pk, one.in_field, "")
        for one in found
        if one.key not in (values.get(one.in_field) or ())
    ]


def received(
    request: HttpRequest, description: RecordDescription, actor: Actor, now: datetime
) -> tuple[QueryDict, Mapping[str, str]]:
    """What a form sent, its files stored as drafts with their keys among the values; and why a
    file was not taken, by field."""
    refused: dict[str, str] = {}
    if not request.FILES:
        return request.POST, refused
    data: Any = request.POST.copy()
    writable = {one.key for one in description.writable_fields(actor)}
    for key in set(file_fields(description)) & writable:
        for upload in request.FILES.getlist(f"{key}-upload")[: File.MOST]:
            try:
                stored = store_upload(
                    actor=actor,
                    upload=cast(Upload, upload),
                    record_type=DRAFT,
                    record_id=actor.user_id or 0,
                    now=now,
                )
            except DomainError as problem:
                refused[key] = _told(problem)
            else:
                data.appendlist(key, stored.key)
    return data, refused


def _told(problem: DomainError) -> str:
    if isinstance(problem, Invalid):
        return " ".join(text for texts in problem.errors.values() for text in texts)
    return str(problem.message)


def refuse(form: Any, refused: Mapping[str, str]) -> None:
    """Write onto a form why files were not taken."""
    for key, text in refused.items():
        form.add_error(key if key in form.fields else None, text)
