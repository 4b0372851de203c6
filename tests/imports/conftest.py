"""Bring a file in as a person or Shangji would."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shangji.foundation.access.actor import Actor, system_actor
from shangji.records.imports import actions
from shangji.records.imports.mapping import load
from shangji.records.imports.models import Import

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"


@pytest.fixture
def bring(db: None, now: datetime) -> Callable[..., Import]:
    """`bring(text or path, mapping document, actor)` runs a whole import."""

    def run(
        source: str | bytes | Path,
        document: dict[str, Any],
        actor: Actor | None = None,
        **more: Any,
    ) -> Import:
        actor = actor or system_actor("command")
        content = source.read_bytes() if isinstance(source, Path) else source
        content = content.encode() if isinstance(content, str) else content
        mapping = load({"version": 1, **document})
        found = actions.bring_file(
            actor=actor, chunks=[content], name="rows.csv", record_type=mapping.type, now=now
        )
        actions.set_mapping(actor=actor, run=found, mapping=mapping)
        actions.begin(actor=actor, run=found, now=now, **more)
        return actions.run_import(actor=actor, run=found, now=now)

    return run
