"""kill -9 of real workers at random moments: nothing lost, no effect twice (FLT-1, FLT-4)."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from shangji.foundation.jobs.tests.conftest import PROCESS_SETTINGS

pytestmark = pytest.mark.slow
KILLS, TWICE, CHUNKED, CHUNKS = 20, 250, 6, 40
Query = Callable[[str], list[tuple[Any, ...]]]


class Workshop:
    """A database of its own and a process that forks workers on it."""

    def __init__(self, url: str, folder: Path, query: Query) -> None:
        self.query = query
        self.workers: list[int] = []
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": PROCESS_SETTINGS,
            "SHANGJI_DATA_DIR": str(folder),
            "DATABASE_URL": url,
        }
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shangji.foundation.jobs.tests.worker_process"],
            cwd=Path(__file__).parents[4],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment,
        )

    def ask(self, word: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer, (self.log.seek(0), self.log.read()[-3000:])
        return answer

    def work(self) -> int:
        """Fork a worker; its process id."""
        self.workers.append(int(self.ask("work")))
        return self.workers[-1]

    def close(self) -> None:
        for pid in self.workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.communicate()
        self.log.close()


@pytest.fixture
def sqlite_workshop(tmp_path: Path) -> Iterator[Workshop]:
    def query(sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(tmp_path / "shangji.sqlite3", timeout=20)) as db:
            rows = db.execute(sql).fetchall()
            db.commit()
            return rows

    workshop = Workshop("", tmp_path, query)
    yield workshop
    workshop.close()


@pytest.fixture
def postgres_workshop(tmp_path: Path) -> Iterator[Workshop]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        pytest.skip("DATABASE_URL is not set")
    name = f"shangji_kill_{uuid.uuid4().hex[:8]}"
    own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

    def query(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(own, autocommit=True) as db:
            cursor = db.execute(sql)
            return cursor.fetchall() if cursor.description else []

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        workshop = Workshop(own, tmp_path, query)
        yield workshop
        workshop.close()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_it_loses_and_doubles_nothing_on_sqlite(sqlite_workshop: Workshop) -> None:
    _kill_again_and_again(sqlite_workshop)


@pytest.mark.postgres
def test_it_loses_and_doubles_nothing_on_postgresql(postgres_workshop: Workshop) -> None:
    _kill_again_and_again(postgres_workshop)


def test_it_puts_back_what_it_holds_on_sigterm(sqlite_workshop: Workshop) -> None:
    workshop = sqlite_workshop
    workshop.ask("migrate")
    workshop.ask("enqueue 0 2")
    pid = workshop.work()
    _until(lambda: workshop.query("SELECT count(*) FROM test_ledger")[0][0] > 3)
    os.kill(pid, signal.SIGTERM)
    _until(lambda: _states(workshop) == {"queued": 2})
    assert workshop.query("SELECT max(attempts) FROM jobs_job WHERE kind = 'test.chunks'") == [(0,)]


def _kill_again_and_again(workshop: Workshop) -> None:
    workshop.ask("migrate")
    workshop.ask(f"enqueue {TWICE} {CHUNKED}")
    for _kill in range(KILLS):
        before = _written(workshop)
        pid = workshop.work()
        # at work, however long the machine took to get there, and long before all is done
        _until(lambda before=before: _written(workshop) > before, within=60, every=0.02)
        time.sleep(random.uniform(0, 0.1))
        os.kill(pid, signal.SIGKILL)
    interrupted = workshop.query("SELECT count(*) FROM jobs_job WHERE state = 'running'")[0][0]
    left = _states(workshop).get("queued", 0) + interrupted
    assert left > 0, "the workers were done before the last kill: nothing was shown"
    last = workshop.work()
    _until(lambda: _states(workshop) == {"done": TWICE + CHUNKED}, within=240)
    os.kill(last, signal.SIGKILL)
    rows = Counter(workshop.query("SELECT job_id, part FROM test_ledger"))
    assert set(rows.values()) == {1}, "an effect happened twice"
    assert len(rows) == 2 * TWICE + CHUNKS * CHUNKED, "an effect was lost"
    attempts = workshop.query("SELECT sum(attempts) FROM jobs_job")[0][0]
    assert attempts > TWICE + CHUNKED, "no kill hit a running job"


def _states(workshop: Workshop) -> dict[str, int]:
    ours = "FROM jobs_job WHERE kind IN ('test.twice', 'test.chunks')"
    return dict(workshop.query(f"SELECT state, count(*) {ours} GROUP BY state"))


def _written(workshop: Workshop) -> int:
    return int(workshop.query("SELECT count(*) FROM test_ledger")[0][0])


def _until(done: Callable[[], bool], *, within: float = 60, every: float = 0.1) -> None:
    end = time.monotonic() + within
    while not done():
        assert time.monotonic() < end, "it did not come to an end"
        time.sleep(every)
