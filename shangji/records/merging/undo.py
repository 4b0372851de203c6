"""Undo of a merge: the ledger sets values and records back, this step what was carried along."""

from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.audit.custom_values import is_custom
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.registry import Covered, tracked_model
from shangji.foundation.audit.values import from_json, to_json
from shangji.records.actions.circles import circles, own_links
from shangji.records.description import by_type
from shangji.records.merging.added import set_back_added
from shangji.records.merging.carrying import chunks
from shangji.records.merging.models import NOTE, MergedRecord, MergeMove
from shangji.records.merging.relations import links_to


class UndoMerge:
    """Takes part in the undo of every operation `….merge`."""

    def covers(self, target: Operation) -> Covered:
        found: dict[str, set[int]] = {}
        for row in MergeMove.objects.filter(operation=target).exclude(column=""):
            model = _model(row)
            if model is not None and issubclass(model, Record):
                found.setdefault(model.record_type, set()).update(one[0] for one in row.moved)
        description = by_type(target.action.rpartition(".")[0])
        own = own_links(description) if description is not None else []
        # a parent goes back after those who stood below it: else it would seem a circle
        return Covered(found, frozenset({NOTE, *(one.orm for one in own)}))

    def run(self, op: Recorder, target: Operation, report: UndoReport) -> None:
        merged = list(MergedRecord.objects.filter(operation=target))
        kind = tracked_model(merged[0].record_type) if merged else None
        if kind is None:
            return
        gone = _free(kind, target, [row.record_id for row in merged])
        links = {(link.model, link.column) for link in links_to(kind)}
        for row in MergeMove.objects.filter(operation=target).order_by("-id"):
            model = _model(row)
            if model is None:
                continue
            if is_custom(row.column) and issubclass(model, Record):
                set_back_added(op, model, row, gone, report)
            elif row.column:
                leads = (model, row.column) in links
                _set_back(op, model, row, gone if leads else set(), report)
            else:
                _put_back(model, row, report, merged[0])
        _own_links(op, kind, merged[0].into_id, target, report)


def _own_links(
    op: Recorder, kind: type[Record], survivor_id: int, target: Operation, report: UndoReport
) -> None:
    """The parent that the survivor had, unless somebody gave it another, or that is a circle."""
    description = by_type(kind.record_type)
    survivor = kind._default_manager.select_for_update().filter(pk=survivor_id).first()
    if description is None or survivor is None:
        return
    for one in own_links(description):
        for change in _changes_of(target, survivor, one.orm):
            before, after = change.fields[one.orm]
            item: Any = kind._meta.get_field(one.orm)
            cause = ""
            if getattr(survivor, item.attname) != after:
                cause = _("Somebody changed it since.")
            elif before is not None:
                cause = circles(description, survivor, {one.key: before}).get(one.key, "")
            if cause:
                report.leave(change, cause, one.orm)
            else:
                op.update(survivor, {one.orm: before})


def _changes_of(target: Operation, record: Record, name: str) -> list[Change]:
    rows = Change.objects.filter(
        operation=target, record_type=record.record_type, record_id=record.pk
    )
    return [one for one in rows.order_by("-id") if name in one.fields]


def _free(kind: type[Record], target: Operation, ids: list[int]) -> set[int]:
    """Let the merged records stand for themselves again; ids of those that do not: gone for good,
    or held back by what happened since. Nothing is led back to them."""
    back = kind._default_manager.filter(pk__in=ids, deleted_at=None)
    alive = set(back.values_list("pk", flat=True))
    MergedRecord.objects.filter(operation=target, record_id__in=alive).delete()
    return set(ids) - alive


def _model(row: MergeMove) -> type[models.Model] | None:
    """The table of a journal line; None where a release took it away."""
    try:
        return apps.get_model(row.table)
    except LookupError:
        return None


def _set_back(
    op: Recorder, model: type[models.Model], row: MergeMove, gone: set[int], report: UndoReport
) -> None:
    item = next((one for one in model._meta.concrete_fields if one.attname == row.column), None)
    if item is None:
        return
    moved = {pk: (before, after) for pk, before, after in row.moved}
    for part in chunks(list(moved)):
        rows = model._base_manager.select_for_update().filter(pk__in=part)
        found = {one.pk: one for one in rows}
        groups: dict[str, tuple[Any, list[Any]]] = {}
        for pk in part:
            before, after = moved[pk]
            cause = _why_not(found.get(pk), item.attname, before, after, gone)
            if cause:
                _leave(report, model, row, pk, item.name, cause)
            else:
                # by its text: a stored filter is no key of a dictionary
                groups.setdefault(repr(before), (before, []))[1].append(found[pk])
        for before, some in groups.values():
            _write(op, model, item, before, some, report)


def _why_not(record: Any, column: str, before: Any, after: Any, gone: set[int]) -> str:
    if record is None:
        return _("It no longer exists.")
    if to_json(getattr(record, column)) != after:
        return _("Somebody changed it since.")
    if gone and before in gone:
        return _("The merged record could not come back.")
    return ""


def _write(
    op: Recorder,
    model: type[models.Model],
    item: Any,
    before: Any,
    some: list[Any],
    report: UndoReport,
) -> None:
    value = from_json(item, before)
    values: dict[str, Any] = {item.attname: value}
    is_record = issubclass(model, Record)
    if is_record:
        values |= {"version": F("version") + 1, "updated_at": op.now}
    model._base_manager.filter(pk__in=[one.pk for one in some]).update(**values)
    report.restored += len(some)
    for one in some if is_record else ():
        after = getattr(one, item.attname)
        setattr(one, item.attname, value)
        one.version += 1
        one.updated_at = op.now
        op.log(one, Change.UPDATED, {item.name: [to_json(after), before]})


def _put_back(
    model: type[models.Model], row: MergeMove, report: UndoReport, merged: MergedRecord
) -> None:
    """Rows that the merge took away, with their old ids where these are free."""
    items = {one.attname: one for one in model._meta.concrete_fields}
    for kept in row.moved:
        values = {name: from_json(items[name], kept[name]) for name in kept if name in items}
        try:
            with transaction.atomic():
                model(**values).save(force_insert=True)
        except IntegrityError:
            report.left.append(
                {
                    "record_type": merged.record_type,
                    "record_id": merged.into_id,
                    "field": str(model._meta.verbose_name),
                    "cause": _("Another record has one of these values by now."),
                }
            )
        else:
            report.restored += 1


def _leave(
    report: UndoReport,
    model: type[models.Model],
    row: MergeMove,
    pk: Any,
    name: str,
    cause: str,
) -> None:
    record_type = model.record_type if issubclass(model, Record) else row.table
    report.left.append({"record_type": record_type, "record_id": pk, "field": name, "cause": cause})
