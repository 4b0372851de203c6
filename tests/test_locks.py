"""Lock files: hashed, complete, and without the address of any registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
ADDRESS = re.compile(r"https?://|git\+|--(?:extra-)?index-url|--find-links|file://|@ ")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package to (version, number of hashes)."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-zA-Z0-9])", text)
    found = {}
    for block in blocks:
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block)
        if head:
            found[normal(head[1])] = (head[2], block.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_it_carries_no_address(name: str) -> None:
    assert ADDRESS.findall((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_it_hashes_every_package(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []


def test_it_locks_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {normal(re.split(r"[\[<>=! ;]", line)[0]) for line in project["dependencies"]}
    dev = {
        normal(re.split(r"[\[<>=! ;]", line)[0]) for line in project["optional-dependencies"]["dev"]
    }
    assert asked - locked("requirements.lock").keys() == set()
    assert (asked | dev) - locked("requirements-dev.lock").keys() == set()


def test_it_gives_development_the_versions_of_production() -> None:
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: version for name, (version, _) in run.items()} == {
        name: version for name, (version, _) in dev.items() if name in run
    }


def test_it_keeps_addresses_out_of_the_front_end_lock() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [n for n, entry in packages.items() if n and "integrity" not in entry] == []
    settings = (ROOT / ".npmrc").read_text(encoding="utf-8").split()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(settings)
    assert not ADDRESS.search("\n".join(settings))
