"""Rows of any table as plain JSON that both databases read alike, and back.

A table is one file of lines: its columns first, then one list per row. Instants are ISO in UTC,
decimals and bytes are texts; everything else is what JSON has.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from shangji.records.imports.bulk import insert_tuples

BATCH = 2000
#: tables that hold sign-ins and passing answers: nobody's data, made anew as they are needed
PASSING = frozenset({
    "django_session",
    "records_storedanswer",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
})  # fmt: skip
#: tables that hold nothing but secrets
SECRET_TABLES = frozenset(
    {"mfa_authenticator", "socialaccount_socialtoken", "account_emailconfirmation"}
)
#: what stands in place of a secret, by table and column; `{id}` keeps it unique
SECRET_COLUMNS = {
    ("people_user", "password"): "!",
    ("people_user", "feed_key"): "",
    ("people_invitation", "token_hash"): "left-out-{id}",
    ("people_apitoken", "token_hash"): "left-out-{id}",
    ("socialaccount_socialapp", "secret"): "",
    # invitations and resets carry links that open an account
    ("mail_outgoingmail", "text"): "",
    ("mail_outgoingmail", "html"): "",
}


def tables_of(registry: Apps, *, secrets: bool) -> list[type[models.Model]]:
    """Every table that goes with the workspace, in the order of names. A model that is worked
    out from others says `derived = True` and stays out."""
    found = [
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    out = PASSING if secrets else PASSING | SECRET_TABLES
    return sorted(
        (one for one in found if one._meta.db_table not in out | derived_tables()),
        key=lambda one: one._meta.db_table,
    )


def key_column(model: type[models.Model]) -> str:
    column: str | None = model._meta.pk.column
    assert column is not None
    return column


def derived_tables() -> frozenset[str]:
    """Tables that are worked out anew from the others (totals, the search index)."""
    return frozenset(
        model._meta.db_table for model in apps.get_models() if getattr(model, "derived", False)
    )


# ----------------------------------------------------------------------------------------- out


@contextmanager
def one_moment() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees the database as it is now, while people go on working."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = deepcopy(connection.settings_dict)
    options = wrapper.settings_dict["OPTIONS"]
    if wrapper.vendor == "sqlite":
        # reads only: the one place of a writer stays free
        options["transaction_mode"] = "DEFERRED"
        wrapper.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    else:
        options.pop("pool", None)
    try:
        wrapper.ensure_connection()
        with wrapper.cursor() as cursor:
            if wrapper.vendor == "sqlite":
                cursor.execute("BEGIN")
            else:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield wrapper
    finally:
        wrapper.close()


def write_table(
    source: BaseDatabaseWrapper,
    model: type[models.Model],
    path: Path,
    *,
    secrets: bool,
    without: str = "",
) -> int:
    """Write a table's rows to a file at constant memory. Returns how many.

    Args:
        without: an SQL condition for rows that stay out.
    """
    meta = model._meta
    fields = list(meta.concrete_fields)
    quote = source.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    where = f" WHERE NOT ({without})" if without else ""
    order = quote(key_column(model))
    sql = f"SELECT {columns} FROM {quote(meta.db_table)}{where} ORDER BY {order}"  # noqa: S608
    writers = [_writer(source, model, field) for field in fields]
    key = fields.index(meta.pk)
    hidden = {} if secrets else _hidden(meta.db_table, fields)
    count = 0
    with path.open("w", encoding="utf-8") as out, source.chunked_cursor() as cursor:
        out.write(json.dumps([field.column for field in fields]) + "\n")
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                values = [write(value) for write, value in zip(writers, row, strict=True)]
                for place, text in hidden.items():
                    values[place] = text.replace("{id}", str(values[key]))
                out.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += len(rows)
    return count


def _hidden(table: str, fields: Sequence[Any]) -> dict[int, str]:
    return {
        place: SECRET_COLUMNS[table, field.column]
        for place, field in enumerate(fields)
        if (table, field.column) in SECRET_COLUMNS
    }


def _writer(
    source: BaseDatabaseWrapper, model: type[models.Model], field: Any
) -> Callable[[Any], Any]:
    """From a driver's value to JSON: Django's own converters, then one form for both databases."""
    column = field.get_col(model._meta.db_table)
    converters = [
        *source.ops.get_db_converters(column),
        *column.get_db_converters(source),
    ]
    is_json = isinstance(field, models.JSONField)

    def write(value: Any) -> Any:
        for converter in converters:
            value = converter(value, column, source)
        return value if is_json else plain(value)

    return write


def plain(value: Any) -> Any:
    """A Python value as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"no form for {type(value).__name__}")


def next_ids(source: BaseDatabaseWrapper, found: Sequence[type[models.Model]]) -> dict[str, int]:
    """The last id each table gave away: an id of a row that is gone is never given again."""
    numbers: dict[str, int] = {}
    with source.cursor() as cursor:
        if source.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            numbers = dict(cursor.fetchall())
        else:
            for model in found:
                cursor.execute(
                    "SELECT pg_get_serial_sequence(%s, %s)",
                    [model._meta.db_table, key_column(model)],
                )
                name = cursor.fetchone()[0]
                if name:
                    cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608
                    last, called = cursor.fetchone()
                    numbers[model._meta.db_table] = last if called else 0
    wanted = {model._meta.db_table for model in found}
    return {name: number for name, number in numbers.items() if name in wanted and number}


# ---------------------------------------------------------------------------------------- back


def read_table(model: type[models.Model], path: Path) -> int:
    """Put a file's rows into its table. Returns how many. ValueError for what does not fit."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    with path.open(encoding="utf-8") as lines:
        columns = json.loads(lines.readline())
        strange = [name for name in columns if name not in fields]
        if strange:
            raise ValueError(f"{model._meta.db_table} has no column {strange[0]}")
        readers = [_reader(fields[name]) for name in columns]
        count = 0

        def rows() -> Iterator[tuple[Any, ...]]:
            for line in lines:
                values = json.loads(line)
                yield tuple(read(value) for read, value in zip(readers, values, strict=True))

        rest = rows()
        while batch := list(islice(rest, BATCH)):
            insert_tuples(model._meta.db_table, columns, batch)
            count += len(batch)
    return count


def _reader(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    change: Callable[[Any], Any] | None = {
        "DateTimeField": datetime.fromisoformat,
        "DateField": date.fromisoformat,
        "TimeField": time.fromisoformat,
        "DecimalField": Decimal,
        "BinaryField": base64.b64decode,
    }.get(kind)
    if change is None and kind != "JSONField":
        return lambda value: value
    is_json = kind == "JSONField"

    def read(value: Any) -> Any:
        # a column that may be empty is empty, and not the word null: "is empty" is asked of it
        if value is None and (field.null or not is_json):
            return None
        if is_json:
            return json.dumps(value)
        return field.get_db_prep_save(change(value) if change else value, connection)

    return read


def set_next_ids(numbers: dict[str, int], found: Sequence[type[models.Model]]) -> None:
    """Go on counting where the archived workspace stood."""
    with connection.cursor() as cursor:
        for model in found:
            table, number = model._meta.db_table, numbers.get(model._meta.db_table, 0)
            if not number:
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, number])
            else:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [table, key_column(model), number],
                )


@contextmanager
def no_references_checked() -> Iterator[None]:
    """One transaction in which rows may come before those they point to; at its end all must
    be there. On SQLite this asks for each table once instead of once a row."""
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    finally:
        connection.enable_constraint_checking()
