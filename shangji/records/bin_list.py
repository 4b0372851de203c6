"""What lies in the recycle bin, over several record types."""

from collections.abc import Sequence
from datetime import datetime

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Change
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.kinds.text import clean

#: rows of one type that are looked at; a search finds older ones
EACH = 1000


@dataclass(frozen=True)
class Binned:
    """One record in the bin."""

    description: RecordDescription
    pk: int
    title: str
    deleted_at: datetime
    by: str


def rows(actor: Actor, types: Sequence[RecordDescription], words: str = "") -> list[Binned]:
    """Records in the bin that the actor may delete (and so restore), newest first."""
    found: list[Binned] = []
    for description in types:
        title = description.field(description.title, actor).orm
        binned = model_queryset(description.model).binned().permitted(actor, "read")
        binned = binned.permitted(actor, "delete")
        if words.strip():
            binned = binned.filter(**{f"{title}__icontains": clean(words, keep_lines=False)})
        lines = binned.order_by("-deleted_at").values_list("pk", title, "deleted_at")[:EACH]
        lines = list(lines)
        who = _who(description.type, [line[0] for line in lines])
        found += [Binned(description, pk, str(name), at, who.get(pk, "")) for pk, name, at in lines]
    return sorted(found, key=lambda one: one.deleted_at, reverse=True)


def _who(record_type: str, ids: Sequence[int]) -> dict[int, str]:
    """Who put each record into the bin last."""
    names: dict[int, str] = {}
    changes = Change.objects.filter(record_type=record_type, record_id__in=ids)
    changes = changes.filter(kind=Change.DELETED).order_by("id")
    for pk, name in changes.values_list("record_id", "operation__actor__name"):
        names[pk] = name or ""
    return names
