"""A backup of this installation in one file, and back: the database in its own form.

The file is a tar: the database (`shangji.sqlite3`, or `database.dump` from pg_dump), `files/`,
`secret`, and last `manifest.json` with the SHA-256 of each. Works while people work: SQLite's
online backup and pg_dump both see one moment. What moves to another database is a whole export
(records.whole, docs/decisions/0012); `restore_backup` takes both.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from shangji.records.whole.archive import ArchiveError as BackupError
from shangji.records.whole.archive import Summary, pack, unpack, workspace_files
from shangji.records.whole.restoring import load_workspace
from shangji.records.whole.writing import KIND, write_workspace

__all__ = ["BackupError", "Summary", "export_workspace", "restore_backup", "write_backup"]

SQLITE_NAME = "shangji.sqlite3"
DUMP_NAME = "database.dump"


# ---------------------------------------------------------------- out


def write_backup(target: Path, *, now: datetime) -> Summary:
    """Write the backup to a new file, whole or not at all; only its owner may read it."""

    def fill(raw: IO[bytes], scratch: Path) -> list[dict[str, Any]]:
        return pack(raw, _parts(scratch), {"database": connection.vendor}, now)

    _require_workspace()
    return _whole_or_nothing(target, fill)


def export_workspace(target: Path, *, now: datetime, secrets: bool) -> Summary:
    """Write a whole export to a new file: the workspace in a form that any database takes."""

    def fill(raw: IO[bytes], _scratch: Path) -> list[dict[str, Any]]:
        facts = write_workspace(raw, now=now, secrets=secrets)
        return [{"size": rows} for rows in facts["rows"].values()]

    _require_workspace()
    return _whole_or_nothing(target, fill)


def _whole_or_nothing(
    target: Path, fill: Callable[[IO[bytes], Path], list[dict[str, Any]]]
) -> Summary:
    if target.exists():
        raise BackupError(f"{target} exists already: choose another name")
    if not target.parent.is_dir():
        raise BackupError(f"the folder {target.parent} does not exist")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(handle, "wb") as raw,
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".shangji-backup-") as scratch,
        ):
            entries = fill(raw, Path(scratch))
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Summary(target, len(entries), sum(entry["size"] for entry in entries))


def _parts(scratch: Path) -> Iterator[tuple[str, Path]]:
    # The database first: a file added afterwards is one too many, never one too few.
    yield _database_copy(scratch)
    secret = settings.DATA_DIR / "secret"
    if secret.is_file():
        yield "secret", secret
    yield from workspace_files()


def _database_copy(scratch: Path) -> tuple[str, Path]:
    """The database as it is at one moment, as a file of its own."""
    if connection.vendor == "sqlite":
        copy = scratch / SQLITE_NAME
        with (
            closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]))) as source,
            closing(sqlite3.connect(str(copy))) as target,
        ):
            source.backup(target)
        return SQLITE_NAME, copy
    copy = scratch / DUMP_NAME
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={copy}")
    return DUMP_NAME, copy


def _postgres(tool: str, *arguments: str) -> None:
    """pg_dump or pg_restore on the workspace's database; the password never on a command line."""
    found = shutil.which(tool)
    if found is None:
        raise BackupError(f"{tool} is missing: apt install postgresql-client")
    place = settings.DATABASES["default"]
    surroundings = {
        "PGHOST": place["HOST"],
        "PGPORT": place["PORT"],
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
    }
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL, no shell
        [found, *arguments],
        env={**os.environ, **{name: value for name, value in surroundings.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{tool}: {done.stderr.strip().splitlines()[-1]}")


# ---------------------------------------------------------------- back in


def restore_backup(source: Path) -> Summary:
    """Restore into an empty workspace. Every hash is checked before anything is put in place.

    Outgoing mail is paused first, so that a copy of a workspace does not write to its customers.
    """
    _require_empty()
    if not source.is_file():
        raise BackupError(f"{source} is not a file")
    data: Path = settings.DATA_DIR
    settings.OUTGOING_PAUSED_FLAG.write_text("restored from a backup\n", encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch:
        place = Path(scratch)
        manifest = unpack(source, place)
        whole = manifest.get("kind") == KIND
        if not whole and manifest["database"] != connection.vendor:
            raise BackupError(
                f"this backup is of {manifest['database']}, the workspace runs on "
                f"{connection.vendor}: set DATABASE_URL to match, or take a whole export with "
                "shangji export --all, which fits both"
            )
        if not whole and connection.vendor == "postgresql":
            database = connection.settings_dict["NAME"]
            _postgres(
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--single-transaction",
                f"--dbname={database}",
                str(place / DUMP_NAME),
            )
        if (place / "files").is_dir():
            shutil.copytree(place / "files", settings.FILES_DIR, dirs_exist_ok=True)
        if (place / "secret").is_file():
            (place / "secret").replace(data / "secret")
        # last: a database in place says the restore is whole
        if whole:
            _load(place, manifest)
        elif connection.vendor == "sqlite":
            (place / SQLITE_NAME).replace(settings.DATABASES["default"]["NAME"])
    entries = manifest["entries"]
    return Summary(data, len(entries), sum(entry["size"] for entry in entries))


def _load(place: Path, manifest: dict[str, Any]) -> None:
    """The tables of a whole export. When they cannot be filled the place is empty again."""
    try:
        load_workspace(place, manifest)
    except BaseException:
        shutil.rmtree(settings.FILES_DIR, ignore_errors=True)
        if connection.vendor == "sqlite":
            connection.close()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{settings.DATABASES['default']['NAME']}{suffix}").unlink(missing_ok=True)
        raise


def _require_empty() -> None:
    """BackupError unless this workspace has neither tables nor files."""
    if _has_tables():
        database = settings.DATABASES["default"]["NAME"]
        raise BackupError(f"there is a workspace in {database} already: restore into an empty one")
    if settings.FILES_DIR.is_dir() and any(settings.FILES_DIR.rglob("*")):
        raise BackupError(f"{settings.FILES_DIR} is not empty: restore into an empty workspace")


def _require_workspace() -> None:
    """BackupError where nothing is: an empty file would look like a backup."""
    if not _has_tables():
        raise BackupError(
            f"there is no workspace in {settings.DATA_DIR}: SHANGJI_DATA_DIR says in which folder "
            "it is, DATABASE_URL in which database"
        )


def _has_tables() -> bool:
    """Whether the database is more than an empty file, as a look at it leaves behind."""
    if connection.vendor == "sqlite":
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        if not database.exists():
            return False
        with closing(sqlite3.connect(str(database))) as opened:
            return bool(opened.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    with connection.cursor() as cursor:
        return bool(connection.introspection.table_names(cursor))
