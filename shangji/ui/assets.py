"""What the front-end build made: hashed names from the Vite manifest, read once per change."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

DIST = Path(__file__).parent / "static" / "ui" / "dist"
FOLDER = "ui/dist/"
ICONS = "frontend/icons.txt"


@dataclass(frozen=True)
class Entry:
    """One entry of the build: its script, its styles, and the chunks it needs at once."""

    script: str
    styles: tuple[str, ...]
    preload: tuple[str, ...]


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, dict[str, object]]:
    manifest: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def manifest() -> dict[str, dict[str, object]]:
    """The Vite manifest; empty when the front end was not built."""
    path = DIST / "manifest.json"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(path, changed)


def url_of(file: str) -> str:
    """Address of a built file."""
    return static(FOLDER + file)


def entry(name: str) -> Entry | None:
    """The built entry `frontend/<name>`, or None when it was not built."""
    found = manifest().get(f"frontend/{name}")
    if found is None:
        return None
    imports = [manifest()[key] for key in _strings(found.get("imports"))]
    styles = [*_strings(found.get("css"))]
    for chunk in imports:
        styles.extend(_strings(chunk.get("css")))
    return Entry(
        script=url_of(str(found["file"])),
        styles=tuple(url_of(file) for file in styles),
        preload=tuple(url_of(str(chunk["file"])) for chunk in imports),
    )


def sprite_url() -> str:
    """Address of the icon sprite; empty when the front end was not built."""
    found = manifest().get(ICONS)
    return url_of(str(found["file"])) if found else ""


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
