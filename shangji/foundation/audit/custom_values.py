"""The column of what customers add to a record: JSON, by generated key (docs/decisions/0011).

A key such as "t8f3k2bc" says with its first letter how its values are stored and compared. An ORM
path `custom_values__t8f3k2bc` writes the database's own SQL with the key as a literal, so that an
index on the same expression is used; Django's own JSON look-up passes the key as a parameter and
misses it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Transform

from shangji.lib.values import dataclass

#: name of the column
COLUMN = "custom_values"
PREFIX = f"{COLUMN}__"
_INSTANT = "%Y-%m-%dT%H:%M:%S.%f+00:00"


class _Number(models.DecimalField):  # type: ignore[type-arg]
    """A decimal that SQLite keeps as a float: a text would never equal it."""

    def __init__(self) -> None:
        super().__init__(max_digits=28, decimal_places=4)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        number = self.to_python(value)
        return float(number) if number is not None and connection.vendor == "sqlite" else number


class _Day(models.DateField):  # type: ignore[type-arg]
    """A day as ISO text: a cast to a date could not be indexed on PostgreSQL."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        day = self.to_python(value)
        return None if day is None else day.isoformat()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value


class _Instant(models.DateTimeField):  # type: ignore[type-arg]
    """An instant as text of one width, so that texts sort as instants do."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return None if value is None else value.astimezone(UTC).strftime(_INSTANT)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class _List(models.TextField):  # type: ignore[type-arg]
    """A JSON list, compared as its text."""

    def get_prep_value(self, value: Any) -> Any:
        return json.dumps(value) if isinstance(value, list) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


def _instant(value: Any) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(moment.astimezone(UTC).strftime(_INSTANT))


@dataclass(frozen=True)
class Store:
    """How the values of one letter are kept.

    Attributes:
        output: the field as which the database's answer is read.
        sqlite, postgresql: SQL over `{at}`, the value as the database finds it.
        put, take: a Python value as JSON and back.
        nothing: what an absent value is.
    """

    output: Any
    sqlite: str
    postgresql: str
    put: Callable[[Any], Any] = lambda value: value
    take: Callable[[Any], Any] = lambda value: value
    nothing: Any = None


STORES: Mapping[str, Store] = {
    "t": Store(models.TextField(), "COALESCE({at}, '')", "COALESCE({at}, '')", put=str, nothing=""),
    "n": Store(
        _Number(), "{at}", "({at})::numeric", put=_number, take=lambda value: Decimal(str(value))
    ),
    "w": Store(models.BigIntegerField(), "{at}", "({at})::bigint", put=int),
    "r": Store(models.BigIntegerField(), "{at}", "({at})::bigint", put=int),
    "d": Store(_Day(), "{at}", "{at}", put=str, take=date.fromisoformat),
    "m": Store(_Instant(), "{at}", "{at}", put=_instant, take=datetime.fromisoformat),
    "b": Store(
        models.BooleanField(),
        "COALESCE({at}, 0)",
        "COALESCE(({at})::boolean, false)",
        put=bool,
        nothing=False,
    ),
    "l": Store(_List(), "COALESCE({at}, '[]')", "COALESCE({at}, '[]')", put=list, nothing=[]),
}
_KEY = re.compile(rf"[{''.join(STORES)}][2-9bcdfghjkmnpqrstvwxyz]{{7}}")


def is_custom(name: str) -> bool:
    """Whether a name is a generated key of a custom field."""
    return _KEY.fullmatch(name) is not None


def custom_key(path: str) -> str:
    """The key of an ORM path into the column; "" for any other path."""
    key = path.removeprefix(PREFIX)
    return key if key != path and is_custom(key) else ""


def put(key: str, value: Any) -> Any:
    """A Python value as it is kept; None for nothing, which is not kept at all."""
    if value is None or value is False or value == "" or value == []:
        return None
    return STORES[key[0]].put(value)


def take(key: str, stored: Any) -> Any:
    """The Python value of what is kept."""
    store = STORES[key[0]]
    if stored in (None, "", []):
        return list(store.nothing) if isinstance(store.nothing, list) else store.nothing
    return store.take(stored)


def sql_of(key: str, column: str, vendor: str) -> str:
    """The expression of a key, the same in queries and in indexes.

    Args:
        column: the quoted column.
    """
    store = STORES[key[0]]
    if vendor == "postgresql":
        return store.postgresql.format(at=f"({column} ->> '{key}')")
    return store.sqlite.format(at=f"json_extract({column}, '$.\"{key}\"')")


class CustomValue(Transform):
    """One key of the column as a value of its type."""

    def __init__(self, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    @property
    def output_field(self) -> Any:
        return STORES[self.key[0]].output

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        column, params = compiler.compile(self.lhs)
        return sql_of(self.key, column, connection.vendor), params

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Without the cast that Django puts around decimals: an index has none."""
        return self.as_sql(compiler, connection)


class CustomValues(models.JSONField):
    """{key: value}; nothing is kept of an empty value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # in the database too, where the column comes to rows there are (migrating.py)
        nothing = models.Value({}, models.JSONField())
        usual = {"default": dict, "db_default": nothing, "editable": False}
        super().__init__(*args, **{**usual, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(merged({}, value) if isinstance(value, dict) else value)

    def get_transform(self, name: str) -> Any:
        if is_custom(name):
            return lambda *args, **kwargs: CustomValue(name, *args, **kwargs)
        return None


def merged(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept once some keys are set: empty values go."""
    return {key: value for key, value in {**held, **given}.items() if value not in (None, "", [])}


def custom_column(model: type[models.Model]) -> bool:
    """Whether records of a model take custom values."""
    return any(isinstance(item, CustomValues) for item in model._meta.concrete_fields)
