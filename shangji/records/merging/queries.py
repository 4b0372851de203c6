"""Where merged records went, and which ones went into a record."""

from collections.abc import Iterable, Sequence

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.registry import tracked_model
from shangji.records.merging.models import MergedRecord

#: merges of merges are followed this far
DEPTH = 50


def ends_of(record_type: str, ids: Iterable[int]) -> dict[int, int]:
    """For ids of merged records, the record each leads to in the end; others are left out."""
    step = _next(record_type, ids)
    ends = dict(step)
    for _round in range(DEPTH):
        further = _next(record_type, set(step.values()))
        if not further:
            break
        ends = {pk: further.get(at, at) for pk, at in ends.items()}
        step = further
    return ends


def _next(record_type: str, ids: Iterable[int]) -> dict[int, int]:
    rows = MergedRecord.objects.filter(record_type=record_type, record_id__in=list(ids))
    return dict(rows.values_list("record_id", "into_id"))


def survivor_of(actor: Actor, record_type: str, pk: int) -> int | None:
    """The record that an old address leads to, when the actor may know of it."""
    model = tracked_model(record_type)
    end = ends_of(record_type, [pk]).get(pk)
    if end is None or model is None:
        return None
    seen = model_queryset(model).visible_to(actor).filter(pk=end)
    return end if seen.exists() else None


def merged_into(record_type: str, pk: int) -> list[MergedRecord]:
    """The records that were merged into one, also by way of others; oldest merge last."""
    found: list[MergedRecord] = []
    ids: Sequence[int] = [pk]
    for _round in range(DEPTH):
        rows = MergedRecord.objects.filter(record_type=record_type, into_id__in=ids)
        layer = list(rows.order_by("-id"))
        if not layer:
            break
        found += layer
        ids = [row.record_id for row in layer]
    return found


def by_external(record_type: str, system: str, wanted: Sequence[str]) -> dict[str, list[int]]:
    """Records that stand today for ones another system knows by these ids."""
    rows = MergedRecord.objects.filter(
        record_type=record_type, external_system=system, external_id__in=list(wanted)
    ).exclude(external_id="")
    pairs = list(rows.values_list("external_id", "record_id"))
    ends = ends_of(record_type, [pk for _value, pk in pairs]) if pairs else {}
    found: dict[str, list[int]] = {}
    for value, pk in pairs:
        end = ends.get(pk)
        if end is not None and end not in found.setdefault(value, []):
            found[value].append(end)
    return found
