"""Every bar of Evaluate with its figure, one line each.

    python -m bench.evaluate [--size 100000] [--port 8170]

What takes a workspace of this size is measured here (bench/scores.py); what tests hold, they
measure themselves and hand over as properties named "bar", which are printed beside it; those on
Maven and Olist need their files (SHANGJI_SHARED_DATA=folder). Ends with 1 when a bar was not
reached.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
#: tests that hold a bar, and tell its figure (`bar` in conftest.py)
HELD = (
    "shangji/phases/evaluate/tests/test_scoring_rules.py",
    "shangji/phases/evaluate/tests/test_comparison.py",
    "shangji/phases/evaluate/tests/test_simulation.py",
    "shangji/phases/evaluate/tests/test_matching.py",
    "tests/learning",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.evaluate")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--port", type=int, default=8170)
    options = parser.parse_args()
    missed = _sized(options.size, options.port)
    return 1 if _held() or missed else 0


def _sized(size: int, port: int) -> int:
    """Bars at a size, in a process of its own; its exit code."""
    command = [sys.executable, "-m", "bench.scores", "--size", str(size), "--port", str(port)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _held() -> int:
    """Bars that tests hold; pytest's exit code, with what failed printed."""
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        report = Path(folder) / "bars.xml"
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"),
                *("--tb=short", "-o", "junit_family=xunit1", f"--junitxml={report}", "-m", "bar"),
                *HELD,
            ],
            cwd=ROOT,
            env={**os.environ, "SHANGJI_DATA_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if ran.returncode:
            print(ran.stdout)
        for told in ElementTree.parse(report).iter("property"):
            if told.get("name") == "bar":
                print(told.get("value"))
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
