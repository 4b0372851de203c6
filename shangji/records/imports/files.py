"""The file of an import: kept under a private key, opened within limits."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from shangji.foundation.files import storage
from shangji.lib.errors import NotFound
from shangji.lib.sheets import Limits, Sheet, open_sheet
from shangji.lib.values import dataclass

#: a sheet for people: a file of more rows is better cut in two
LIMITS = Limits(rows=1_000_000)


@dataclass(frozen=True)
class Kept:
    key: str
    size: int
    sha256: str


def keep(chunks: Iterable[bytes]) -> Kept:
    """Store the bytes. Raises DiskFull."""
    written = storage.write(chunks)
    return Kept(written.key, written.size, written.sha256)


def forget(key: str) -> None:
    storage.remove(key)


def sheet_of(key: str, name: str = "") -> Sheet:
    """Open a kept file. Raises SheetError with line and cause, NotFound when it is gone: files
    that nobody imports are cleared away after a day."""
    try:
        return open_sheet(storage.path_of(key), sheet=name or None, limits=LIMITS)
    except FileNotFoundError:
        raise NotFound(_("The file is no longer kept. Bring it again.")) from None
