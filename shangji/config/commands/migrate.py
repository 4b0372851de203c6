"""Bring the database and the static files to this version."""

import argparse

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from shangji.config.commands import static
from shangji.foundation.workspace.tables import bring_up_to_date


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would run, change nothing")


def run(options: argparse.Namespace) -> int:
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        print(f"shangji: the database cannot be opened: {str(error).splitlines()[0]}")
        return 1
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if options.dry_run:
        for migration, _ in waiting:
            print(f"{migration.app_label}.{migration.name}")
        if not waiting:
            print("shangji: the database is of this version, nothing would run")
        return 0
    if waiting:
        print(f"shangji: preparing the database, {len(waiting)} steps", flush=True)
        bring_up_to_date()
    static.collect()
    return 0
