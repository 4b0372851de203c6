"""What an undo of a creation may put into the bin: nothing that what stays leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils.translation import gettext_noop

from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.registry import Going, used_since

if TYPE_CHECKING:
    from shangji.foundation.audit.actions import UndoReport
    from shangji.foundation.audit.recorder import Recorder

_USED = gettext_noop("Other records refer to it by now.")
_TAKEN = gettext_noop("Another record has one of these values by now.")

#: what a batch of an operation made, with the change that says so, by type
Unmade = dict[str, list[tuple[Change, Record]]]


def keep_used(target: Operation, below: int, unmade: Unmade, report: UndoReport) -> None:
    """What others refer to by now stays; so does, then, what that refers to."""
    look = True
    while look:
        look = False
        going = Going(
            {key: [record.pk for _c, record in made] for key, made in unmade.items()}, target, below
        )
        for record_type, made in unmade.items():
            used = used_since(going, record_type)
            for change, record in made:
                if record.pk in used:
                    report.leave(change, _USED)
            if used:
                look = True
                unmade[record_type] = [one for one in made if one[1].pk not in used]


def bring_back(op: Recorder, stays: Sequence[Record], report: UndoReport) -> None:
    """What a batch before put into the bin comes back where a record leads to it that stays after
    all; so does what that leads to. The batch before took the record for one that goes, too: a
    link within a file may lead to a row further down, which is made later and unmade sooner.

    Only keys of the records are followed: what else leads anywhere (a line, a field of the
    customer's own) never leads to a later row of the same file.
    """
    while stays:
        found = [pair for model, ids in _targets(stays) for pair in _binned(op, model, ids)]
        stays = []
        for change, record in found:
            try:
                with op.attempt():
                    op.restored(record)
            except IntegrityError:
                report.leave(change, _TAKEN)
                continue
            report.restored -= 1
            report.leave(change, _USED)
            stays.append(record)


def _targets(records: Sequence[Record]) -> Iterator[tuple[type[Record], set[int]]]:
    """The records that keys of others lead to, ids by model."""
    found: dict[type[Record], set[int]] = {}
    for record in records:
        for item in record._meta.concrete_fields:
            model, pk = item.related_model, getattr(record, item.attname)
            if pk is not None and isinstance(model, type) and issubclass(model, Record):
                found.setdefault(model, set()).add(pk)
    yield from found.items()


def _binned(op: Recorder, model: type[Record], ids: set[int]) -> Iterator[tuple[Change, Record]]:
    """Those of some records that this undo put into the bin, with the change that says so."""
    rows = model_queryset(model).select_for_update().exclude(deleted_at=None)
    records = {record.pk: record for record in rows.filter(pk__in=ids)}
    if not records:
        return
    written = Change.objects.filter(
        operation_id=op.id, record_type=model.record_type, record_id__in=list(records)
    )
    for change in (*written, *op.changes):
        if change.kind == Change.DELETED and change.record_type == model.record_type:
            record = records.pop(change.record_id, None)
            if record is not None:
                yield change, record
