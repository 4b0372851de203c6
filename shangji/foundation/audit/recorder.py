"""One operation: change rows, write the ledger, publish events, all in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.custom_values import COLUMN, CustomValues, is_custom, merged
from shangji.foundation.audit.models import Change, Operation, Record
from shangji.foundation.audit.registry import after_hooks, before_hooks
from shangji.foundation.audit.values import from_json, snapshot, to_json
from shangji.foundation.events.bus import Event, publish
from shangji.lib.errors import Conflict, NotFound

R = TypeVar("R", bound=Record)

#: kept by the recorder itself, never part of a change
BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at", "created_by", "deleted_at"})


class Recorder:
    """Collects what an operation does; made by `operation()` only."""

    def __init__(self, row: Operation, actor: Actor, now: datetime) -> None:
        self.row = row
        self.actor = actor
        self.now = now
        self._changes: list[Change] = []
        self._events: list[Event] = []
        self._touched: dict[str, dict[int, Record]] = defaultdict(dict)
        # changes of this operation that stand in the ledger already
        self._written = 0

    @property
    def id(self) -> int:
        return self.row.pk

    def created(self, record: R) -> R:
        """Insert a new record and log it. Sets its times and its maker."""
        record.created_at = record.created_at or self.now
        record.updated_at = self.now
        record.created_by_id = record.created_by_id or self.actor.user_id
        for hook in before_hooks():
            hook(self, record)
        record.save(force_insert=True)
        values = snapshot(record, BOOKKEEPING | record.unlogged)
        fields = {name: [None, value] for name, value in values.items()}
        self.log(record, Change.CREATED, fields)
        return record

    def lock(self, record: R) -> R:
        """The row as it is now, held until the transaction ends. NotFound when it is gone."""
        fresh = (
            type(record)
            ._default_manager.select_for_update()
            .filter(pk=record.pk, deleted_at=None)
            .first()
        )
        if fresh is None:
            raise NotFound(_("Somebody deleted this meanwhile."))
        return fresh  # type: ignore[return-value]

    def update(self, record: R, values: Mapping[str, Any], *, version: int | None = None) -> R:
        """Set fields of a record that `lock` returned.

        Args:
            values: by field name, Python values (model instances or ids for links); of custom
                values only the keys that are given, each a field of its own.
            version: the version the person looked at; fields that somebody else changed
                since then raise Conflict with both values, others merge.
        """
        fields: dict[str, Any] = {}
        mine: dict[str, Any] = {}
        custom: dict[str, Any] = {}
        for given, value in values.items():
            field: Any = record._meta.get_field(given)  # by name or by column: owner, owner_id
            if isinstance(field, CustomValues):
                custom = dict(value)
                continue
            fields[field.name] = field
            value = value.pk if isinstance(value, models.Model) else value
            mine[field.name] = from_json(field, value)
        before = {name: getattr(record, field.attname) for name, field in fields.items()}
        mine |= custom
        before |= {key: _stored(record, key) for key in custom}
        changed = {name for name in mine if to_json(mine[name]) != to_json(before[name])}
        if version is not None and version != record.version:
            self._refuse_clash(record, version, {name: mine[name] for name in changed})
        if not changed:
            return record
        columns = changed & set(fields)
        for name in columns:
            setattr(record, fields[name].attname, mine[name])
        if changed & set(custom):
            columns.add(COLUMN)
            setattr(record, COLUMN, merged(getattr(record, COLUMN), custom))
        record.version += 1
        record.updated_at = self.now
        record.save(update_fields=[*columns, "version", "updated_at"])
        self.log(
            record,
            Change.UPDATED,
            {
                name: [to_json(before[name]), to_json(mine[name])]
                for name in sorted(changed - record.unlogged)
            },
        )
        return record

    def _refuse_clash(self, record: Record, version: int, mine: Mapping[str, Any]) -> None:
        since = Change.objects.filter(
            record_type=record.record_type, record_id=record.pk, version__gt=version
        )
        theirs = {name for change in since for name in change.fields}
        clash = sorted(theirs & set(mine))
        if clash:
            raise Conflict(
                _("Somebody else changed this meanwhile."),
                {
                    name: (
                        to_json(mine[name]),
                        to_json(_stored(record, name)),
                    )
                    for name in clash
                },
            )

    def deleted(self, record: R) -> R:
        """Put a locked record into the bin."""
        record.deleted_at = self.now
        return self._flip(record, Change.DELETED)

    def restored(self, record: R) -> R:
        """Take a record out of the bin."""
        record.deleted_at = None
        return self._flip(record, Change.RESTORED)

    def deleted_many(self, records: Sequence[Record]) -> None:
        """Put locked records of one type into the bin in one statement."""
        ids = [record.pk for record in records]
        for start in range(0, len(ids), 500):
            rows = type(records[0])._default_manager.filter(pk__in=ids[start : start + 500])
            rows.update(deleted_at=self.now, updated_at=self.now, version=models.F("version") + 1)
        for record in records:
            record.deleted_at = record.updated_at = self.now
            record.version += 1
            self.log(record, Change.DELETED, {})

    def _flip(self, record: R, kind: str) -> R:
        record.version += 1
        record.updated_at = self.now
        record.save(update_fields=["deleted_at", "version", "updated_at"])
        self.log(record, kind, {})
        return record

    def log(self, record: Record, kind: str, fields: Mapping[str, Any]) -> None:
        """Write a change of a row that was saved elsewhere in this operation (bulk writes)."""
        self._changes.append(
            Change(
                operation=self.row,
                record_type=record.record_type,
                record_id=record.pk,
                kind=kind,
                version=record.version,
                fields=dict(fields),
            )
        )
        self._touched[record.record_type][record.pk] = record

    def note(self, record: Record, key: str, before: Any, after: Any) -> None:
        """Log a change of something that hangs on a record (a line, a person, a phone)."""
        self.log(record, Change.UPDATED, {key: [before, after]})

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One row of many: what raises inside leaves no trace in the rows or the ledger."""
        changes, events = len(self._changes), len(self._events)
        touched = {key: dict(rows) for key, rows in self._touched.items()}
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del self._changes[changes:]
            del self._events[events:]
            self._touched = defaultdict(dict, touched)
            raise

    def wrote(self, count: int) -> None:
        """Count changes that a bulk writer put into the ledger itself."""
        self._written += count

    def publish(self, event: Event) -> None:
        self._events.append(event)

    def flush(self) -> None:
        """Write what was logged so far, with all that follows from it, and let go of it: for an
        operation over very many records whose parts do not depend on one another."""
        self._write()
        self._changes.clear()
        self._touched.clear()

    def _write(self) -> None:
        told: set[str] = set()
        # a hook may touch records of another type (the files of a field), whose hooks come next
        while more := [record_type for record_type in self._touched if record_type not in told]:
            for record_type in more:
                told.add(record_type)
                for hook in after_hooks(record_type):
                    hook(self, list(self._touched[record_type].values()))
        if self._changes:
            Change.objects.bulk_create(self._changes, batch_size=500)
        self._written += len(self._changes)

    def finish(self) -> None:
        self._write()
        if self.row.change_count != self._written:
            self.row.change_count = self._written
            Operation.objects.filter(pk=self.row.pk).update(change_count=self.row.change_count)
        if self._events:
            publish(self._events, operation_id=self.row.pk, now=self.now)

    @property
    def changes(self) -> Sequence[Change]:
        return self._changes


def _stored(record: Record, name: str) -> Any:
    if is_custom(name):
        return getattr(record, COLUMN, {}).get(name)
    field: Any = record._meta.get_field(name)
    return getattr(record, field.attname)


@contextmanager
def operation(
    actor: Actor,
    action: str,
    *,
    now: datetime,
    reason: str = "",
    undoes: Operation | None = None,
    savepoint: bool = True,
) -> Iterator[Recorder]:
    """Open the one transaction of an action.

    Args:
        action: namespaced verb, "opportunity.move".
        now: the instant of the change, UTC.
        savepoint: whether it can be rolled back by itself within an open transaction. Of a very
            long one SQLite would keep every page it touches in memory.
    """
    with transaction.atomic(savepoint=savepoint):
        row = Operation.objects.create(
            actor_id=actor.user_id,
            door=actor.door,
            action=action,
            reason=reason.replace("\0", ""),  # PostgreSQL stores no NUL
            at=now,
            change_count=1,
            undoes=undoes,
        )
        recorder = Recorder(row, actor, now)
        yield recorder
        recorder.finish()


@contextmanager
def continued(actor: Actor, row: Operation, *, now: datetime) -> Iterator[Recorder]:
    """Go on with an operation in a transaction of its own: long imports, chunk by chunk."""
    with transaction.atomic():
        recorder = Recorder(row, actor, now)
        recorder.wrote(row.change_count)
        yield recorder
        recorder.finish()
