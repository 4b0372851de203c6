"""Keep the present values beside their ledgers, inside the operation that changed them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.models import Standing, StandingPoint

#: opportunity, kind, day, value, source
Point = tuple[int, str, date, Decimal, str]


def keep_standing(opportunity_id: int, values: Mapping[str, Any]) -> None:
    """Set present values of one opportunity; call inside an open operation.

    The row is derived, so it is no record of its own: what is undone in the ledger it was
    folded from is folded again by the hook of that record.
    """
    Standing.objects.update_or_create(opportunity_id=opportunity_id, defaults=dict(values))


def keep_point(
    opportunity_id: int, kind: str, value: Decimal, *, source: str, now: datetime
) -> None:
    """Note a value for its day; a later one of the same day takes its place."""
    on: date = today(now=now)
    StandingPoint.objects.update_or_create(
        opportunity_id=opportunity_id,
        kind=kind,
        on=on,
        defaults={"value": value, "source": source[:60]},
    )


# --------------------------------------------------------- many rows in one statement each


def write_standings(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set some columns of many opportunities' standings, inserting those there are none of.

    A row is the opportunity's id and a value per column as the database takes it (numbers and
    JSON as text, moments by `moment_column`): the ORM's way makes an object of each row, which
    takes longer than the writing.
    """
    empty = {
        str(one.column): one.get_db_prep_save(one.get_default(), connection)
        for one in Standing._meta.concrete_fields
        if not one.null and not one.primary_key and one.column not in columns
    }
    names = ("opportunity_id", *columns, *empty)
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    _many(
        f"INSERT INTO {Standing._meta.db_table} ({', '.join(names)})"  # noqa: S608 - our names
        f" VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT (opportunity_id) DO UPDATE SET {updates}",
        [(*row, *empty.values()) for row in rows],
    )


def write_points(points: Sequence[Point]) -> None:
    """Note many values for their days; a later one of the same day takes its place."""
    _many(
        f"INSERT INTO {StandingPoint._meta.db_table}"  # noqa: S608 - names of our tables
        ' (opportunity_id, kind, "on", value, source) VALUES (%s, %s, %s, %s, %s)'
        ' ON CONFLICT (opportunity_id, kind, "on")'
        " DO UPDATE SET value = EXCLUDED.value, source = EXCLUDED.source",
        [(pk, kind, on.isoformat(), f"{value:f}", src[:60]) for pk, kind, on, value, src in points],
    )


def moment_column(now: datetime) -> Any:
    """A moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(now)


def _many(statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
