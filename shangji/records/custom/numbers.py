"""Numbers in a row (自动编号): each new record takes the next, such as OPP-2026-0001."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from shangji.foundation.audit.custom_values import COLUMN
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.workspace.queries import today
from shangji.records.custom.models import SequenceNumber
from shangji.records.description import by_type
from shangji.records.kinds import Sequence as Numbers


def give(op: Recorder, record: Record) -> None:
    """Before a new record is written: its numbers, in the transaction that makes it."""
    description = by_type(record.record_type)
    if description is None or not hasattr(record, COLUMN):
        return
    for one in description.fields:
        if one.is_custom and isinstance(one.kind, Numbers):
            values = getattr(record, COLUMN)
            if not values.get(one.key):
                [text] = take(one.key, one.kind, 1, op.now)
                setattr(record, COLUMN, {**values, one.key: text})


def take(key: str, kind: Numbers, count: int, now: Any) -> Sequence[str]:
    """The next numbers. The row is held until the transaction ends: no number is given twice, and
    one that was taken back is given again."""
    year = today(now=now).year
    period = str(year) if kind.yearly else ""
    SequenceNumber.objects.get_or_create(key=key, period=period)
    SequenceNumber.objects.filter(key=key, period=period).update(last=F("last") + count)
    last = SequenceNumber.objects.values_list("last", flat=True).get(key=key, period=period)
    return [kind.written(number, year) for number in range(last - count + 1, last + 1)]
