"""Looks at an XLSX file before anything expands it, then while expanding it under a limit.

Refused: too many entries, too large or too strongly packed, archives inside the archive, XML with
a document type or entities, a grid too large to hold, protected and old binary workbooks.
"""

from __future__ import annotations

import re
import struct
import zipfile
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.problems import Limits, SheetError

ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ARCHIVES: Final = (
    ".zip",
    ".xlsx",
    ".xlsm",
    ".docx",
    ".pptx",
    ".jar",
    ".gz",
    ".7z",
    ".rar",
    ".ods",
)
_ARCHIVE_MAGICS: Final = (ZIP_MAGIC, b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_ROW: Final = re.compile(rb"[<:]row\s[^>]*?\br\s*=\s*[\"']0*(\d{1,12})")
_COLUMN: Final = re.compile(rb"[<:]c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,12})")
_CHUNK: Final = 2**18
_OVERLAP: Final = 512
_MAX_DIRECTORY: Final = 2**20


def _broken() -> SheetError:
    return SheetError(0, "broken", _("The file is damaged, or it is no XLSX workbook."))


def _too_large() -> SheetError:
    return SheetError(0, "too_large", _("The workbook is too large. Save the sheet as CSV."))


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Entries and size of the directory by its end record alone, before it is read."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    place = tail.rfind(_END_OF_DIRECTORY)
    if place < 0 or len(tail) < place + 22:
        raise _broken()
    entries, directory = struct.unpack_from("<HL", tail, place + 10)
    if entries > limits.entries or directory > _MAX_DIRECTORY:
        raise _too_large()
    stream.seek(0)


def check_xlsx(stream: BinaryIO, limits: Limits) -> None:
    """Raise SheetError unless the workbook may be expanded and read. Rewinds the stream."""
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(OLE_MAGIC):
        raise SheetError(
            0,
            "old_format",
            _("The workbook is protected or in the old .xls format: save it as .xlsx."),
        )
    if not head.startswith(ZIP_MAGIC):
        raise _broken()
    _check_directory(stream, limits)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive, limits)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise _broken() from error
    except (OSError, ValueError, RuntimeError, struct.error) as error:
        if isinstance(error, SheetError):
            raise
        raise _broken() from error
    except Exception as error:  # zlib.error and what other packers raise
        if isinstance(error, MemoryError):
            raise
        raise _broken() from error
    finally:
        stream.seek(0)


def _check_entries(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > (
        limits.expanded_bytes
    ):
        raise _too_large()
    if len(set(names)) != len(names) or "xl/workbook.xml" not in names:
        raise _broken()
    expanded = packed = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise SheetError(0, "protected", _("The workbook is protected by a password."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _broken()
        if entry.filename.lower().endswith(_ARCHIVES):
            raise SheetError(
                0, "nested", _("The workbook holds another archive; take it out first.")
            )
        expanded += _check_entry(archive, entry, limits, limits.expanded_bytes - expanded)
        packed += entry.compress_size
    if expanded > 10 * 2**20 and expanded > packed * limits.ratio:
        raise _too_large()


def _check_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, allowed: int
) -> int:
    """Expand one entry in pieces, keep nothing, and give its true size."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_sheet = is_xml and "worksheets/" in entry.filename.lower()
    size = last_row = last_column = 0
    tail = b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            if not size:
                _check_head(chunk, is_xml)
            size += len(chunk)
            if size > allowed:
                raise _too_large()
            if is_xml:
                window = tail + chunk
                if _DECLARATION.search(window):
                    raise SheetError(
                        0, "entities", _("The workbook declares XML entities, which are not read.")
                    )
                if is_sheet:
                    last_row, last_column = _grid(window, last_row, last_column)
                    if last_row * last_column > limits.grid:
                        raise _too_large()
                tail = window[-_OVERLAP:]
    return size


def _check_head(head: bytes, is_xml: bool) -> None:
    if head.startswith(_ARCHIVE_MAGICS):
        raise SheetError(0, "nested", _("The workbook holds another archive; take it out first."))
    if is_xml and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]):
        raise _broken()  # every spreadsheet program writes UTF-8; other encodings hide things


def _grid(window: bytes, last_row: int, last_column: int) -> tuple[int, int]:
    """The furthest row and column named so far: the grid is held from the first to these."""
    for row in _ROW.findall(window):
        last_row = max(last_row, int(row))
    columns = set()
    for column, row in _COLUMN.findall(window):
        columns.add(column.upper())
        last_row = max(last_row, int(row))
    for column in columns:
        number = 0
        for letter in column:
            number = number * 26 + letter - 64
        last_column = max(last_column, number)
    return last_row, last_column
