"""Indexes over added fields: on exactly the expression that queries write, made by a job.

They are no part of the migrations: what migrations build anew loses them, so they are looked
after again whenever migrations ran.
"""

from collections.abc import Iterable

from django.db import DatabaseError, IntegrityError, connection, transaction

from shangji.foundation.audit.custom_values import COLUMN, STORES, sql_of
from shangji.lib.values import dataclass
from shangji.records.custom.models import CustomField, UniqueTogether
from shangji.records.custom.together import PREFIX, index_of
from shangji.records.description import base_of


@dataclass(frozen=True)
class Wanted:
    """One index: its name, its table and the rest of the statement."""

    name: str
    table: str
    on: str
    is_unique: bool = False


def wanted_of(row: CustomField) -> list[Wanted]:
    """The indexes a field should have: in order over all rows, in order for each owner, and one
    that keeps values apart. None while it is no published field."""
    description = base_of(row.of_type)
    if description is None or not row.is_published:
        return []
    model = description.model
    quote = connection.ops.quote_name
    value = f"({sql_of(row.key, quote(COLUMN), connection.vendor)})"
    if connection.vendor == "sqlite":
        value = value[1:-1]  # an index there takes the expression as it is
    table, living = model._meta.db_table, f"{quote('deleted_at')} IS NULL"
    found = []
    if row.is_indexed:
        found.append(
            Wanted(f"{PREFIX}{row.key}", table, f"({value}, {quote('id')}) WHERE {living}")
        )
        if any(item.name == "owner" for item in model._meta.concrete_fields):
            on = f"({quote('owner_id')}, {value}, {quote('id')}) WHERE {living}"
            found.append(Wanted(f"{PREFIX}{row.key}_owner", table, on))
    if row.kind == "link":
        # merging looks for what leads to a record, the bin included
        on = f"({value}) WHERE {quote('deleted_at')} IS NOT NULL"
        found.append(Wanted(f"{PREFIX}{row.key}_bin", table, on))
    if row.is_unique:
        # nothing is no value that could be taken
        filled = f"{value} <> ''" if STORES[row.key[0]].nothing == "" else f"{value} IS NOT NULL"
        on = f"({value}) WHERE {living} AND {filled}"
        found.append(Wanted(f"{PREFIX}{row.key}_once", table, on, is_unique=True))
    return found


def existing() -> set[str]:
    """Names of the indexes of added fields that are there and whole."""
    if connection.vendor == "postgresql":
        sql = (
            "SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE c.relname LIKE %s AND i.indisvalid"
        )
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{PREFIX.replace('_', '%')}%"])
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def build(index: Wanted) -> None:
    """Make an index; on PostgreSQL without holding up writers. Raises DatabaseError."""
    quote = connection.ops.quote_name
    apart = connection.vendor == "postgresql" and not connection.in_atomic_block
    drop(index.name)  # what a broken attempt left
    unique = "UNIQUE " if index.is_unique else ""
    way = " CONCURRENTLY" if apart else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE {unique}INDEX{way} {quote(index.name)} ON {quote(index.table)} {index.on}"
        )


def drop(name: str) -> None:
    apart = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        way = " CONCURRENTLY" if apart else ""
        cursor.execute(f"DROP INDEX{way} IF EXISTS {connection.ops.quote_name(name)}")


def tend() -> dict[str, int]:
    """Make the indexes that are missing, drop those that are no longer wanted, note the state of
    each field. Answers how many were made, dropped and refused by the rows."""
    wanted = every_wanted()
    have = existing()
    names = {one.name for _row, indexes in wanted for one in indexes}
    count = {"made": 0, "dropped": 0, "failed": 0}
    for name in have - names:
        drop(name)
        count["dropped"] += 1
    for row, indexes in wanted:
        missing = [one for one in indexes if one.name not in have]
        failed = 0
        for one in missing:
            if _made(one):
                count["made"] += 1
            else:
                failed += 1
        count["failed"] += failed
        _note(row, indexes, failed)
    return count


def every_wanted() -> list[tuple[CustomField | UniqueTogether, list[Wanted]]]:
    """Fields and rules over several of them, each with the indexes it should have."""
    rows = list(CustomField.objects.all())
    known = [row.key for row in rows if row.is_published]
    found: list[tuple[CustomField | UniqueTogether, list[Wanted]]] = [
        (row, wanted_of(row)) for row in rows
    ]
    for rule in UniqueTogether.objects.all():
        made = index_of(rule, known)
        found.append((rule, [] if made is None else [Wanted(*made, is_unique=True)]))
    return found


def _made(index: Wanted) -> bool:
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                build(index)
        else:
            build(index)
    except (IntegrityError, DatabaseError):
        # two records have the same value: the field says so, and stays as it is
        drop(index.name)
        return False
    return True


def _note(row: CustomField | UniqueTogether, wanted: Iterable[Wanted], failed: int) -> None:
    state = CustomField.NO_INDEX
    if list(wanted):
        state = CustomField.FAILED if failed else CustomField.READY
    if row.index_state != state:
        type(row).objects.filter(pk=row.pk).update(index_state=state)


def is_behind() -> bool:
    """Whether an index is missing or no longer wanted: one look at the catalogue."""
    names = {one.name for _row, indexes in every_wanted() for one in indexes}
    return names != existing()
