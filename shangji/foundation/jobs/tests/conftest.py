"""Kinds that exist in these tests only."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from shangji.foundation.jobs import registry


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Register a handler for one test: `kind("test.add", handler, atomic=True)`."""
    monkeypatch.setattr(registry, "_KINDS", dict(registry._KINDS))

    def register(name: str, handler: Callable[..., Any], **options: Any) -> None:
        registry.job(name, **options)(handler)

    yield register


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the schedules that the test registers."""
    monkeypatch.setattr(registry, "_PLANNED", {})


@pytest.fixture
def minute() -> timedelta:
    return timedelta(minutes=1)


#: of the processes that tests start: not those of pytest, whose data folder is its own
PROCESS_SETTINGS = "shangji.config.settings"
