"""Records to show, read through `.visible_to`, and those a person keeps at hand."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.foundation.search.index import Searchable
from shangji.foundation.search.models import PinnedRecord, RecentRecord
from shangji.foundation.search.queries.reach import kinds_of
from shangji.lib.values import dataclass

Ref = tuple[str, int]


@dataclass(frozen=True)
class Hit:
    """One record to show."""

    record_type: str
    record_id: int
    title: str
    subtitle: str
    url: str
    icon: str
    label: str


def pinned_records(actor: Actor) -> list[Hit]:
    """What the actor pinned, the newest first, as far as it is still visible."""
    if actor.user_id is None:
        return []
    pins = PinnedRecord.objects.filter(user_id=actor.user_id).order_by("-at", "-id")
    refs = list(pins.values_list("record_type", "record_id")[:50])
    return shown(actor, kinds_of(None), refs, len(refs))


def recent_records(actor: Actor, *, limit: int = 8) -> list[Hit]:
    """What the actor opened last, as far as it is still visible."""
    if actor.user_id is None:
        return []
    visits = (
        RecentRecord.objects.filter(user_id=actor.user_id)
        .order_by("-at")
        .values_list("record_type", "record_id")[: limit * 3]
    )
    return shown(actor, kinds_of(None), list(visits), limit)


def shown(actor: Actor, kinds: dict[str, Searchable], refs: Sequence[Ref], limit: int) -> list[Hit]:
    """The first `limit` references that are visible, in their order; one query per type, and
    another where some are not visible after all."""
    wanted = [ref for ref in refs if ref[0] in kinds]
    lines = _lines(actor, kinds, wanted[:limit])
    if len(lines) < limit:
        lines |= _lines(actor, kinds, wanted[limit : limit * 2])
    seen = list(islice((ref for ref in wanted if ref in lines), limit))
    labels = {key: str(label_of(kinds[key])) for key in {ref[0] for ref in seen}}
    return [_hit(kinds[ref[0]], labels[ref[0]], ref, *lines[ref]) for ref in seen]


def _lines(
    actor: Actor, kinds: dict[str, Searchable], refs: Sequence[Ref]
) -> dict[Ref, tuple[str, str]]:
    lines: dict[Ref, tuple[str, str]] = {}
    for key in dict.fromkeys(ref[0] for ref in refs):
        ids = [ref[1] for ref in refs if ref[0] == key]
        for pk, both in kinds[key].show(actor, ids).items():
            lines[key, pk] = both
    return lines


def _hit(kind: Searchable, label: str, ref: Ref, title: str, subtitle: str) -> Hit:
    return Hit(
        record_type=ref[0],
        record_id=ref[1],
        title=title,
        subtitle=subtitle,
        url=kind.url(ref[1]),
        icon=kind.icon,
        label=label,
    )


def label_of(kind: Searchable) -> Any:
    return kind.label or kind.model._meta.verbose_name_plural
