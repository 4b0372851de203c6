"""A whole workspace in one file, and back.

The file is a tar: the database (`shangji.sqlite3`, or `database.dump` from pg_dump), `files/`,
`secret`, and last `manifest.json` with the SHA-256 of each. Works while people work: SQLite's
online backup and pg_dump both see one moment.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from shangji import __version__

FORMAT = 1
SQLITE_NAME = "shangji.sqlite3"
DUMP_NAME = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024  # bytes


class BackupError(Exception):
    """What stands in the way, in one line for the person at the terminal."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds: its file or folder, number of entries, bytes before packing."""

    path: Path
    entries: int
    size: int


def _copy_hashed(source: IO[bytes], target: IO[bytes] | None) -> tuple[str, int]:
    """SHA-256 (hex) and length of a stream, copied to the target when there is one."""
    total, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        total.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return total.hexdigest(), size


# ---------------------------------------------------------------- out


def write_backup(target: Path, *, now: datetime) -> Summary:
    """Write the backup to a new file, whole or not at all; only its owner may read it."""
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
            entries = _pack(raw, Path(scratch), now)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Summary(target, len(entries), sum(entry["size"] for entry in entries))


def _pack(raw: IO[bytes], scratch: Path, now: datetime) -> list[dict[str, Any]]:
    entries = []
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        # The database first: a file added afterwards is one too many, never one too few.
        for name, path in [_database_copy(scratch), *_other_files()]:
            with path.open("rb") as file:
                checksum, size = _copy_hashed(file, None)
                file.seek(0)
                info = tarfile.TarInfo(name)
                info.size, info.mode, info.mtime = size, 0o600, int(now.timestamp())
                tar.addfile(info, file)
            entries.append({"name": name, "sha256": checksum, "size": size})
        manifest = json.dumps(
            {
                "format": FORMAT,
                "shangji": __version__,
                "made": now.isoformat(),
                "database": connection.vendor,
                "entries": entries,
            },
            ensure_ascii=False,
            indent=1,
        ).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode, info.mtime = len(manifest), 0o600, int(now.timestamp())
        tar.addfile(info, io.BytesIO(manifest))
    return entries


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


def _other_files() -> Iterator[tuple[str, Path]]:
    secret = settings.DATA_DIR / "secret"
    if secret.is_file():
        yield "secret", secret
    for path in sorted(settings.FILES_DIR.rglob("*")):
        if path.is_file():
            yield f"files/{path.relative_to(settings.FILES_DIR).as_posix()}", path


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
        try:
            manifest = _unpack(source, place)
        except (tarfile.TarError, ValueError, KeyError, EOFError) as error:
            raise BackupError(f"{source} is damaged or no backup of Shangji: {error}") from error
        if manifest["database"] != connection.vendor:
            raise BackupError(
                f"this backup is of {manifest['database']}, the workspace runs on "
                f"{connection.vendor}: set DATABASE_URL to match"
            )
        if connection.vendor == "postgresql":
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
        if connection.vendor == "sqlite":  # last: a database in place says the restore is whole
            (place / SQLITE_NAME).replace(settings.DATABASES["default"]["NAME"])
    entries = manifest["entries"]
    return Summary(data, len(entries), sum(entry["size"] for entry in entries))


def _require_empty() -> None:
    """BackupError unless this workspace has neither tables nor files."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    if connection.vendor == "sqlite":
        taken = database.exists()
    else:
        with connection.cursor() as cursor:
            taken = bool(connection.introspection.table_names(cursor))
    if taken:
        raise BackupError(f"there is a workspace in {database} already: restore into an empty one")
    if settings.FILES_DIR.is_dir() and any(settings.FILES_DIR.rglob("*")):
        raise BackupError(f"{settings.FILES_DIR} is not empty: restore into an empty workspace")


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    """Unpack and verify; returns the manifest. ValueError for anything that is not as it says."""
    found: dict[str, tuple[str, int]] = {}
    manifest: dict[str, Any] = {}
    with tarfile.open(source, mode="r:") as tar:
        for member in tar:
            if not member.isreg() or member.name in found:
                raise ValueError(f"unexpected entry {member.name!r}")
            content = tar.extractfile(member)
            if content is None:
                raise ValueError(f"unreadable entry {member.name!r}")
            if member.name == MANIFEST:
                manifest = json.loads(content.read())
                continue
            path = place / member.name
            if not path.resolve().is_relative_to(place.resolve()):
                raise ValueError(f"entry outside the folder {member.name!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as target:
                found[member.name] = _copy_hashed(content, target)
    if manifest.get("format") != FORMAT:
        raise ValueError("no manifest, or of another format")
    listed = {entry["name"]: (entry["sha256"], entry["size"]) for entry in manifest["entries"]}
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            raise ValueError(f"{name} is not what the manifest says")
    return manifest
