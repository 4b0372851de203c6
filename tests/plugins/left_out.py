"""Leaves out what needs a browser, a server or large files, and says so at the end."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SHANGJI_SHARED_DATA", "../shared/data"))
PREFIX = "left out: "


def _wants_browser(config: pytest.Config) -> bool:
    return "browser" in config.getoption("markexpr", "")


def _on_postgres(config: pytest.Config) -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def _has_shared(config: pytest.Config) -> bool:
    return SHARED.is_dir()


# Marker: whether this run has what it needs, and what to do when not.
NEEDS: dict[str, tuple[Callable[[pytest.Config], bool], str]] = {
    "browser": (_wants_browser, "needs a browser: make e2e"),
    "postgres": (_on_postgres, "needs PostgreSQL: DATABASE_URL=postgresql://… make test"),
    "shared_data": (_has_shared, "needs the full example files: SHANGJI_SHARED_DATA=folder"),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {name: why for name, (has, why) in NEEDS.items() if not has(config)}
    for item in items:
        for name, why in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=PREFIX + why))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[text.removeprefix("Skipped: ").removeprefix(PREFIX)] += 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"left out {count}: {reason}")
