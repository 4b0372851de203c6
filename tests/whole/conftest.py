"""An export names the migrations that its tables have had: all of them."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings


@pytest.fixture(autouse=True)
def knows_its_migrations(transactional_db: None) -> Iterator[None]:
    with override_settings(MIGRATION_MODULES={}):
        there = MigrationLoader(None).disk_migrations
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.bulk_create(
        [recorder.Migration(app=app, name=name) for app, name in sorted(there)]
    )
    yield
    recorder.flush()
