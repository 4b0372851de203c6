"""Bytes on the disk: written beside, flushed, then moved into place. All or nothing."""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from shangji.lib.errors import DomainError
from shangji.lib.values import dataclass

_FULL = {errno.ENOSPC, errno.EDQUOT}
TEMPORARY = "incoming"


class DiskFull(DomainError):
    """There is no room for the file (507). Nothing of it was kept."""

    status = 507
    code = "disk_full"


@dataclass(frozen=True)
class Written:
    key: str
    size: int
    sha256: str


def path_of(key: str) -> Path:
    """Where the bytes of a key lie: FILES_DIR/ab/cd/key."""
    return Path(settings.FILES_DIR) / key[:2] / key[2:4] / key


def small_path_of(key: str) -> Path:
    """Where the small copy of a picture lies once somebody asked for it. It has no row, so the
    nightly sweep clears it away and it is drawn anew."""
    return path_of(key).with_name(f"{key}.small")


def write(chunks: Iterable[bytes]) -> Written:
    """Store bytes under a new key. Raises DiskFull; then nothing is left behind."""
    key = secrets.token_hex(16)
    folder = Path(settings.FILES_DIR) / TEMPORARY
    temporary = folder / key
    digest = hashlib.sha256()
    size = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _create(temporary) as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, target)
        _flush_folder(target.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
            path_of(key).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise disk_full() from error
        raise
    return Written(key, size, digest.hexdigest())


def disk_full() -> DiskFull:
    return DiskFull(
        _("There is no room left on the disk. Nothing was stored; tell your administrator.")
    )


def is_disk_full(error: OSError) -> bool:
    return error.errno in _FULL


def _create(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "wb")


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(key: str) -> None:
    """Take the bytes of a key off the disk; fine when they are gone."""
    path_of(key).unlink(missing_ok=True)
    small_path_of(key).unlink(missing_ok=True)


def stored_before(moment: datetime) -> Iterator[Path]:
    """Files on the disk, unfinished ones too, last written before an instant."""
    root = Path(settings.FILES_DIR)
    limit = moment.timestamp()
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    yield path
