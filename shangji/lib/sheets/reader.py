"""The one reader of tables: CSV, TSV, XLSX, and vCard and iCalendar as tables, from a path or
from bytes.

    sheet = open_sheet(path)
    sheet.header                 # ("Name", "Phone", …), trimmed, each once
    for row in sheet.rows():     # row.line, row.cells: one cell per header
        …
    sheet.problems               # what was odd, line by line

Opening reads as far as the header. `rows()` streams and may be called again; the problems then
start anew. What cannot be read at all raises SheetError, when opening or on the way.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.calendar_source import CalendarSource
from shangji.lib.sheets.card_source import CardSource
from shangji.lib.sheets.cells import unguard
from shangji.lib.sheets.csv_source import CsvSource
from shangji.lib.sheets.header_row import from_header
from shangji.lib.sheets.problems import DEFAULT_LIMITS, Limits, Problems, SheetError
from shangji.lib.sheets.xlsx_guard import OLE_MAGIC, ZIP_MAGIC
from shangji.lib.sheets.xlsx_source import XlsxSource

Cell = str | int | float | bool | date | datetime | time | None

_NO_TABLE: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)
_JSON: Final = re.compile(r"\[\s*[\[{\]]|\{\s*[\"}]")
#: how pages and XML begin that some systems call a workbook
_MARKUP: Final = ("<!DOCTYPE", "<HTML", "<?XML", "<TABLE", "<META", "<HEAD")
_MAX_HEADER: Final = 200


Source = CsvSource | XlsxSource | CardSource | CalendarSource


class Row(NamedTuple):
    """A row and the line of the file it begins on (1 = first). CSV cells are texts, "" when
    empty; XLSX cells have their types, None when empty."""

    line: int
    cells: list[Cell]


class Sheet:
    """An opened table. `kind` is "csv", "xlsx", "vcard" or "ics"; `encoding_is_sure` is
    False for a guess that the preview should show; `names` are the sheets of a workbook."""

    def __init__(self, source: Source, limits: Limits, *, take_off_guard: bool) -> None:
        self._source = source
        self._limits = limits
        self._take_off_guard = take_off_guard and source.kind == "csv"
        self.kind = source.kind
        self.encoding = source.encoding.name
        self.encoding_is_sure = source.encoding.sure
        self.delimiter = source.delimiter
        self.names: list[str] = source.names if isinstance(source, XlsxSource) else []
        self.name: str = source.name if isinstance(source, XlsxSource) else ""
        self.problems = Problems()
        self.header: tuple[str, ...] = ()
        self.header_line = 0
        records = source.records(self.problems)
        with closing(records):
            for line, cells in self._from_header(records):
                self._read_header(line, cells)
                break
        if any(
            one.code == "unclosed_quote" and one.line <= (self.header_line or one.line)
            for one in self.problems
        ):
            raise SheetError(
                1, "unclosed_quote", _("The header has a quotation mark that is not closed.")
            )
        if not self.header:
            many = len(self.names) > 1
            raise SheetError(
                0, "empty", _("This sheet is empty.") if many else _("The file is empty.")
            )

    def _from_header(self, records: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Any]:
        return from_header(records, workbook=self.kind == "xlsx")

    def _read_header(self, line: int, cells: Sequence[Cell]) -> None:
        texts = [" ".join(_text(cell).split())[:_MAX_HEADER] for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > self._limits.columns:
            raise SheetError(
                line,
                "too_many_columns",
                _("The header has %(found)s columns, the limit is %(limit)s."),
                found=len(texts),
                limit=self._limits.columns,
            )
        names: list[str] = []
        taken = set(texts)
        for place, text in enumerate(texts, start=1):
            name = unguard(text) if self._take_off_guard else text
            if not name:
                name = _free(str(_("Column %(number)s")) % {"number": place}, taken)
                self.problems.add(
                    line, "empty_header", _("Column %(number)s has no name."), number=place
                )
            elif name in names:
                self.problems.add(
                    line, "duplicate_header", _("“%(name)s” names two columns."), name=name
                )
                name = _free(name, taken)
            taken.add(name)
            names.append(name)
        self.header = tuple(names)
        self.header_line = line

    def rows(self) -> Iterator[Row]:
        """Every row after the header that is not empty, its cells filled up to the header.

        Left out, with a problem: rows with a cell beyond the limit. Cut, with a problem: cells
        that no header stands above. SheetError at the row that exceeds the limit of rows.
        """
        self.problems = Problems()
        records = self._from_header(self._source.records(self.problems))
        first = next(records, None)
        if first is None:
            return
        self._read_header(*first)
        for count, (line, cells) in enumerate(records, start=1):
            if count > self._limits.rows:
                raise SheetError(
                    line,
                    "too_many_rows",
                    _("The file has more than %(limit)s rows."),
                    limit=self._limits.rows,
                )
            row = self._row(line, cells)
            if row is not None:
                yield row

    def _row(self, line: int, cells: Sequence[Cell]) -> Row | None:
        width = len(self.header)
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        if longest > self._limits.cell:
            self.problems.add(
                line,
                "cell_too_long",
                _("A cell has %(found)s characters, the limit is %(limit)s; the row is left out."),
                found=longest,
                limit=self._limits.cell,
            )
            return None
        if len(cells) > width and any(cell not in ("", None) for cell in cells[width:]):
            self.problems.add(
                line,
                "too_many_cells",
                _("The row has %(found)s cells, the header %(wanted)s; the rest is left out."),
                found=len(cells),
                wanted=width,
            )
        elif len(cells) < width and self.kind == "csv":
            self.problems.add(
                line,
                "too_few_cells",
                _("The row has %(found)s cells, the header %(wanted)s; the rest is empty."),
                found=len(cells),
                wanted=width,
            )
        kept = list(cells[:width])
        if self._take_off_guard:
            kept = [unguard(cell) if isinstance(cell, str) else cell for cell in kept]
        filler: Cell = "" if self.kind == "csv" else None
        kept += [filler] * (width - len(kept))
        return Row(line, kept)


def open_sheet(
    source: Path | bytes,
    *,
    sheet: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    take_off_guard: bool = True,
) -> Sheet:
    """Open a table by what it is, not by what it is called.

    sheet           the name of a workbook's sheet; else the first visible one with cells
    take_off_guard  whether apostrophes that our writer put before formulas in CSV come off again

    SheetError for what is empty, too large or no table.
    """

    def opener() -> BinaryIO:
        return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")

    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise SheetError(
            0,
            "file_too_large",
            _("The file has %(found)s MB, the limit is %(limit)s MB."),
            found=-(-size // 2**20),
            limit=limits.file_bytes // 2**20,
        )
    with opener() as stream:
        head = stream.read(64)
    if not head:
        raise SheetError(0, "empty", _("The file is empty."))
    if head.startswith(_NO_TABLE):
        raise SheetError(0, "no_table", _("This is no table: choose a CSV or XLSX file."))
    opened: Source
    begins = _begins(head)
    if _JSON.match(begins):
        raise SheetError(0, "no_table", _("This is JSON, no table: save it as CSV or XLSX."))
    if begins.startswith(_MARKUP):
        raise SheetError(
            0,
            "no_table",
            _("This is a web page under another name: open it as a spreadsheet, save it as XLSX."),
        )
    if head.startswith((ZIP_MAGIC, OLE_MAGIC)):
        opened = XlsxSource(opener, limits, sheet)
        for name in opened.offered[1:]:
            try:
                return Sheet(opened, limits, take_off_guard=take_off_guard)
            except SheetError as refused:
                if refused.code != "empty":
                    raise
            opened.name = name
    elif begins.startswith("BEGIN:VCARD"):
        opened = CardSource(opener, limits)
    elif begins.startswith("BEGIN:VCALENDAR"):
        opened = CalendarSource(opener, limits)
    else:
        opened = CsvSource(opener, limits)
    return Sheet(opened, limits, take_off_guard=take_off_guard)


def _begins(head: bytes) -> str:
    """The first letters of a text file, in capitals, without blanks before them."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8-sig", "ignore")
    return text.lstrip().upper()


def _free(name: str, taken: set[str]) -> str:
    """`name`, or with the first number behind it that is free."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
