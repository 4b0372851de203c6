"""What the front-end build made: hashed names from the Vite manifest.

A server names the files that it gathered when it started, and names them until it ends: a build
or an upgrade beside it takes nothing from its pages. With SHANGJI_DEBUG the build itself is read,
again whenever it changed.
"""

import json
import time
from pathlib import Path

from django.conf import settings
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


#: seconds for which a look at the build counts as fresh: a page asks for many icons
_LOOK_AGAIN = 1.0


#: address of the icon sprite, and a number for all that was built
Build = tuple[str, int]


class _Looked:
    """What stood in the manifest, and when to look again."""

    until = float("-inf")
    found: dict[str, dict[str, object]] = {}
    build: Build = ("", 0)


def manifest() -> dict[str, dict[str, object]]:
    """The Vite manifest; empty when the front end was not built."""
    _look()
    return _Looked.found


def forget() -> None:
    """Look again with the next question."""
    _Looked.until = float("-inf")


def _look() -> None:
    now = time.monotonic()
    if now < _Looked.until:
        return
    text = _read()
    _Looked.found = json.loads(text) if text else {}
    sprite = _Looked.found.get(ICONS)
    _Looked.build = (url_of(str(sprite["file"])) if sprite else "", hash(text))
    keeps = _Looked.found and not settings.DEBUG
    _Looked.until = float("inf") if keeps else now + _LOOK_AGAIN


def _read() -> str:
    gathered = Path(settings.STATIC_ROOT, FOLDER)
    for folder in (DIST,) if settings.DEBUG else (gathered, DIST):
        try:
            return (folder / "manifest.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
    return ""


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
    return build()[0]


def build() -> Build:
    """What tells one build of the front end from another."""
    _look()
    return _Looked.build


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
