"""Write a planned chunk: new records with ledger and search index in bulk, changes one by one."""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from typing import Any, ClassVar

import orjson
from django.db import IntegrityError
from django.utils.translation import gettext as _

from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.custom_values import COLUMN, merged
from shangji.foundation.audit.models import Change as Entry
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import BOOKKEEPING, Recorder
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.audit.values import to_json
from shangji.foundation.search.index import index_many, searchable
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.sheets import Cell
from shangji.records.actions.circles import circles
from shangji.records.custom import numbers
from shangji.records.custom.together import refused_by_index
from shangji.records.imports.bulk import insert_rows, insert_tuples, reserve_ids
from shangji.records.imports.engine import Importer
from shangji.records.imports.mapping import Mapping
from shangji.records.imports.plan import Change, Failure, Plan
from shangji.records.imports.readers import Reader, text_of
from shangji.records.imports.rows import ORIGIN, ImportRows, New
from shangji.records.imports.targets import rows_of
from shangji.records.kinds import Link
from shangji.records.kinds import Sequence as Numbers

_CHANGE_COLUMNS = ("operation_id", "record_type", "record_id", "kind", "version", "fields")


class WritingImporter(Importer):
    """The importer that writes; `recorder` is the open operation of the chunk."""

    writes: ClassVar[bool] = True
    _owner_of: Dict[str, int] = {}

    def write(self, op: Recorder, plan: Plan, *, careful: bool = False) -> tuple[int, int]:
        """Write a planned chunk. Returns how many were created and updated.

        Args:
            careful: new rows one by one, so that those the database or the type refuses move to
                the failures. Without it such a row raises IntegrityError or DomainError, and the
                caller does the chunk again.
        """
        created = self._write_new(op, plan, careful)
        updated = 0
        for change in plan.changes:
            try:
                with op.attempt():
                    before = change.record.version
                    record: Record = self.rows.update(op, change.record, change.values)
            except DomainError as problem:
                plan.failures.append(Failure(change.line, change.cells, self._causes(problem)))
                continue
            except IntegrityError as error:
                causes = [("", refused_by_index(error))]
                plan.failures.append(Failure(change.line, change.cells, causes))
                continue
            if record.version == before:
                plan.unchanged += 1
            else:
                updated += 1
        return created, updated

    def _look_ahead(
        self, reader: Reader, cells: Sequence[Cell], values: Sequence[Dict[str, Any]]
    ) -> None:
        """Whose rows name each word of a link: what is made for a word becomes theirs."""
        if not isinstance(reader.field.kind, Link) or reader.column.unknown != "make":
            return
        every = self._constant_owner()
        owners: dict[str, Counter[int]] = {}
        for cell, own in zip(cells, values, strict=True):
            owner = own.get("owner") or every
            if owner:
                word = text_of(reader.translate(cell)).strip()
                owners.setdefault(word, Counter())[owner] += 1
        self._owner_of = {word: found.most_common(1)[0][0] for word, found in owners.items()}

    def _constant_owner(self) -> int | None:
        for constant, reader, template in self._templates:
            if constant.field == "owner" and not template:
                value = reader.read([constant.value])[0]
                return value if isinstance(value, int) else None
        return None

    def _link_maker(self) -> Callable[[str, str], int]:
        return self._make_link

    def _make_link(self, record_type: str, word: str) -> int:
        """A record of which only the name is known. It belongs to whoever has most of the rows
        that name it, so that they can see and work it, else to whoever imports."""
        assert self.recorder is not None
        owner = self._owner_of.get(word)
        if owner is not None and not self._may_own(owner, record_type):
            owner = None
        return rows_of(record_type).make_linked(self.recorder, word, owner_id=owner)

    def drop_gone(self, plan: Plan) -> None:
        """Refuse rows that lead to a record somebody deleted since its name was read, and hold
        the others' targets, so that none goes until the chunk is written: one query a field."""
        for one in self.fields.values():
            if not isinstance(one.kind, Link) or self._own_link(one):
                continue
            rows = [row for row in (*plan.new, *plan.changes) if row.values.get(one.key)]
            ids = {row.values[one.key] for row in rows}
            gone = ids - self._held(one.kind.target, ids)
            for row in rows if gone else ():
                if row.values[one.key] not in gone:
                    continue
                cells = row.cells if isinstance(row, Change) else plan.cells[row.line]
                cause = (self._header(one.key), _("Somebody deleted this meanwhile."))
                plan.failures.append(Failure(row.line, cells, [cause]))
                (plan.changes if isinstance(row, Change) else plan.new).remove(row)  # type: ignore[arg-type]

    @staticmethod
    def _held(record_type: str, ids: set[int]) -> set[int]:
        model, wanted, found = tracked_model(record_type), sorted(ids), set[int]()
        for start in range(0, len(wanted), 800):
            # a deletion changes no key; what only points here need not wait
            living = model_queryset(model).alive().select_for_update(no_key=True).order_by("pk")
            batch = wanted[start : start + 800]
            found |= set(living.filter(pk__in=batch).values_list("pk", flat=True))
        return found

    def _write_new(self, op: Recorder, plan: Plan, careful: bool) -> int:
        if careful or getattr(self.rows, "one_by_one", False):
            return sum(self._try(op, plan, [one]) for one in plan.new)
        # without a savepoint: with one open, SQLite keeps every page a trigger touches (5 × slower)
        write_new(self.rows, op, plan.new, mapping=self.mapping)
        return len(plan.new)

    def _try(self, op: Recorder, plan: Plan, rows: list[New]) -> int:
        try:
            with op.attempt():
                if getattr(self.rows, "one_by_one", False):
                    pk = self.rows.insert_one(op, rows[0].values)  # type: ignore[attr-defined]
                    self._keep_origin(pk, rows[0].values)
                else:
                    write_new(self.rows, op, rows, mapping=self.mapping)
            return 1
        except IntegrityError as error:
            causes = [("", refused_by_index(error))]
        except DomainError as problem:
            causes = self._causes(problem)
        plan.failures.append(Failure(rows[0].line, plan.cells[rows[0].line], causes))
        return 0

    def _keep_origin(self, pk: int, values: Dict[str, Any]) -> None:
        """The id in the other system, and who made the record and when, as the file has it."""
        given = {name: values[key] for key, name in ORIGIN.items() if key in values}
        if values.get("external_id"):
            given["external_id"] = values["external_id"]
            given["external_system"] = self.mapping.system
        if given:
            model_queryset(self.description.model).filter(pk=pk).update(**given)

    def _causes(self, problem: DomainError) -> list[tuple[str, str]]:
        if isinstance(problem, Invalid):
            return [
                (self._header(key) if key else "", text)
                for key, texts in problem.errors.items()
                for text in texts
            ]
        return [("", str(problem.message))]

    def link_second(self, op: Recorder, plan: Plan, created: set[int]) -> int:
        """The second pass: set links among rows of the file. Records this import made keep one
        entry in the ledger, so that undo puts them into the bin. Returns how many were linked."""
        linked = 0
        for change in plan.changes:
            links = {
                key: value
                for key, value in change.values.items()
                if self._own_link(self.fields[key])
            }
            if not links:
                continue
            try:
                self._link(op, change.record, links, change.record.pk in created)
            except DomainError as problem:
                plan.failures.append(Failure(change.line, change.cells, self._causes(problem)))
                continue
            linked += 1
        return linked

    def _link(self, op: Recorder, record: Any, links: dict[str, Any], created: bool) -> None:
        # asked row by row: the rows before this one are linked already
        wrong = circles(self.description, record, links)
        if wrong:
            text = _("It came in without this link. %(cause)s")
            raise Invalid({key: [text % {"cause": cause}] for key, cause in wrong.items()})
        if created:
            amend_created(op, record, self.rows.columns(links))
            return
        with op.attempt():
            self.rows.update(op, record, links)


def amend_created(op: Recorder, record: Any, attrs: Dict[str, Any]) -> None:
    """Complete a record and the entry of its creation in the same operation."""
    meta = record._meta
    by_attname = {item.attname: item.name for item in meta.concrete_fields}
    type(record)._default_manager.filter(pk=record.pk).update(**attrs)
    entry = op.row.changes.filter(
        record_type=record.record_type, record_id=record.pk, kind="created"
    ).get()
    entry.fields |= {by_attname[name]: [None, to_json(value)] for name, value in attrs.items()}
    entry.save(update_fields=["fields"])


def write_new(rows: ImportRows, op: Recorder, new: Sequence[New], *, mapping: Mapping) -> list[int]:
    """Insert planned records with all that belongs to them. Returns their ids."""
    if not new:
        return []
    description = rows.description
    model = description.model
    columns = {item.attname for item in model._meta.concrete_fields}
    defaults = _defaults(rows, op, mapping, columns)
    ids = reserve_ids(model, len(new))
    attnames = rows.attnames
    for one, pk in zip(new, ids, strict=True):
        attrs = dict(defaults)
        attrs["id"] = pk
        for key, value in one.values.items():
            name = attnames.get(key, key)
            if name in columns:
                attrs[name] = value
        if rows.custom_keys:
            attrs[COLUMN] = merged({}, rows.custom(one.values))
        if attrs["external_id"]:
            attrs["external_system"] = mapping.system
        one.attrs = attrs
    _give_numbers(rows, new, op)
    rows.complete(new, actor=op.actor, now=op.now)
    _same_keys(new, model)
    sides = rows.side_rows(new, actor=op.actor, operation_id=op.id, now=op.now)
    for before, before_rows in rows.rows_before(new, operation_id=op.id):
        insert_rows(before, before_rows)
    insert_rows(model, [one.attrs for one in new])
    for side, side_rows in sides:
        insert_rows(side, side_rows)
    _log(op, model, [one.attrs for one in new])
    if searchable(description.type) is not None:
        index_many(description.type, ids)
    return ids


def _give_numbers(rows: ImportRows, new: Sequence[New], op: Recorder) -> None:
    """The numbers that fields give new records, for all of them at once."""
    for one in rows.description.fields:
        if one.is_custom and isinstance(one.kind, Numbers):
            texts = numbers.take(one.key, one.kind, len(new), op.now)
            for row, text in zip(new, texts, strict=True):
                row.attrs[COLUMN][one.key] = text


def _defaults(
    rows: ImportRows, op: Recorder, mapping: Mapping, columns: set[str]
) -> dict[str, Any]:
    """Attributes every new record begins with."""
    attrs: dict[str, Any] = {
        "created_at": op.now,
        "updated_at": op.now,
        "created_by_id": op.actor.user_id,
        "version": 1,
        "external_id": "",
        "external_system": "",
    }
    if "owner_id" in columns:
        attrs["owner_id"] = op.actor.user_id
    for one in rows.description.fields:
        name = rows.attnames.get(one.key)
        if name is not None and one.default is not None and name in columns:
            attrs[name] = one.default() if callable(one.default) else one.default
    return attrs


def _same_keys(new: Sequence[New], model: Any) -> None:
    """Every row gets the same attributes, so that they fit one statement."""
    keys: set[str] = set()
    for one in new:
        keys.update(one.attrs)
    defaults = {
        item.attname: item.get_default()
        for item in model._meta.concrete_fields
        if item.attname in keys
    }
    for one in new:
        if len(one.attrs) < len(keys):
            one.attrs = {**defaults, **one.attrs}


def _log(op: Recorder, model: Any, rows: Sequence[Dict[str, Any]]) -> None:
    skip = BOOKKEEPING | model.unlogged
    named = [
        (item.attname, item.name)
        for item in model._meta.concrete_fields
        if item.name not in skip and item.attname in rows[0]
    ]
    record_type = model.record_type
    dumps = orjson.dumps
    entries = []
    for row in rows:
        fields: dict[str, Any] = {}
        for attname, name in named:
            value = row[attname]
            if name == COLUMN:
                fields |= {key: [None, one] for key, one in value.items()}
                continue
            if value is None or value == "" or value == []:
                continue
            fields[name] = [None, value if type(value) in (str, int) else to_json(value)]
        entries.append((op.id, record_type, row["id"], Entry.CREATED, 1, dumps(fields).decode()))
    insert_tuples(Entry._meta.db_table, _CHANGE_COLUMNS, entries)
    op.wrote(len(entries))
