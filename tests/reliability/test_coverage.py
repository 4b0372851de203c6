"""COVERAGE.md names a living test for every case that is promised."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROMISED = {
    *(f"ACC-{n}" for n in range(1, 13)),
    *(f"INJ-{n}" for n in range(1, 6)),
    *(f"XSS-{n}" for n in (1, 2, 4, 6, 9)),
    "RED-1",
    *(f"UPL-{n}" for n in range(1, 6)),
    *(f"CSV-{n}" for n in range(1, 7)),
    *(f"AUTH-{n}" for n in range(1, 10)),
    *(f"RACE-{n}" for n in (1, 3, 4, 5)),
    *(f"MON-{n}" for n in range(1, 6)),
    *(f"FLT-{n}" for n in (1, 5, 6, 9, 10)),
    *(f"LOAD-{n}" for n in (1, 4, 5, 7)),
    *(f"TOK-{n}" for n in range(1, 5)),
    "TPL-2",
    "HOOK-4",
}


def named() -> dict[str, list[str]]:
    text = (HERE / "COVERAGE.md").read_text("utf-8")
    lines = re.findall(r"^- ([A-Z]+-\d+): (.+)$", text, re.MULTILINE)
    return {case: [one.strip() for one in tests.split(",")] for case, tests in lines}


def functions(path: Path) -> set[str]:
    if not path.exists():
        return set()
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_it_names_a_test_for_every_case() -> None:
    assert set(named()) == PROMISED


def test_it_names_tests_that_exist() -> None:
    gone = []
    for case, tests in named().items():
        for one in tests:
            path, _colons, function = one.partition("::")
            if function not in functions(ROOT / path):
                gone.append(f"{case}: {one}")
    assert not gone, "\n".join(gone)
