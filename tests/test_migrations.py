"""Migrations say what the models say."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import DeleteModel, Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from shangji.foundation.workspace.tables import does_more
from tests.house import schema
from tests.server import ROOT


@pytest.mark.django_db
def test_it_has_a_migration_for_every_change_of_a_model() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, no_color=True)
    except SystemExit:
        pytest.fail(f"makemigrations would write:\n{out.getvalue()}")


def test_it_has_one_last_migration_in_each_app() -> None:
    graph = MigrationLoader(None).graph
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("shangji.")}
    leaves = {label: [name for _, name in graph.leaf_nodes(label)] for label in ours}
    assert {label: names for label, names in leaves.items() if len(names) > 1} == {}


def test_an_empty_database_gets_at_once_what_migrations_come_to(tmp_path: Path) -> None:
    """Tables, indexes, triggers, first rows and the record of migrations: shangji migrate makes
    them in one step where there are none (decision 0016), and Django's own one by one."""
    if url := os.environ.get("DATABASE_URL", ""):
        import psycopg  # noqa: PLC0415 - on PostgreSQL only

        start, _slash, name = url.rpartition("/")
        names = [f"{name.partition('?')[0]}_{way}" for way in ("at_once", "one_by_one")]
        with psycopg.connect(url, autocommit=True) as server:
            for one in names:
                server.execute(f"DROP DATABASE IF EXISTS {one}")
                server.execute(f"CREATE DATABASE {one}")
            try:
                at_once, one_by_one = _made(tmp_path, *(f"{start}/{one}" for one in names))
            finally:
                for one in names:
                    server.execute(f"DROP DATABASE IF EXISTS {one} WITH (FORCE)")
    else:
        at_once, one_by_one = _made(tmp_path, "", "")
    assert at_once.keys() == one_by_one.keys()
    differing = {
        name: (found - one_by_one[name], one_by_one[name] - found)
        for name, found in at_once.items()
        if found != one_by_one[name]
    }
    assert differing == {}
    ours = [one for one in apps.get_models() if one.__module__.startswith("shangji.")]
    wanted = {
        f"rows {one._meta.db_table}"
        for one in ours
        if one._meta.managed and ".tests" not in one.__module__
    }
    assert wanted - at_once.keys() == set()
    assert len(wanted) > 60


def _made(folder: Path, *urls: str) -> list[dict[str, Any]]:
    """What the two ways make, side by side: each a process of its own."""
    ways = (["shangji.config.cli", "migrate"], ["django", "migrate", "--verbosity=0"])
    running = []
    for way, url in zip(ways, urls, strict=True):
        data = folder / way[0]
        data.mkdir()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shangji.config.settings",
            "SHANGJI_DATA_DIR": str(data),
            "DATABASE_URL": url,
        }
        running.append(subprocess.Popen([sys.executable, "-m", *way], cwd=ROOT, env=environment))
    assert [one.wait(300) for one in running] == [0, 0]
    return [
        schema.of_postgres(url) if url else schema.of_sqlite(folder / way[0] / "shangji.sqlite3")
        for way, url in zip(ways, urls, strict=True)
    ]


def test_it_carries_out_what_a_migration_does_besides_tables() -> None:
    def migration(home: str, *operations: Any) -> Any:
        made = type("Migration", (Migration,), {"__module__": home, "operations": operations})
        return made("0002_x", "x")

    rows = RunPython(RunPython.noop)
    assert does_more(migration("shangji.core.x.migrations", DeleteModel("x"), rows))
    assert does_more(migration("shangji.core.x.migrations", RunSQL("SELECT 1")))
    kept = RunPython(RunPython.noop, elidable=True)
    assert not does_more(migration("shangji.core.x.migrations", DeleteModel("x"), kept))
    assert not does_more(migration("axes.migrations", rows))
