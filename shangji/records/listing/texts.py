"""SQL texts of hot queries, remembered: putting one together costs more than asking it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.workspace.queries import today
from shangji.records.conditions import Condition, Node
from shangji.records.description import RecordDescription
from shangji.records.kinds import Link, Person
from shangji.records.kinds.base import Kind

#: texts a process remembers
_ROOM = 2000

_texts: dict[Hashable, Any] = {}

T = TypeVar("T")


def remembered(
    purpose: Hashable,
    description: RecordDescription,
    actor: Actor,
    conditions: Sequence[Node],
    write: Callable[[], T],
) -> T:
    """SQL over the rows of a type that the actor sees and that match, in one or several parts.

    Args:
        purpose: what the text is for, with all it depends on besides rows and conditions.
        write: makes the text when it is not remembered.
    """
    key = _key(description, actor, conditions)
    if key is None:
        return write()
    whole = (purpose, key)
    found: T | None = _texts.get(whole)
    if found is None:
        if len(_texts) >= _ROOM:
            _texts.clear()
        found = _texts[whole] = write()
    return found


@dataclass(frozen=True)
class _Written:
    """A query put together once: its text, and how the columns of a row become values."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]
    #: (place, converters, expression) for the columns the database gives in another form
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]

    def rows(self) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            found = cursor.fetchall()
        if not self.converters:
            return [dict(zip(self.names, row, strict=True)) for row in found]
        rows = []
        for one in found:
            row = list(one)
            for place, converters, expression in self.converters:
                value = row[place]
                for convert in converters:
                    value = convert(value, expression, connection)
                row[place] = value
            rows.append(dict(zip(self.names, row, strict=True)))
        return rows


def remembered_rows(
    purpose: Hashable,
    description: RecordDescription,
    actor: Actor,
    conditions: Sequence[Node],
    build: Callable[[], QuerySet[Any]],
) -> list[dict[str, Any]]:
    """Rows of a `values()` query over what the actor sees; its text is remembered.

    What a program asks it asks again and again, so conditions it made itself are remembered too.
    """
    key = _key(description, actor, conditions, typed=True)
    if key is None:
        return list(build())
    whole = ("rows", purpose, key)
    found = _written.get(whole)
    if found is None:
        try:
            found = _write(build())
        except EmptyResultSet:
            return []
        if len(_written) >= _ROOM:
            _written.clear()
        _written[whole] = found
    return found.rows()


_written: dict[Hashable, _Written] = {}


def _write(rows: QuerySet[Any]) -> _Written:
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [one[0] for one in compiler.select]
    converters = compiler.get_converters(columns)
    return _Written(
        sql,
        tuple(params),
        tuple(rows.query.values_select),
        tuple((place, *converters[place]) for place in sorted(converters)),
    )


def _key(
    description: RecordDescription,
    actor: Actor,
    conditions: Sequence[Node],
    *,
    typed: bool = False,
) -> Hashable | None:
    """All that the text depends on: whose rows the reader sees now, the day and the zone.

    None where it depends on more: a row rule of the type's own, other types' rows, people looked
    up by name, a team, the moment. Only what ships with the type is remembered, not what people
    type (`typed`: that too).
    """
    rows = model_queryset(description.model)
    own_rule = type(rows).row_condition is not RecordQuerySet.row_condition
    if own_rule or rows.owner_path != "owner":
        return None
    for one in conditions:
        if not isinstance(one, Condition):
            return None
        kind = description.field(one.field, actor).kind
        if isinstance(kind, Link) or (isinstance(kind, Person) and one.value != "me"):
            return None
        if typed and type(kind).condition is not Kind.condition:
            return None
    said = tuple(one.text for one in conditions if isinstance(one, Condition))
    if said and not typed and all(said != preset.conditions for preset in description.presets):
        return None
    grant = actor.role.grant(description.type)
    return (
        *(connection.vendor, description.type, said, actor.user_id, grant, get_language()),
        *(actor.owner_ids(grant.read), today(), str(timezone.get_current_timezone())),
    )
