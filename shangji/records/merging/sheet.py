"""Records that are to be merged, side by side: whose value each field takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription, by_type, describe
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.merging.actions import chosen, joins, mergeable
from shangji.records.merging.relations import links_to
from shangji.records.merging.rules import ALL, best_survivor, is_empty


@dataclass(frozen=True)
class Cell:
    """A field's value on one record."""

    pk: int
    html: SafeString | str
    is_chosen: bool
    is_empty: bool


@dataclass(frozen=True)
class Line:
    """One field over all records. `all_chosen` is None where they cannot all be kept."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    all_chosen: bool | None = None


@dataclass
class Column:
    """One record: what it is called, and how much leads to it as far as the reader sees it."""

    pk: int
    title: str
    url: str
    version: int
    created_at: datetime
    owner: str
    may_go: bool
    #: number and record type
    links: list[tuple[int, str]] = field(default_factory=list)

    @property
    def leading(self) -> list[tuple[int, str]]:
        return [told(*one) for one in self.links]


@dataclass(frozen=True)
class Sheet:
    """Columns of records; lines where they differ, and the fields in which all are equal."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    same: tuple[Line, ...]
    survivor: int

    @property
    def carried(self) -> list[tuple[int, str]]:
        """How much would lead to the one that stays and leads elsewhere now."""
        sums: Counter[str] = Counter()
        for one in self.columns:
            if one.pk != self.survivor:
                for count, kind in one.links:
                    sums[kind] += count
        return [told(count, kind) for kind, count in sums.items()]


def make_sheet(
    actor: Actor,
    description: RecordDescription,
    ids: Sequence[int],
    now: datetime,
    *,
    survivor: int | None = None,
    take: Mapping[str, int] | None = None,
) -> Sheet:
    """Visible records side by side, in the order of `ids`.

    Args:
        survivor: the one that stays; without one the best is proposed.
        take: choices made so far.
    """
    rows = model_queryset(description.model).visible_to(actor).select_related("owner")
    records = rows.in_bulk(list(ids))
    order = [pk for pk in dict.fromkeys(ids) if pk in records]
    if not order:
        return Sheet((), (), (), 0)
    fields = mergeable(description, actor)
    may_go = set(rows.permitted(actor, "delete").filter(pk__in=order).values_list("pk", flat=True))
    links = link_counts(actor, description, order)
    columns = tuple(
        Column(
            pk=pk,
            title=str(records[pk]),
            url=record_url(description.slug, pk),
            version=records[pk].version,
            created_at=records[pk].created_at,
            owner=str(records[pk].owner or ""),
            may_go=pk in may_go,
            links=links.get(pk, []),
        )
        for pk in order
    )
    stays = survivor
    if stays is None or stays not in records:
        stays = _proposed(columns, records, fields)
    taken = chosen(description, {pk: records[pk] for pk in order}, stays, take or {})
    if not (take and "owner" in take):
        taken["owner"] = stays
    lines = _lines(actor, description, fields, order, taken, now)
    differs = {one.key: len({str(cell.html) for cell in one.cells}) > 1 for one in lines}
    return Sheet(
        columns,
        tuple(one for one in lines if differs[one.key]),
        tuple(
            one for one in lines if not differs[one.key] and not all(c.is_empty for c in one.cells)
        ),
        stays,
    )


def _proposed(
    columns: Sequence[Column], records: Mapping[int, Any], fields: Sequence[Field]
) -> int:
    """The best of those that the others may go into."""
    held = [one.pk for one in columns if not one.may_go]
    counts = {
        one.pk: (
            sum(count for count, _kind in one.links),
            sum(not is_empty(getattr(records[one.pk], f.orm, None)) for f in fields),
        )
        for one in columns
        if not held or one.pk in held
    }
    return best_survivor(counts)


def _lines(
    actor: Actor,
    description: RecordDescription,
    fields: Sequence[Field],
    order: Sequence[int],
    taken: Mapping[str, int],
    now: datetime,
) -> list[Line]:
    paths = {"pk", *(path for one in fields for path in one.paths())}
    rows = {
        row["pk"]: row
        for row in model_queryset(description.model).filter(pk__in=order).values(*paths)
    }
    context = FormatContext.of(actor, now)
    found = []
    for one in fields:
        one.kind.look(list(rows.values()), one.orm, context)
        cells = tuple(
            Cell(pk, html, taken.get(one.key) == pk, not html)
            for pk in order
            for html in [one.cell(rows[pk], context)]
        )
        every = taken.get(one.key) == ALL if joins(one) else None
        found.append(Line(one.key, str(one.label), cells, every))
    return found


def link_counts(
    actor: Actor, description: RecordDescription, ids: Sequence[int]
) -> dict[int, list[tuple[int, str]]]:
    """How many records of each described type lead to each of some, of those the actor sees."""
    found: dict[int, Counter[str]] = {pk: Counter() for pk in ids}
    for link in links_to(description.model):
        other = by_type(getattr(link.model, "record_type", ""))
        if other is None:
            continue
        rows = link.rows(description.type, list(ids))
        rows = rows.filter(pk__in=model_queryset(link.model).visible_to(actor).values("pk"))
        for pk, count in rows.values_list(link.column).annotate(n=Count("pk")).order_by():
            found[pk][other.type] += count
    return {pk: [(n, kind) for kind, n in one.items()] for pk, one in found.items()}


def told(count: int, record_type: str) -> tuple[int, str]:
    """A number of records with what they are called within a sentence."""
    kind = describe(record_type)
    return count, str(kind.name if count == 1 else kind.plural).lower()
