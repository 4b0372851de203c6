"""The tables of a database: brought to this release, or made at once where there are none.

Migrations one by one cost ten seconds of a processor, as Django makes all models anew for each.
An empty database has no rows to carry over, so it gets what they end in (decision 0016).
"""

from collections.abc import Sequence

from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor

# What a migration may do besides saying how the models change.
_MORE = (RunPython, RunSQL, SeparateDatabaseAndState)


def bring_up_to_date() -> None:
    """As `migrate` does. An empty database is made whole in one transaction, or stays empty."""
    if connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
        return
    connection.disable_constraint_checking()  # on SQLite only: its tables are made without it
    try:
        with transaction.atomic():
            make_tables(MigrationExecutor(connection).loader.graph.leaf_nodes())
            emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
            connection.check_constraints()
    finally:
        connection.enable_constraint_checking()


def make_tables(targets: Sequence[tuple[str, str]]) -> Apps:
    """What these migrations end in, as tables of an empty database that has had them.

    Returns the models as they were then. Belongs in a transaction, on SQLite without constraint
    checks.
    """
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _backwards in executor.migration_plan(list(targets))]
    if any(does_more(migration) for migration in plan):
        executor.migrate(list(targets))
        return executor.loader.project_state(list(targets)).apps
    models = executor.loader.project_state(list(targets)).apps
    with connection.schema_editor() as editor:
        for model in models.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    executor.recorder.ensure_schema()
    for migration in plan:
        for app, name in migration.replaces or [(migration.app_label, migration.name)]:
            executor.recorder.record_applied(app, name)
    return models


def does_more(migration: Migration) -> bool:
    """Whether it does what an empty database needs too. What others' migrations do so is done to
    rows there are; ours say of theirs that they are (`elidable=True`) or are carried out."""
    if not type(migration).__module__.startswith("shangji."):
        return False
    return any(isinstance(one, _MORE) and not one.elidable for one in migration.operations)
