"""Long work on SQLite lets people's own writes in between its steps."""

import time
from types import SimpleNamespace

import pytest

from shangji.foundation.jobs import pace
from shangji.foundation.jobs.pace import GIVE_WAY, Pace


@pytest.mark.parametrize(
    ("vendor", "atomic", "pauses"),
    [("sqlite", False, [GIVE_WAY]), ("sqlite", True, []), ("postgresql", False, [])],
)
def test_it_gives_way_once_after_a_long_step(
    monkeypatch: pytest.MonkeyPatch, vendor: str, atomic: bool, pauses: list[float]
) -> None:
    slept: list[float] = []
    own = Pace()
    monkeypatch.setattr(time, "sleep", slept.append)
    there = SimpleNamespace(vendor=vendor, in_atomic_block=atomic)
    monkeypatch.setattr(pace, "connection", there)
    own._stepped -= 1
    own.give_way()
    own.give_way()
    assert slept == pauses
