"""Rows by executemany (SQLite) and COPY (PostgreSQL), their ids known beforehand."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

Convert = Callable[[Any], Any]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids nobody else will get. On SQLite the open write transaction holds them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        cursor.execute(f"SELECT max(id) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        first = max(found[0] if found else 0, cursor.fetchone()[0] or 0) + 1
    return list(range(first, first + count))


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as values by attribute (`owner_id`); what is left out gets its default.

    Every row has the same keys. Raises IntegrityError as the database does.
    """
    if not rows:
        return
    columns: list[str] = []
    givers: list[tuple[str, Convert | None]] = []
    constants: dict[str, Any] = {}
    for item in model._meta.concrete_fields:
        known = item.attname in rows[0]
        if not known and item.primary_key:
            continue
        convert = _converter(item)
        if not known:
            value = item.get_default()
            constants[item.attname] = convert(value) if convert and value is not None else value
        columns.append(item.column)
        givers.append((item.attname, convert))
    insert_tuples(model._meta.db_table, columns, _tuples(rows, givers, constants))


def _tuples(
    rows: Sequence[Mapping[str, Any]],
    givers: Sequence[tuple[str, Convert | None]],
    constants: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """Column by column, which is faster than cell by cell."""
    count = len(rows)
    columns: list[list[Any]] = []
    for name, convert in givers:
        if name in constants:
            columns.append([constants[name]] * count)
            continue
        values = [row[name] for row in rows]
        if convert is _instant or convert is date.isoformat:
            # few different ones among many rows
            known: dict[Any, Any] = {None: None}
            for value in set(values) - {None}:
                known[value] = convert(value)
            values = [known[value] for value in values]
        elif convert is not None:
            values = [None if value is None else convert(value) for value in values]
        columns.append(values)
    return list(zip(*columns, strict=True))


def insert_tuples(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert ready tuples."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f"COPY {quote(table)} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})",  # noqa: S608 - constants
            list(rows),
        )


def _instant(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _converter(item: Any) -> Convert | None:
    """How a Python value becomes what the driver takes; None where it is that already."""
    if isinstance(item, models.ForeignKey):
        return None
    if isinstance(item, models.JSONField):
        return json.dumps
    if isinstance(item, models.DateTimeField):
        return _instant
    if isinstance(item, models.DateField):
        return date.isoformat
    if isinstance(item, models.DecimalField):
        return _decimal
    if isinstance(item, models.TimeField):
        return lambda value: value.isoformat()
    return None
