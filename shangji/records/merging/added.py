"""Links among the values of added fields: they follow a merge as columns do, found by the index of
their field (docs/decisions/0011)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Func, JSONField, Value
from django.utils.translation import gettext as _

from shangji.foundation.audit.custom_values import COLUMN, PREFIX, take
from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.registry import tracked_model
from shangji.records.custom.models import CustomField
from shangji.records.merging.models import MergeMove

# for types only: both are read before this is
if TYPE_CHECKING:
    from shangji.foundation.audit.actions import UndoReport
    from shangji.records.merging.carrying import Moves

CHUNK = 1000


class WithId(Func):
    """The column of added values with one key set to an id, written by the database itself."""

    output_field = JSONField()

    def __init__(self, key: str, pk: int, **extra: Any) -> None:
        super().__init__(F(COLUMN), Value(pk, models.BigIntegerField()), **extra)
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="json_set(%(expressions)s)",
            arg_joiner=f", '$.\"{self.key}\"', ",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="jsonb_set(%(expressions)s::bigint))",
            arg_joiner=f", '{{{self.key}}}', to_jsonb(",
        )


def link_fields(record_type: str) -> Iterator[tuple[type[Record], str]]:
    """Tables and keys of added fields that lead to a type; drafts and those in the bin have
    values, too."""
    rows = CustomField.objects.filter(kind="link").order_by("pk")
    for row in rows.only("of_type", "key", "settings"):
        model = tracked_model(row.of_type)
        settings = row.settings if isinstance(row.settings, dict) else {}
        if model is not None and settings.get("target") == record_type:
            yield model, row.key


def carry_added(moves: "Moves", survivor: Record, merged_ids: Sequence[int]) -> dict[str, int]:
    """Let what leads to the merged records lead to the one that stays; how many rows by table."""
    counts: dict[str, int] = {}
    for model, key in link_fields(moves.record_type):
        path = f"{PREFIX}{key}"
        apart = [survivor.pk, *merged_ids] if isinstance(survivor, model) else []
        rows: list[Any] = []
        for in_bin in (False, True):  # an index of its own for each
            found = model._base_manager.filter(
                **{f"{path}__in": list(merged_ids), "deleted_at__isnull": not in_bin}
            )
            rows += found.exclude(pk__in=apart).select_for_update().order_by("pk")
        before = {row.pk: take(key, getattr(row, COLUMN).get(key)) for row in rows}
        done = set(point(moves.op, model, key, survivor.pk, [row.pk for row in rows]))
        moved = [row for row in rows if row.pk in done]
        for row in moved:
            _log(moves.op, row, key, survivor.pk)
        moves.note(model, key, [(row.pk, before[row.pk], survivor.pk) for row in moved])
        if moved:
            label = model._meta.label_lower
            counts[label] = counts.get(label, 0) + len(moved)
        if apart and getattr(survivor, COLUMN).get(key) in apart:
            moves.op.update(survivor, {COLUMN: {key: None}})  # nothing leads to itself
    return counts


def point(
    op: Recorder, model: type[Record], key: str, target: int, ids: Sequence[Any]
) -> list[Any]:
    """Set the key of rows; those that the database refuses stay. Ids of the others."""
    values = {
        COLUMN: WithId(key, target),
        "version": F("version") + 1,
        "updated_at": op.now,
    }
    done: list[Any] = []
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        try:
            with transaction.atomic():
                model._base_manager.filter(pk__in=part).update(**values)
            done += part
        except IntegrityError:
            # one of them would stand twice: row by row, so that only that one stays
            done += [pk for pk in part if _point_one(model, values, pk)]
    return done


def _point_one(model: type[Record], values: dict[str, Any], pk: Any) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**values)
    except IntegrityError:
        return False
    return True


def _log(op: Recorder, row: Any, key: str, target: int) -> None:
    held = getattr(row, COLUMN)
    before = held.get(key)
    setattr(row, COLUMN, {**held, key: target})
    row.version += 1
    row.updated_at = op.now
    op.log(row, Change.UPDATED, {key: [before, target]})


def set_back_added(
    op: Recorder, model: type[Record], row: MergeMove, gone: set[int], report: "UndoReport"
) -> None:
    """Undo of `carry_added` for one key: rows lead to where they led, unless somebody changed
    them since."""
    key = row.column
    moved = {pk: (before, after) for pk, before, after in row.moved}
    ids = list(moved)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        locked = model._base_manager.select_for_update().filter(pk__in=part)
        found: dict[Any, Any] = {one.pk: one for one in locked}
        groups: dict[int, list[Any]] = {}
        for pk in part:
            before, after = moved[pk]
            cause = _why_not(found.get(pk), key, before, after, gone)
            if cause:
                _leave(report, model, pk, key, cause)
            else:
                groups.setdefault(before, []).append(pk)
        for target, some in groups.items():
            done = set(point(op, model, key, target, some))
            for pk in some:
                if pk in done:
                    _log(op, found[pk], key, target)
                    report.restored += 1
                else:
                    cause = _("Another record has one of these values by now.")
                    _leave(report, model, pk, key, cause)


def _why_not(record: Any, key: str, before: Any, after: Any, gone: set[int]) -> str:
    if record is None:
        return _("It no longer exists.")
    if getattr(record, COLUMN).get(key) != after:
        return _("Somebody changed it since.")
    if before in gone:
        return _("The merged record could not come back.")
    return ""


def _leave(report: "UndoReport", model: type[Record], pk: Any, key: str, cause: str) -> None:
    report.left.append(
        {"record_type": model.record_type, "record_id": pk, "field": key, "cause": cause}
    )
