"""A record type that exists in tests only, for what foundation does with any record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, models

from shangji.foundation.audit import registry
from shangji.foundation.audit.models import OwnedRecord
from shangji.foundation.people.models import User


class Thing(OwnedRecord):
    """Has an owner, a name and a note; no app's table."""

    record_type = "thing"

    name = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta:
        app_label = "things"

    def __str__(self) -> str:
        return self.name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        if Thing._meta.db_table not in connection.introspection.table_names():
            for item in Thing._meta.local_concrete_fields:
                # PostgreSQL empties no table that a table unknown to it refers to
                item.db_constraint = False
            with connection.schema_editor() as editor:
                editor.create_model(Thing)


@pytest.fixture
def tracked(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Thing]]:
    """Things take part in the ledger during one test."""
    monkeypatch.setattr(registry, "_TRACKED", dict(registry._TRACKED))
    monkeypatch.setattr(registry, "_AFTER", {k: list(v) for k, v in registry._AFTER.items()})
    registry.track(Thing)
    yield Thing


def make_thing(owner: User | None, name: str = "Thing", now: datetime | None = None, **values: Any):
    moment = now or datetime(2026, 11, 23, 2, 0).astimezone()
    return Thing.objects.create(
        owner=owner, name=name, created_at=moment, updated_at=moment, **values
    )
