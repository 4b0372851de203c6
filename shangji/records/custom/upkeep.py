"""What follows when fields change: processes learn of it, indexes are made by a job."""

from collections.abc import Sequence
from typing import Any

from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.jobs.queue import enqueue
from shangji.records.custom import live
from shangji.records.custom.indexes import existing, is_behind, wanted_of
from shangji.records.custom.models import CustomField, UniqueTogether
from shangji.records.custom.together import PREFIX

JOB = "records.indexes"


def after_change(op: Recorder, records: Sequence[Record]) -> None:
    """In the transaction of the change: what this process knows is read anew, and a job makes or
    drops the indexes of the fields."""
    live.forget()
    have, behind = existing(), False
    for row in records:
        if not isinstance(row, CustomField):
            continue
        wanted = {one.name for one in wanted_of(row)}
        own = {name for name in have if name.startswith(f"{PREFIX}{row.key}")}
        behind = behind or wanted != own
        if wanted - own:
            CustomField.objects.filter(pk=row.pk).update(index_state=CustomField.WAITING)
    if behind or (UniqueTogether.objects.exists() and is_behind()):
        enqueue(JOB, actor=op.actor)


def after_rule(op: Recorder, records: Sequence[Record]) -> None:
    """The same of fields that are unique together."""
    live.forget()
    if is_behind():
        enqueue(JOB, actor=op.actor)


def after_migrate(**_sent: Any) -> None:
    """Tables that were built anew lost the indexes that no migration knows of."""
    live.forget()
    if (CustomField.objects.exists() or UniqueTogether.objects.exists()) and is_behind():
        enqueue(JOB)
