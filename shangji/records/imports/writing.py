"""New records of a chunk: rows, ledger and search index in bulk, in the open operation."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any

import orjson

from shangji.foundation.audit.models import Change
from shangji.foundation.audit.recorder import BOOKKEEPING, Recorder
from shangji.foundation.audit.values import to_json
from shangji.foundation.search.index import index_many, searchable
from shangji.records.imports.bulk import insert_rows, insert_tuples, reserve_ids
from shangji.records.imports.mapping import Mapping
from shangji.records.imports.rows import ImportRows, New

_CHANGE_COLUMNS = ("operation_id", "record_type", "record_id", "kind", "version", "fields")


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
        if attrs["external_id"]:
            attrs["external_system"] = mapping.system
        one.attrs = attrs
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
        fields = {}
        for attname, name in named:
            value = row[attname]
            if value is None or value == "" or value == []:
                continue
            fields[name] = [None, value if type(value) in (str, int) else to_json(value)]
        entries.append((op.id, record_type, row["id"], Change.CREATED, 1, dumps(fields).decode()))
    insert_tuples(Change._meta.db_table, _CHANGE_COLUMNS, entries)
    op.wrote(len(entries))
