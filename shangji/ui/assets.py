"""What the front-end build made: hashed names from the Vite manifest, read once per change."""

import json
import time
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

from shangji.lib.values import dataclass

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


#: seconds for which a look at the manifest's date counts as fresh: a page asks for many icons
_LOOK_AGAIN = 1.0


class _Looked:
    """When the manifest's date was last looked at, and what stood in it then."""

    at = float("-inf")
    folder = DIST
    found: dict[str, dict[str, object]] = {}
    sprite = ""


def manifest() -> dict[str, dict[str, object]]:
    """The Vite manifest; empty when the front end was not built."""
    _look()
    return _Looked.found


def _look() -> None:
    now = time.monotonic()
    if now - _Looked.at < _LOOK_AGAIN and _Looked.folder is DIST:
        return
    path = DIST / "manifest.json"
    try:
        _Looked.found = _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        _Looked.found = {}
    sprite = _Looked.found.get(ICONS)
    _Looked.sprite = url_of(str(sprite["file"])) if sprite else ""
    _Looked.folder, _Looked.at = DIST, now


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
    _look()
    return _Looked.sprite


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
