"""Visible rows as one ordered read per owner (docs/decisions/0008).

`owner_id IN (7) OR owner_id IS NULL` walks no index in order, nor does a set of owners. The same
rows owner by owner do: each part is short or stops at the limit, and the database merges them.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from shangji.foundation.access.actor import Actor

#: owners that are read one by one; a larger circle is read as a set
MANY = 24

SqlText = tuple[str, tuple[Any, ...]]


def in_parts(rows: QuerySet[Any], actor: Actor, columns: Sequence[str]) -> SqlText:
    """SQL of columns of rows that came from `visible_to`, without an order.

    A part only narrows what `visible_to` gave, so it can show nothing more.
    EmptyResultSet when there can be no row.
    """
    plain = rows.order_by().values_list(*columns)
    sql, params = plain.query.get_compiler(connection=connection).as_sql()
    owners = rows.owners_seen(actor)  # type: ignore[attr-defined]
    if owners is None or len(owners) > MANY:
        return sql, tuple(params)
    if not owners:
        raise EmptyResultSet
    quote = connection.ops.quote_name
    table = rows.model._meta.db_table
    owner = f"{quote(table)}.{quote('owner_id')}"
    parts = [f"{sql} AND {owner} {'IS NULL' if pk is None else '= %s'}" for pk in owners]
    values = [value for pk in owners for value in (*params, *(() if pk is None else (pk,)))]
    return " UNION ALL ".join(parts), tuple(values)
