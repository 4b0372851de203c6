"""Carry what leads to merged records over to the one that stays, and keep a journal for undo."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.values import to_json
from shangji.foundation.files.models import StoredFile
from shangji.records.custom.attached import freed
from shangji.records.merging.added import carry_added
from shangji.records.merging.models import MergeMove
from shangji.records.merging.relations import Link, links_to, uniques
from shangji.records.merging.stored import carry_stored

CHUNK = 1000


class Moves:
    """The journal of one merge: every change of a row that the ledger alone could not undo."""

    def __init__(self, op: Recorder, record_type: str) -> None:
        self.op = op
        self.record_type = record_type
        self._rows: list[MergeMove] = []

    def set(
        self, model: type[models.Model], column: str, values: Sequence[tuple[Any, Any, Any]]
    ) -> None:
        """Set a column of rows outside the ledger: (id, before, after) each."""
        by_value: dict[Any, list[Any]] = {}
        for pk, _before, after in values:
            by_value.setdefault(after, []).append(pk)
        for after, ids in by_value.items():
            for part in chunks(ids):
                model._base_manager.filter(pk__in=part).update(**{column: after})
        self.note(model, column, values)

    def note(
        self, model: type[models.Model], column: str, values: Sequence[tuple[Any, Any, Any]]
    ) -> None:
        """Write down what was set elsewhere."""
        if values:
            moved = [[pk, to_json(before), to_json(after)] for pk, before, after in values]
            table = model._meta.label_lower
            self._rows.append(
                MergeMove(operation=self.op.row, table=table, column=column, moved=moved)
            )

    def remove(self, model: type[models.Model], ids: Sequence[Any]) -> None:
        """Take rows outside the ledger away; undo puts them back as they were."""
        if not ids:
            return
        items = model._meta.concrete_fields
        kept = []
        for part in chunks(ids):
            rows = model._base_manager.filter(pk__in=part)
            kept += [
                {item.attname: to_json(getattr(row, item.attname)) for item in items}
                for row in rows
            ]
            rows.delete()
        table = model._meta.label_lower
        self._rows.append(MergeMove(operation=self.op.row, table=table, moved=kept))

    def carried(self, model: type[models.Model]) -> list[Any]:
        """Ids of rows of a table that were changed so far."""
        table = model._meta.label_lower
        rows = [row for row in self._rows if row.table == table and row.column]
        return [one[0] for row in rows for one in row.moved]

    def finish(self) -> None:
        MergeMove.objects.bulk_create(self._rows)
        self._rows = []


def carry(
    moves: Moves, survivor: Record, merged_ids: Sequence[int], taken: Mapping[str, int]
) -> dict[str, int]:
    """Let everything that leads to the merged records lead to the one that stays.

    Args:
        merged_ids: in order; where only one row may be, the survivor's stays, then the first's.
        taken: id by field key that its value was taken from, for rows that follow a field.
    Returns how many rows of each table went along.
    """
    counts: dict[str, int] = {}
    for link in links_to(type(survivor)):
        ids = list(merged_ids)
        if link.follows:
            ids = _followed(moves, link, survivor, taken)
        carried = _carry_link(moves, link, survivor, ids) if ids else 0
        if carried:
            label = link.model._meta.label_lower
            counts[label] = counts.get(label, 0) + carried
    for label, carried in carry_added(moves, survivor, merged_ids).items():
        counts[label] = counts.get(label, 0) + carried
    carry_stored(moves, survivor, merged_ids)
    moves.set(StoredFile, "in_field", freed(survivor))
    return counts


def _followed(moves: Moves, link: Link, survivor: Record, taken: Mapping[str, int]) -> list[int]:
    """Whose rows come along with a chosen field; the survivor's own make room for them."""
    source = taken.get(link.follows, survivor.pk)
    if source == survivor.pk:
        return []
    own = link.rows(moves.record_type, [survivor.pk])
    if not link.is_record:
        moves.remove(link.model, list(own.values_list("pk", flat=True)))
    else:
        for row in own.filter(deleted_at=None).select_for_update():
            moves.op.deleted(row)
    return [source]


def _carry_link(moves: Moves, link: Link, survivor: Record, ids: Sequence[int]) -> int:
    rows = link.rows(moves.record_type, ids)
    if issubclass(link.model, type(survivor)):
        # a merged record's own parent stays its own; the survivor's is settled afterwards
        rows = rows.exclude(pk__in=[survivor.pk, *ids])
    rows = rows.order_by("pk")
    if link.is_record:
        found = list(rows.select_for_update())
        pairs = {row.pk: getattr(row, link.column) for row in found}
    else:
        found = []
        pairs = dict(rows.values_list("pk", link.column))
    if not pairs:
        return 0
    clashes = _clashing(link, moves.record_type, survivor.pk, ids)
    free = [pk for pk in pairs if pk not in clashes]
    if clashes:
        free += _give_way(moves, link, [pk for pk in pairs if pk in clashes])
    done = _point(moves, link, survivor.pk, free)
    values = [(pk, pairs[pk], survivor.pk) for pk in done]
    is_key = link.model._meta.pk.attname == link.column
    moves.note(
        link.model,
        link.column,
        [(after if is_key else pk, before, after) for pk, before, after in values],
    )
    by_id = {row.pk: row for row in found}
    for pk, before, after in values if link.is_record else ():
        row = by_id[pk]
        setattr(row, link.column, after)
        row.version += 1
        row.updated_at = moves.op.now
        moves.op.log(row, Change.UPDATED, {link.name: [before, after]})
    return len(done)


def _point(moves: Moves, link: Link, target: int, ids: Sequence[Any]) -> list[Any]:
    """Set the column; rows that a rule of the database refuses stay. Ids of the others."""
    values: dict[str, Any] = {link.column: target}
    if link.is_record:
        values |= {"version": F("version") + 1, "updated_at": moves.op.now}
    done: list[Any] = []
    for part in chunks(ids):
        rows = link.model._base_manager.filter(pk__in=part)
        try:
            with transaction.atomic():
                rows.update(**values)
            done += part
        except IntegrityError:
            done += [pk for pk in part if _point_one(link, values, pk)]
    return done


def _point_one(link: Link, values: Mapping[str, Any], pk: Any) -> bool:
    try:
        with transaction.atomic():
            link.model._base_manager.filter(pk=pk).update(**values)
    except IntegrityError:
        return False
    return True


def _clashing(link: Link, record_type: str, survivor: int, ids: Sequence[int]) -> set[Any]:
    """Rows that could not stand beside another once both lead to the survivor."""
    order = {pk: place for place, pk in enumerate([survivor, *ids])}
    clashing: set[Any] = set()
    for others, condition in uniques(link):
        rows = link.rows(record_type, list(order))
        rows = rows.filter(condition) if condition is not None else rows
        seen: set[tuple[Any, ...]] = set()
        lines = list(rows.values_list("pk", link.column, *others))
        for pk, at, *rest in sorted(lines, key=lambda line: (order[line[1]], line[0])):
            key = tuple(rest)
            if None in key:  # nothing is equal to nothing
                continue
            if key in seen and at != survivor:
                clashing.add(pk)
            seen.add(key)
    return clashing


def _give_way(moves: Moves, link: Link, ids: Sequence[Any]) -> list[Any]:
    """Where two may be only once: a row yields what clashes and goes along, stays with its
    merged record, or is put away. Ids of those that go along."""
    if link.yields:
        for name, value in link.yields.items():
            rows = link.model._base_manager.filter(pk__in=ids)
            before = dict(rows.values_list("pk", name))
            moves.set(link.model, name, [(pk, before[pk], value) for pk in ids])
        return list(ids)
    if link.hangs:
        return []
    if link.is_record:
        alive: Any = link.model._base_manager.filter(pk__in=ids, deleted_at=None)
        for row in alive.select_for_update():
            moves.op.deleted(row)
    else:
        moves.remove(link.model, ids)
    return []


def chunks(ids: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
