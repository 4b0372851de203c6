"""Faults met by real processes: copies and backups taken under writes, imports that are killed."""

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.server import Browser, Server, Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="left out: this part is about SQLite's own file"
    ),
]


class Writer(threading.Thread):
    """Creates accounts and hangs files on them until told to stop; keeps what was acknowledged."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(url).sign_in()
        self.number = number
        self.saved: list[str] = []
        self.files: list[str] = []
        self.over = threading.Event()
        self.fault: Exception | None = None

    def run(self) -> None:
        count = 0
        while not self.over.is_set():
            count += 1
            name = f"Customer {self.number}-{count}"
            try:
                to = self.browser.post("/accounts/new/", [("name", name), ("kind", "company")])
                self.saved.append(name)
                if count % 5 == 1:
                    content = f"{name} {random.random()}".encode() * 50
                    pk = to.rstrip("/").rsplit("/", 1)[-1]
                    self.browser.upload(f"/files/on/account/{pk}/", f"{count}.txt", content)
                    self.files.append(hashlib.sha256(content).hexdigest())
            except OSError as fault:
                self.fault = fault
                return


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    workspace = Workspace(tmp_path_factory.mktemp("workspace") / "data")
    workspace.start_workspace()
    server = Server(workspace).wait()
    yield server
    server.stop()


def _under_writes(server: Server) -> list[Writer]:
    writers = [Writer(server.url, number) for number in (time.monotonic_ns(), 2)]
    for one in writers:
        one.start()
    end = time.monotonic() + 120
    while any(len(one.saved) < 8 and one.fault is None for one in writers):
        assert time.monotonic() < end, "nothing was written"
        time.sleep(0.05)
    return writers


def _stop(writers: list[Writer]) -> None:
    for one in writers:
        one.over.set()
    for one in writers:
        one.join(30)
        assert one.fault is None, one.fault


def _names_and_files(folder: Path) -> tuple[set[str], set[str]]:
    """Names of accounts, and the hashes of the bytes of every file row, checked on the disk."""
    with closing(sqlite3.connect(folder / "shangji.sqlite3")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        names = {row[0] for row in opened.execute("SELECT name FROM accounts_account")}
        rows = opened.execute("SELECT key, sha256 FROM files_storedfile").fetchall()
    on_disk = {path.name: path for path in (folder / "files").rglob("*") if path.is_file()}
    for key, expected in rows:
        assert hashlib.sha256(on_disk[key].read_bytes()).hexdigest() == expected
    return names, {expected for _key, expected in rows}


def test_flt_9_a_copy_of_the_data_folder_under_writes_has_every_acknowledged_save(
    running: Server, tmp_path: Path
) -> None:
    """The copy is of one moment, as a snapshot of the disk is: all processes stand still."""
    writers = _under_writes(running)
    time.sleep(random.uniform(0, 0.3))
    running.stand_still()
    try:
        acknowledged = [name for one in writers for name in one.saved]
        hashes = {value for one in writers for value in one.files}
        copy = tmp_path / "copy"
        shutil.copytree(running.workspace.folder, copy)
    finally:
        running.go_on()
    _stop(writers)

    second = Workspace(copy)
    started = Server(second).wait()
    try:
        page = Browser(started.url).sign_in().get("/accounts/")
        assert "Customer" in page
    finally:
        started.stop()
    names, files = _names_and_files(copy)
    assert set(acknowledged) <= names
    assert hashes <= files


def test_flt_10_a_backup_under_load_restores_on_an_empty_machine(
    running: Server, tmp_path: Path
) -> None:
    writers = _under_writes(running)
    acknowledged = [name for one in writers for name in one.saved]
    hashes = {value for one in writers for value in one.files}
    target = tmp_path / "backup.tar"
    made = running.workspace.command("backup", str(target))
    assert made.returncode == 0, made.stdout + made.stderr
    _stop(writers)

    empty = Workspace(tmp_path / "empty")
    restored = empty.command("restore", str(target))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    names, files = _names_and_files(empty.folder)
    assert set(acknowledged) <= names
    assert hashes <= files
    assert (empty.folder / "outgoing.paused").exists()
    started = Server(empty).wait()
    try:
        browser = Browser(started.url).sign_in()
        assert "Customer" in browser.get("/accounts/")
        assert "/settings/mail/resume/" in browser.get("/settings/mail/")
    finally:
        started.stop()


def test_flt_1_a_killed_import_goes_on_without_losing_or_doubling_a_row(tmp_path: Path) -> None:
    """kill -9 near row 1, 1,000 and 9,999 of 10,000; each time it goes on where it was."""
    total = 10_000
    workspace = Workspace(tmp_path / "data")
    workspace.start_workspace()
    table = tmp_path / "customers.csv"
    rows = "".join(f"Customer {n},City {n % 50}\n" for n in range(total))
    table.write_text(f"Customer,City\n{rows}", "utf-8")
    database = workspace.folder / "shangji.sqlite3"

    def count() -> int:
        with closing(sqlite3.connect(database, timeout=30)) as opened:
            return int(opened.execute("SELECT count(*) FROM accounts_account").fetchone()[0])

    def state() -> tuple[int, str]:
        with closing(sqlite3.connect(database, timeout=30)) as opened:
            row = opened.execute("SELECT id, state FROM records_import ORDER BY id DESC").fetchone()
            return row or (0, "")

    words = ["import", str(table), "--type", "account"]
    for place in (1, 1_000, total - 1):
        process = workspace.begin(*words)
        end = time.monotonic() + 120
        while process.poll() is None and count() < place and time.monotonic() < end:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        number, shown = state()
        assert number and shown in ("running", "done"), workspace.log()[-2000:]
        words = ["import", "--resume", str(number)]
        if shown == "done":
            break
    if state()[1] != "done":
        done = workspace.command(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        counted = opened.execute(
            "SELECT count(*), count(DISTINCT name) FROM accounts_account"
        ).fetchone()
    assert counted == (total, total)
    assert state()[1] == "done"
