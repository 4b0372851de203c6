"""Backup and restore of a workspace on SQLite, and what a restore refuses."""

import io
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shangji.config import backup, cli

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="left out: this part is about SQLite's own files"
)


class Workspace:
    """A data folder of its own, which the settings point to while it is in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "shangji.sqlite3"
        folder.mkdir()

    def use(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> "Workspace":
        settings.DATA_DIR = self.folder
        settings.FILES_DIR = self.folder / "files"
        settings.OUTGOING_PAUSED_FLAG = self.folder / "outgoing.paused"
        monkeypatch.setitem(settings.DATABASES["default"], "NAME", self.database)
        return self

    def fill(self) -> "Workspace":
        with closing(sqlite3.connect(str(self.database))) as made:
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("CREATE TABLE deal (id INTEGER PRIMARY KEY, name TEXT)")
            made.executemany("INSERT INTO deal (name) VALUES (?)", [("年度采购",)] * 500)
            made.commit()
        (self.folder / "files" / "ab").mkdir(parents=True)
        (self.folder / "files" / "ab" / "合同.pdf").write_bytes(b"%PDF" * 1000)
        (self.folder / "secret").write_text("s3cret")
        return self

    def deals(self) -> int:
        with closing(sqlite3.connect(str(self.database))) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return int(opened.execute("SELECT count(*) FROM deal").fetchone()[0])


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """A backup of a filled workspace."""
    Workspace(tmp_path / "old").fill().use(monkeypatch, settings)
    return backup.write_backup(tmp_path / "one.tar", now=NOW).path


@pytest.fixture
def empty(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Workspace:
    return Workspace(tmp_path / "new").use(monkeypatch, settings)


def rewritten(packed: Path, change: dict[str, bytes]) -> Path:
    """The backup with other contents for some names, the manifest left as it was."""
    target = packed.with_name("changed.tar")
    with tarfile.open(packed) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = change.pop(member.name, content.read())
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
        for name, data in change.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    return target


def test_it_brings_everything_back(packed: Path, empty: Workspace) -> None:
    summary = backup.restore_backup(packed)
    assert summary.entries == 3
    assert empty.deals() == 500
    assert (empty.folder / "files" / "ab" / "合同.pdf").read_bytes() == b"%PDF" * 1000
    assert (empty.folder / "secret").read_text() == "s3cret"


@pytest.mark.django_db
def test_it_pauses_mail_until_somebody_confirms(
    packed: Path, empty: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    backup.restore_backup(packed)
    assert (empty.folder / "outgoing.paused").exists()
    assert cli.main(["restore", "--confirm-outgoing"]) == 0
    assert not (empty.folder / "outgoing.paused").exists()
    assert capsys.readouterr().out == "Mail goes out again; 0 were waiting.\n"


def test_it_lets_only_the_owner_read_the_file(packed: Path) -> None:
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600


def test_it_writes_down_what_is_in_it(packed: Path) -> None:
    with tarfile.open(packed) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        manifest = json.loads(content.read())
        names = [name for name in tar.getnames() if name != "manifest.json"]
    assert [entry["name"] for entry in manifest["entries"]] == names
    assert manifest["made"] == "2026-11-23T02:00:00+00:00"
    assert {len(entry["sha256"]) for entry in manifest["entries"]} == {64}


def test_it_is_whole_while_people_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    busy = Workspace(tmp_path / "busy").fill().use(monkeypatch, settings)
    enough, written = threading.Event(), []

    def work() -> None:
        with closing(sqlite3.connect(str(busy.database), timeout=60)) as own:
            while not enough.is_set():
                # Two rows or none: half of a pair in the copy would be half of a commit.
                own.execute("BEGIN IMMEDIATE")
                own.executemany("INSERT INTO deal (name) VALUES (?)", [("a",), ("b",)])
                own.execute("COMMIT")
                written.append(2)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        packed = [
            backup.write_backup(tmp_path / f"{number}.tar", now=NOW).path for number in range(3)
        ]
    finally:
        enough.set()
        writer.join()
    assert written
    for number, path in enumerate(packed):
        copy = Workspace(tmp_path / f"copy{number}").use(monkeypatch, settings)
        backup.restore_backup(path)
        assert copy.deals() % 2 == 0


def test_it_does_not_restore_over_a_workspace(packed: Path, empty: Workspace) -> None:
    empty.fill()
    with pytest.raises(backup.BackupError, match="already"):
        backup.restore_backup(packed)


@pytest.mark.parametrize(
    "change",
    [
        {"files/ab/合同.pdf": b"something else"},
        {"files/one-more": b"not in the manifest"},
        {"manifest.json": b"{}"},
        {"../outside": b"x"},
    ],
    ids=["changed", "added", "no manifest", "outside"],
)
def test_it_restores_nothing_from_a_damaged_backup(
    packed: Path, empty: Workspace, change: dict[str, bytes]
) -> None:
    with pytest.raises(backup.BackupError, match="damaged"):
        backup.restore_backup(rewritten(packed, dict(change)))
    assert not empty.database.exists()
    assert not (empty.folder / "files").exists()
    assert not (empty.folder.parent / "outside").exists()


def test_it_restores_nothing_from_half_a_backup(packed: Path, empty: Workspace) -> None:
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    with pytest.raises(backup.BackupError, match="damaged"):
        backup.restore_backup(packed)
    assert not empty.database.exists()


def test_it_does_not_write_over_a_file(packed: Path) -> None:
    before = packed.read_bytes()
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.write_backup(packed, now=NOW)
    assert packed.read_bytes() == before


def test_it_backs_up_no_empty_folder(empty: Workspace, tmp_path: Path) -> None:
    for _time in ("no file", "a file that a look left behind"):
        with pytest.raises(backup.BackupError, match="SHANGJI_DATA_DIR"):
            backup.write_backup(tmp_path / "two.tar", now=NOW)
        empty.database.touch()
    assert not (tmp_path / "two.tar").exists()


def test_it_restores_beside_an_empty_database(packed: Path, empty: Workspace) -> None:
    empty.database.touch()
    backup.restore_backup(packed)
    assert empty.deals() == 500


def test_it_says_in_one_line_what_is_no_backup(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.tar").write_text("Dear customer")
    with pytest.raises(backup.BackupError, match="no backup of Shangji") as told:
        backup.restore_backup(tmp_path / "letter.tar")
    assert "\n" not in str(told.value)
