"""Icons that pages name stand in the sprite, and the sprite's names exist once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
IN_TEMPLATES = re.compile(r"""\{%\s*icon\s+["']([\w-]+)["']""")
IN_CODE = re.compile(r"""\bicon["']?\s*[:=]\s*["']([a-z][\w-]*)["']""")


def listed() -> list[str]:
    lines = (ROOT / "frontend" / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("#")[0].split("=")[0].strip() for line in lines]
    return [name for name in names if name]


def used() -> dict[str, set[str]]:
    """Icon name to the files that name it."""
    found: dict[str, set[str]] = {}
    for folder, suffix, pattern in (
        (ROOT / "shangji", "*.html", IN_TEMPLATES),
        (ROOT / "shangji", "*.py", IN_CODE),
        (ROOT / "frontend" / "elements", "*.ts", re.compile(r"""\bicon\("([\w-]+)\"""")),
    ):
        for path in folder.rglob(suffix):
            if "tests" in path.parts:
                continue
            for name in pattern.findall(path.read_text(encoding="utf-8")):
                found.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    return found


def test_it_lists_every_icon_a_page_uses() -> None:
    missing = {name: sorted(files) for name, files in used().items() if name not in listed()}
    assert not missing, f"add to frontend/icons.txt: {missing}"


def test_it_lists_each_icon_once() -> None:
    names = listed()
    assert len(names) == len(set(names))
    assert len(names) > 100
