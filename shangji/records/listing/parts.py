"""Visible rows as one ordered read per owner (docs/decisions/0009).

`owner_id IN (7) OR owner_id IS NULL` walks no index in order, nor does a set of owners. The same
rows owner by owner do: each part is short or stops at the limit, and the database merges them.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.records.sums import exact

#: owners that are read one by one; a larger circle is read as a set
MANY = 24

SqlText = tuple[str, tuple[Any, ...]]


def parts_of(
    model: type[Model],
    actor: Actor,
    condition: Q,
    columns: Sequence[Any],
    owners: Collection[int | None] | None = None,
) -> list[SqlText]:
    """SQL of columns of the visible rows that match: one SELECT per owner, without an order.

    Args:
        columns: ORM paths or expressions.
        owners: only these among the owners in sight, None for the open pool.

    EmptyResultSet when there can be no row.
    """
    rows = model_queryset(model)
    seen = rows.visible_parts(actor)
    if seen is None or len(seen) > MANY:
        whole = rows.visible_to(actor) if owners is None else rows.visible_of(actor, owners)
        return [_sql(whole.filter(condition), columns)]
    text, params = _sql(rows.alive().filter(condition), columns)
    quote = connection.ops.quote_name
    owner = f"{quote(model._meta.db_table)}.{quote('owner_id')}"
    return [
        (f"{text} AND {owner} IS NULL", params)
        if pk is None
        else (f"{text} AND {owner} = %s", (*params, pk))
        for pk in seen
        if owners is None or pk in owners
    ]


def together(parts: Sequence[SqlText]) -> SqlText:
    """Parts as one SELECT. EmptyResultSet without any."""
    if not parts:
        raise EmptyResultSet
    return (
        " UNION ALL ".join(text for text, _params in parts),
        tuple(value for _text, params in parts for value in params),
    )


def first_ids(
    parts: Sequence[SqlText],
    order: str,
    limit: int,
    start: int = 0,
    *,
    last: Sequence[SqlText] = (),
    last_order: str = "",
) -> list[int]:
    """The first column of the first rows of all parts, each part read up to what it could give.

    Args:
        order: an SQL order by numbers of columns, such as "2 DESC, 1 DESC".
        last: parts with the same columns that stand behind the others, in an order of their own.
            They are not looked at where the others are enough: PostgreSQL may walk a whole index
            to find that no row of a filter is without a value.
    """
    reach = start + limit
    if not limit or not (parts or last):
        return []
    width = order.count(",") + 2  # the rank stands behind the columns of the order
    text, params = together(_ranked(parts or last, order if parts else last_order, str(reach)))
    if parts and last:
        near = f"WITH near AS ({text} ORDER BY {order} LIMIT {reach})"
        found, more = "SELECT COUNT(*) FROM near", str(reach)
        gate = ""
        if connection.vendor == "postgresql":
            gate = f" AND ({found}) < {reach}"
        else:  # which would try such a gate row by row
            more = f"MAX(0, {reach} - ({found}))"
        behind, others = together(_ranked(last, last_order, more, gate, 1))
        text = f"{near} SELECT * FROM near UNION ALL {behind}"  # noqa: S608 - texts of ours
        params = (*params, *others)
    elif not parts:
        order = last_order
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY {width}, {order} LIMIT {limit} OFFSET {start}", params)
        return [row[0] for row in cursor.fetchall()]


def _ranked(
    parts: Sequence[SqlText], order: str, limit: str, gate: str = "", rank: int = 0
) -> list[SqlText]:
    """Parts with their first rows only, and a rank behind their columns."""
    return [
        (
            f"SELECT p{n}.*, {rank} FROM ({text}{gate} ORDER BY {order} LIMIT {limit}) p{n}",  # noqa: S608
            params,
        )
        for n, (text, params) in enumerate(parts)
    ]


def few_sql(parts: Sequence[SqlText], limit: int) -> SqlText:
    """A subquery that counts rows of all parts, looked at up to one more than a limit."""
    text, params = together(parts)
    return f"(SELECT COUNT(*) FROM ({text} LIMIT {limit + 1}) few)", params  # noqa: S608


def few_count(model: type[Model], actor: Actor, condition: Q, limit: int) -> int:
    """How many visible rows match, looked at up to one more than a limit."""
    try:
        text, params = few_sql(parts_of(model, actor, condition, ("pk",)), limit)
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {text}", params)
        return int(cursor.fetchone()[0])


def sums_by(
    model: type[Model],
    actor: Actor,
    condition: Q,
    by: Sequence[str],
    *,
    amount: str = "amount",
    owners: Collection[int | None] | None = None,
) -> list[tuple[tuple[Any, ...], int, Decimal]]:
    """Visible rows that match, in groups: the values of `by`, a count, an exact sum."""
    try:
        text, params = together(parts_of(model, actor, condition, (*by, amount), owners))
    except EmptyResultSet:
        return []
    quote = connection.ops.quote_name
    keys = ", ".join(quote(one) for one in by)
    value = f"CAST(ROUND(COALESCE({quote(amount)}, 0) * 10000) AS BIGINT)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {keys}, COUNT(*), CAST(SUM({value}) AS BIGINT)"  # noqa: S608
            f" FROM ({text}) few GROUP BY {keys}",
            params,
        )
        return [(row[:-2], row[-2], exact(row[-1])) for row in cursor.fetchall()]


def _sql(rows: QuerySet[Any], columns: Sequence[Any]) -> SqlText:
    plain = rows.order_by().values_list(*columns)
    text, params = plain.query.get_compiler(connection=connection).as_sql()
    return text, tuple(params)
