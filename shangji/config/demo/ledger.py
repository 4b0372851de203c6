"""Operations and changes of the demo's history, as the recorder would have written them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.recorder import BOOKKEEPING
from shangji.foundation.audit.values import snapshot, to_json

BATCH = 1000


@dataclass
class Op:
    """One operation to be written; `row` has its id after `Ledger.write_operations`."""

    at: datetime
    by_id: int | None
    action: str
    door: str
    changes: list[tuple[Record, str, int, dict[str, Any]]] = field(default_factory=list)
    row: Operation | None = None

    @property
    def id(self) -> int:
        assert self.row is not None
        return self.row.pk

    def created(self, record: Record) -> None:
        """Log a record as it stands now."""
        record.created_at = record.updated_at = self.at
        record.created_by_id = self.by_id
        values = snapshot(record, BOOKKEEPING | record.unlogged)
        fields = {name: [None, value] for name, value in values.items()}
        self.changes.append((record, Change.CREATED, record.version, fields))

    def updated(self, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set columns of a record, and log what became different. Returns the logged fields."""
        fields: dict[str, Any] = {}
        for name, value in sorted(values.items()):
            column: Any = record._meta.get_field(name)
            before = getattr(record, column.attname)
            if to_json(before) != to_json(value):
                setattr(record, column.attname, value)
                fields[name] = [to_json(before), to_json(value)]
        if fields:
            record.version += 1
            record.updated_at = self.at
            self.changes.append((record, Change.UPDATED, record.version, fields))
        return fields

    def note(self, record: Record, key: str, before: Any, after: Any) -> None:
        """Log something that hangs on a record."""
        self.changes.append((record, Change.UPDATED, record.version, {key: [before, after]}))


class Ledger:
    """All operations of the demo; written in the order of time."""

    def __init__(self) -> None:
        self.ops: list[Op] = []

    def op(self, at: datetime, by_id: int | None, action: str, door: str = "page") -> Op:
        found = Op(at, by_id, action, door)
        self.ops.append(found)
        return found

    def write_operations(self) -> None:
        """Give every operation its id."""
        self.ops.sort(key=lambda one: one.at)
        for one in self.ops:
            one.row = Operation(
                actor_id=one.by_id,
                door=one.door,
                action=one.action,
                at=one.at,
                change_count=len(one.changes),
            )
        Operation.objects.bulk_create([one.row for one in self.ops if one.row], batch_size=BATCH)

    def write_changes(self) -> None:
        """Write the changes; their records and operations have ids by now."""
        Change.objects.bulk_create(
            (
                Change(
                    operation_id=one.id,
                    record_type=record.record_type,
                    record_id=record.pk,
                    kind=kind,
                    version=version,
                    fields=fields,
                )
                for one in self.ops
                for record, kind, version, fields in one.changes
            ),
            batch_size=BATCH,
        )
