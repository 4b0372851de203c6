"""What tells records of one name apart where only names are shown."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.records.description import RecordDescription
from shangji.records.kinds.base import FormatContext


def told_apart(
    description: RecordDescription, actor: Actor, records: Iterable[Record], now: datetime
) -> dict[int, str]:
    """By id, for names that come more than once: the second field of the type ("Ningbo"), with
    the number in the record's address where that is the same or empty, too. No query without
    such names."""
    names = {one.pk: str(one) for one in records}
    often = Counter(names.values())
    twice = {pk: name for pk, name in names.items() if often[name] > 1}
    if not twice:
        return {}
    seconds = _seconds(description, actor, twice, now)
    shown = Counter((name, seconds.get(pk, "")) for pk, name in twice.items())
    return {
        pk: second
        if (second := seconds.get(pk, "")) and shown[(name, second)] == 1
        else f"{second} #{pk}".strip()
        for pk, name in twice.items()
    }


def _seconds(
    description: RecordDescription, actor: Actor, ids: Iterable[int], now: datetime
) -> dict[int, str]:
    if not description.second or description.second in actor.hidden_fields(description.type):
        return {}
    one = description.field(description.second, actor)
    rows = model_queryset(description.model).filter(pk__in=list(ids)).values("pk", *one.paths())
    context = FormatContext.of(actor, now)
    one.kind.look(rows, one.orm, context)
    return {row["pk"]: one.kind.text(row, one.orm, context) for row in rows}
