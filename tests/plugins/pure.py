"""Marks the product's own tests that touch no database, so that a second database need not run
them again: `-m "not pure"`. pytest-django refuses a query in a test without these fixtures."""

import inspect
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "shangji"
DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if PACKAGE in item.path.parents and not may_ask(item):
            item.add_marker("pure")


def may_ask(item: Any) -> bool:
    """Whether a test may ask the database: by its fixtures, its mark, a fixture it asks for as it
    runs, or in a process of its own."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    later = "request" in inspect.signature(item.obj).parameters
    return bool(marked or later or DATABASE & set(item.fixturenames))
