"""A long job on SQLite lets people's own writes in between its steps."""

import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from shangji.foundation.jobs import context
from shangji.foundation.jobs.context import GIVE_WAY, JobContext
from shangji.foundation.jobs.models import Job


@pytest.mark.parametrize(
    ("vendor", "atomic", "pauses"),
    [("sqlite", False, [GIVE_WAY]), ("sqlite", True, []), ("postgresql", False, [])],
)
def test_it_gives_way_once_after_a_long_step(
    monkeypatch: pytest.MonkeyPatch, vendor: str, atomic: bool, pauses: list[float]
) -> None:
    slept: list[float] = []
    ctx = JobContext(Job(), now=datetime(2026, 11, 26, tzinfo=UTC))
    monkeypatch.setattr(time, "sleep", slept.append)
    there = SimpleNamespace(vendor=vendor, in_atomic_block=atomic)
    monkeypatch.setattr(context, "connection", there)
    ctx._stepped -= 1
    ctx._give_way()
    ctx._give_way()
    assert slept == pauses
