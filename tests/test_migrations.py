"""Migrations say what the models say."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


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
