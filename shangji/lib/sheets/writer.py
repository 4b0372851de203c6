"""The one writer of tables: CSV and XLSX, row by row, formulas made harmless.

CSV is UTF-8 with a byte order mark (spreadsheets then read Chinese), CRLF, texts guarded by
`cells.guard`. In XLSX texts are text cells, which never calculate, and numbers, dates and truth
values have their own types. Exporting and importing again gives the same cells.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import TracebackType
from typing import IO, Any, Final, Literal, Self

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.cells import guard, needs_guard
from shangji.lib.sheets.problems import Problems, SheetError

Kind = Literal["csv", "xlsx"]
Value = str | int | float | Decimal | bool | date | datetime | time | None

XLSX_ROWS: Final = 1_048_576
XLSX_COLUMNS: Final = 16_384
XLSX_CELL: Final = 32_767
EXACT_DIGITS: Final = 15  # more than a spreadsheet's numbers hold
_UNWRITABLE: Final = re.compile(r"[\x00\ud800-\udfff\ufffe\uffff]")
_NEEDS_QUOTES: Final = re.compile(r"[\",;|\t\r\n]|^\s|\s$|^sep=", re.IGNORECASE)
MEDIA_TYPES: Final[dict[Kind, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _plain(value: Value) -> str:
    """The text of any value but a text: numbers without exponent, days and times in ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else ""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if value - value == 0 else ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _csv_cell(value: Value) -> str:
    text = guard(_clean(value)) if isinstance(value, str) else _plain(value)
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _csv_line(values: Sequence[Value]) -> str:
    line = ",".join(map(_csv_cell, values))
    return (line or '""') + "\r\n"  # one empty cell is a row, an empty line is none


def csv_chunks(
    header: Sequence[str], rows: Iterable[Sequence[Value]], *, size: int = 2**16
) -> Iterator[bytes]:
    """The CSV in pieces of about `size` bytes, for a streaming answer."""
    parts = ["\ufeff", _csv_line(header)]
    length = 0
    for row in rows:
        line = _csv_line(row)
        parts.append(line)
        length += len(line)
        if length >= size:
            yield "".join(parts).encode()
            parts, length = [], 0
    yield "".join(parts).encode()


class TableWriter:
    """Writes one table to a binary stream; a context manager, finished when it is left.

        with TableWriter("xlsx", stream, ["Name", "Amount"]) as table:
            table.write_row(["MES 二期", Decimal("1285000.00")])

    XLSX cuts texts beyond 32,767 characters, the most a cell can hold, and notes each in
    `problems`. SheetError beyond the rows and columns an XLSX sheet has.
    """

    def __init__(
        self, kind: Kind, stream: IO[bytes], header: Sequence[str], *, name: str = "Sheet1"
    ) -> None:
        self.kind = kind
        self.problems = Problems()
        self.rows = 0
        self._stream = stream
        self._book: Any = None
        if kind == "csv":
            stream.write(b"\xef\xbb\xbf" + _csv_line(header).encode())
            return
        if len(header) > XLSX_COLUMNS:
            raise SheetError(
                1, "too_many_columns", _("An XLSX sheet has at most %(limit)s columns."),
                limit=XLSX_COLUMNS,
            )  # fmt: skip
        self._open_book(header, name)

    def _open_book(self, header: Sequence[str], name: str) -> None:
        import xlsxwriter  # noqa: PLC0415  lazily: a library only exports need

        self._book = xlsxwriter.Workbook(
            self._stream,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        title = re.sub(r"[\[\]:*?/\\']", " ", _clean(name)).strip()[:31] or "Sheet1"
        self._sheet = self._book.add_worksheet(title)
        # Tells a spreadsheet to keep the cell a text, also when somebody edits it there.
        self._guarded = self._book.add_format({"quote_prefix": True})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._datetime = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._time = self._book.add_format({"num_format": "hh:mm:ss"})
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(0, len(header) - 1), 16)
        for column, text in enumerate(header):
            self._sheet.write_string(0, column, _clean(text)[:XLSX_CELL], bold)

    def write_row(self, values: Sequence[Value]) -> None:
        self.rows += 1
        if self.kind == "csv":
            self._stream.write(_csv_line(values).encode())
            return
        if self.rows >= XLSX_ROWS:
            raise SheetError(
                self.rows, "too_many_rows", _("The file has more than %(limit)s rows."),
                limit=XLSX_ROWS - 1,
            )  # fmt: skip
        for column, value in enumerate(values):
            self._write_cell(column, value)

    def _write_cell(self, column: int, value: Value) -> None:
        sheet, row = self._sheet, self.rows
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float, Decimal)) and _fits_number(value):
            sheet.write_number(row, column, value)
        elif isinstance(value, datetime) and value.tzinfo is None and value.year >= 1900:
            sheet.write_datetime(row, column, value, self._datetime)
        elif isinstance(value, time) and value.tzinfo is None:
            sheet.write_datetime(row, column, value, self._time)
        elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
            sheet.write_datetime(row, column, value, self._date)
        else:
            text = _clean(value) if isinstance(value, str) else _plain(value)
            if len(text) > XLSX_CELL:
                self.problems.add(
                    row + 1,
                    "cell_cut",
                    _("A text of %(found)s characters is cut to the %(limit)s a cell can hold."),
                    found=len(text),
                    limit=XLSX_CELL,
                )
                text = text[:XLSX_CELL]
            if text:
                sheet.write_string(row, column, text, self._guarded if needs_guard(text) else None)

    def close(self) -> None:
        """Finish the file. The stream stays open."""
        if self._book is not None:
            self._book.close()
            self._book = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _fits_number(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet's number holds the value without losing a digit."""
    if isinstance(value, float):
        return value - value == 0
    exact = Decimal(value)
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS


def table_bytes(
    kind: Kind, header: Sequence[str], rows: Iterable[Sequence[Value]], *, name: str = "Sheet1"
) -> bytes:
    """A whole table in memory, for small ones."""
    stream = io.BytesIO()
    with TableWriter(kind, stream, header, name=name) as table:
        for row in rows:
            table.write_row(row)
    return stream.getvalue()
