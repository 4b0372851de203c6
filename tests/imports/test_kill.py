"""kill -9 of the worker inside an import of 10,000 rows: none lost, none doubled (FLT-1)."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from shangji.foundation.jobs.tests.conftest import PROCESS_SETTINGS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ROWS = 10_000
Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Run the process on a database of its own, of the kind these tests run on."""
    url, admin, name = os.environ.get("DATABASE_URL", ""), None, f"kill_{uuid.uuid4().hex[:8]}"
    own = url
    if url:
        admin = psycopg.connect(url, autocommit=True)
        admin.execute(f"CREATE DATABASE {name}")
        own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": PROCESS_SETTINGS,
        "SHANGJI_DATA_DIR": str(tmp_path),
        "DATABASE_URL": own,
    }

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", "import shangji.config.sqlite, runpy, sys;"
             "sys.argv[0:1] = []; runpy.run_module('tests.imports.import_process',"
             " run_name='__main__', alter_sys=False)", "x", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    yield run
    if admin is not None:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()


def test_it_resumes_where_a_killed_worker_ended(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = [f"{n},Deal {n},{n}" for n in range(1, ROWS + 1)]
    file.write_text("n,name,amount\n" + "\n".join(lines) + "\n")
    started = ask("start", str(file))
    assert started.returncode == 0, started.stderr[-2000:]
    begun = []
    for row in ("1", "1000", "9999"):
        killed = ask("work", row)
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
        begun.append(json.loads(killed.stdout))
    finished = ask("work")
    assert finished.returncode == 0, finished.stderr[-2000:]
    last, done = map(json.loads, finished.stdout.splitlines())
    found = [(one["rows"], one["done"], one["state"]) for one in (*begun[1:], last)]
    assert found == [(0, 0, "running"), (0, 0, "running"), (9000, 9000, "running")]
    assert done == {
        "rows": ROWS,
        "different": ROWS,
        "changes": ROWS,
        "stays": ROWS,
        "operations": 1,
        "state": "done",
        "done": ROWS,
        "created": ROWS,
        "failed": 0,
    }
