"""The archive that a backup and a whole export share: a tar whose last entry says what is in it.

Each entry stands in `manifest.json` with its length and SHA-256; unpacking checks every one before
anything is put in place.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from shangji import __version__
from shangji.foundation.files.storage import TEMPORARY
from shangji.lib.values import dataclass

if TYPE_CHECKING:
    from tarfile import TarInfo

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024  # bytes


class ArchiveError(Exception):
    """What stands in the way, in one line for the person at the terminal."""


@dataclass(frozen=True)
class Summary:
    """What an archive holds: its file or folder, number of entries, bytes before packing."""

    path: Path
    entries: int
    size: int


def copy_hashed(source: IO[bytes], target: IO[bytes] | None) -> tuple[str, int]:
    """SHA-256 (hex) and length of a stream, copied to the target when there is one."""
    total, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        total.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return total.hexdigest(), size


def pack(
    raw: IO[bytes],
    parts: Iterator[tuple[str, Path]],
    facts: Mapping[str, Any],
    now: datetime,
    *,
    zipped: bool = False,
) -> list[dict[str, Any]]:
    """Write the archive; returns its entries.

    Args:
        parts: name in the archive and file; a file is read before the next one is asked for.
        facts: what the manifest says besides, filled in while the parts are made.
        zipped: compress it as a whole.
    """
    import tarfile  # noqa: PLC0415 - lazily: only backups and whole exports need it

    entries: list[dict[str, Any]] = []
    at = int(now.timestamp())
    with tarfile.open(
        fileobj=raw, mode="w:gz" if zipped else "w", format=tarfile.PAX_FORMAT
    ) as tar:
        for name, path in parts:
            with path.open("rb") as file:
                checksum, size = copy_hashed(file, None)
                file.seek(0)
                tar.addfile(_info(name, size, at), file)
            entries.append({"name": name, "sha256": checksum, "size": size})
        told = {
            "format": FORMAT,
            "shangji": __version__,
            "made": now.isoformat(),
            **facts,
            "entries": entries,
        }
        manifest = json.dumps(told, ensure_ascii=False, indent=1).encode()
        tar.addfile(_info(MANIFEST, len(manifest), at), io.BytesIO(manifest))
    return entries


def _info(name: str, size: int, at: int) -> TarInfo:
    from tarfile import TarInfo  # noqa: PLC0415 - lazily, as above

    info = TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, at
    return info


def unpack(source: Path, place: Path) -> dict[str, Any]:
    """Unpack and verify; returns the manifest. ArchiveError for what is not as it says."""
    import tarfile  # noqa: PLC0415 - lazily, as above

    try:
        return _unpack(source, place)
    except (tarfile.TarError, ValueError, KeyError, EOFError) as error:
        told = str(error).partition("\n")[0].rstrip(":")
        raise ArchiveError(f"{source} is damaged or no backup of Shangji: {told}") from error


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    import tarfile  # noqa: PLC0415 - lazily, as above

    found: dict[str, tuple[str, int]] = {}
    manifest: dict[str, Any] = {}
    with tarfile.open(source, mode="r:*") as tar:
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
                found[member.name] = copy_hashed(content, target)
    if manifest.get("format") != FORMAT:
        raise ValueError("no manifest, or of another format")
    listed = {entry["name"]: (entry["sha256"], entry["size"]) for entry in manifest["entries"]}
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            raise ValueError(f"{name} is not what the manifest says")
    return manifest


def workspace_files(*, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, Path]]:
    """What people uploaded: name in the archive and place on the disk.

    Args:
        without: keys of files that are left out.
    """
    root = Path(settings.FILES_DIR)
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[0] != TEMPORARY and path.name not in without:
            yield f"files/{inside.as_posix()}", path
