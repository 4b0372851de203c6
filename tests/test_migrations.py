"""Migrations say what the models say."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

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


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_migrates_from_nothing(tmp_path: Path) -> None:
    """Tests make their tables from the models; SQLite migrates wherever a test starts a server."""
    url, _slash, name = os.environ["DATABASE_URL"].rpartition("/")
    fresh = f"{name.partition('?')[0]}_from_nothing"
    import psycopg  # noqa: PLC0415 - on PostgreSQL only

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {fresh}")
        server.execute(f"CREATE DATABASE {fresh}")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "shangji.config.cli", "migrate"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "shangji.config.settings",
                    "SHANGJI_DATA_DIR": str(tmp_path),
                    "DATABASE_URL": f"{url}/{fresh}",
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            with psycopg.connect(f"{url}/{fresh}") as made:
                rows = made.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                there = {name for (name,) in rows.fetchall()}
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {fresh} WITH (FORCE)")
    ours = [one for one in apps.get_models() if one.__module__.startswith("shangji.")]
    made_by_tests = {one for one in ours if ".tests" in one.__module__}
    wanted = {one._meta.db_table for one in ours if one._meta.managed and one not in made_by_tests}
    assert wanted - there == set()
    assert len(wanted) > 60
