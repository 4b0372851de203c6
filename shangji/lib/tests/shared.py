"""Where the full public example files lie, when they are there at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"


def shared_file(name: str) -> Path:
    """The example file, or a skipped test where this machine has none."""
    path = Path(os.environ.get("SHANGJI_SHARED_DATA", _BESIDE)) / name
    if not path.exists():
        pytest.skip("the full example files are not here (SHANGJI_SHARED_DATA)")
    return path
