"""Names of built files stay those of the files that are served."""

import json
from pathlib import Path
from typing import Any

import pytest

from shangji.ui import assets


def build(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = {"frontend/main.ts": {"file": name, "css": [f"{name}.css"]}}
    (folder / "manifest.json").write_text(json.dumps(told))


@pytest.fixture
def built(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A build and what a start gathered of it."""
    settings.STATIC_ROOT = tmp_path / "static"
    gathered = settings.STATIC_ROOT / assets.FOLDER
    monkeypatch.setattr(assets, "DIST", tmp_path / "dist")
    for folder in (assets.DIST, gathered):
        build(folder, "old.js")
    assets.forget()
    yield gathered
    assets.forget()


def script() -> str:
    found = assets.entry("main.ts")
    return found.script if found else ""


def test_it_serves_what_it_gathered_while_the_front_end_is_built_anew(built: Path) -> None:
    assert script() == "/static/ui/dist/old.js"
    build(assets.DIST, "new.js")
    assert script() == "/static/ui/dist/old.js"
    build(built, "new.js")  # an upgrade beside it; what is served was listed at the start
    assert script() == "/static/ui/dist/old.js"


def test_it_follows_the_build_while_developing(built: Path, settings: Any) -> None:
    settings.DEBUG = True
    build(assets.DIST, "new.js")
    assert script() == "/static/ui/dist/new.js"


def test_it_does_without_a_build(built: Path) -> None:
    (built / "manifest.json").unlink()
    (assets.DIST / "manifest.json").unlink()
    assert assets.manifest() == {} and assets.sprite_url() == ""
