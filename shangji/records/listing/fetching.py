"""Visible rows by id: asked by a text that is remembered, as it is the same for every page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace import statements
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.listing.texts import remembered

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Select:
    """A `values()` query over all visible rows, written down: what `fetch_rows` adds ids to."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]
    #: place of a column -> what turns the database's value into Python's
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


def fetch_rows(
    description: RecordDescription, actor: Actor, ids: Sequence[int], paths: Iterable[str]
) -> list[Row]:
    """Visible rows by id, in the order of the ids, as `values(*paths)` gives them.

    Args:
        paths: ORM paths, "pk" among them.
    """
    if not ids:
        return []
    paths = tuple(paths)
    try:
        select = remembered(
            ("rows", paths), description, actor, (), lambda: _select(description, actor, paths)
        )
    except EmptyResultSet:
        return []
    quote = connection.ops.quote_name
    meta = description.model._meta
    assert meta.pk is not None
    key = f"{quote(meta.db_table)}.{quote(str(meta.pk.column))}"
    found: dict[int, Row] = {}
    if connection.vendor == "postgresql":  # one text, however many ids
        rows = statements.ask(f"{select.sql} AND {key} = ANY(%s)", (*select.params, list(ids)))
    else:
        marks = ", ".join(["%s"] * len(ids))
        rows = statements.ask(f"{select.sql} AND {key} IN ({marks})", (*select.params, *ids))
    for values in rows:
        row = dict(zip(select.names, _converted(values, select), strict=True))
        found[row["pk"]] = row
    return [found[pk] for pk in ids if pk in found]


def _converted(values: Sequence[Any], select: _Select) -> Sequence[Any]:
    if not select.converters:
        return values
    row = list(values)
    for place, steps, expression in select.converters:
        for step in steps:
            row[place] = step(row[place], expression, connection)
    return row


def _select(description: RecordDescription, actor: Actor, paths: tuple[str, ...]) -> _Select:
    # every visible row has `deleted_at IS NULL` at least: there is a WHERE to add to
    rows = model_queryset(description.model).visible_to(actor).order_by().values(*paths)
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [one[0] for one in compiler.select]
    steps = compiler.get_converters(columns)
    return _Select(
        sql,
        tuple(params),
        tuple(rows.query.selected or ()),
        tuple((place, tuple(found), expression) for place, (found, expression) in steps.items()),
    )
