"""Make a workspace from the tables of a whole export, on either database."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from shangji.foundation.search import store
from shangji.foundation.search.index import reindex, searchable_types
from shangji.foundation.workspace.tables import bring_up_to_date, make_tables
from shangji.records.whole.archive import ArchiveError
from shangji.records.whole.tables import (
    no_references_checked,
    read_table,
    set_next_ids,
    tables_of,
)


def load_workspace(place: Path, manifest: Mapping[str, Any]) -> None:
    """Fill an empty database from an unpacked archive; all of it or nothing.

    The tables are made as they were when the archive was written, filled, and then brought to
    this release, so that an older archive is as good as a new one.
    """
    try:
        with no_references_checked():
            registry = _make_tables(manifest["migrations"])
            found = tables_of(registry, secrets=True)
            _empty(found)
            for model in found:
                table = model._meta.db_table
                path = place / "tables" / f"{table}.jsonl"
                wanted = int(manifest["rows"].get(table, 0))
                if (read_table(model, path) if path.is_file() else 0) != wanted:
                    raise ValueError(f"{table} has not the {wanted} rows the manifest says")
            set_next_ids(dict(manifest["next_ids"]), found)
    except (ValueError, IntegrityError) as error:
        raise ArchiveError(f"the archive does not fit its own tables: {error}") from error
    # indexes and triggers outside Django's schema, and what came with later releases
    if store.ensure():
        for record_type in searchable_types():
            reindex(record_type)
    bring_up_to_date()


def _make_tables(applied: Sequence[Sequence[str]]) -> Apps:
    """The tables of the archive's release. ArchiveError when it is newer than this one."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    known = set(graph.nodes)
    wanted = {(app, name) for app, name in applied}
    strange = sorted(wanted - known - set(executor.loader.replacements))
    if strange:
        app, name = strange[0]
        raise ArchiveError(
            f"the archive is of a newer Shangji (it has {app}.{name}): install that first"
        )
    inner = {
        key for node in wanted for key in (parent.key for parent in graph.node_map[node].parents)
    }
    return make_tables(sorted(wanted - inner))


def _empty(found: Sequence[Any]) -> None:
    """Rows that migrations put in come from the archive instead."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # a migration may have left them checked at once, for the rest of the transaction
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in found:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
