"""XLSX as a stream of records. The grid of one sheet is in memory, its size is limited before."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, TypeVar

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.encodings import Encoding
from shangji.lib.sheets.problems import Limits, Problems, SheetError
from shangji.lib.sheets.xlsx_guard import check_xlsx

T = TypeVar("T")
Value = str | int | float | bool | date | datetime | time | None


class XlsxSource:
    """One sheet of a workbook: `name`, at first the one asked for, else the first that can be
    seen."""

    kind = "xlsx"
    delimiter = ""
    encoding = Encoding("utf-8")

    def __init__(
        self, opener: Callable[[], BinaryIO], limits: Limits, sheet: str | None = None
    ) -> None:
        self._opener = opener
        with opener() as stream:
            check_xlsx(stream, limits)
        self.names, visible = _guarded(self._names)
        if sheet is not None and sheet not in self.names:
            raise SheetError(
                0, "no_sheet", _("The workbook has no sheet “%(name)s”."), name=sheet[:100]
            )
        if not self.names:
            raise SheetError(0, "empty", _("The file is empty."))
        #: those to read when none is named: the first with cells
        self.offered = (visible or self.names) if sheet is None else [sheet]
        self.name = self.offered[0]

    def _names(self) -> tuple[list[str], list[str]]:
        import python_calamine as calamine  # noqa: PLC0415  lazily: a library only imports need

        with self._opener() as stream, calamine.CalamineWorkbook.from_filelike(stream) as book:
            sheets = [
                about
                for about in book.sheets_metadata
                if about.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            return (
                [about.name for about in sheets],
                [
                    about.name
                    for about in sheets
                    if about.visible == calamine.SheetVisibleEnum.Visible
                ],
            )

    def records(self, problems: Problems) -> Generator[tuple[int, list[Value]], None, None]:
        """(line, cells) of every row that is not empty; whole numbers come as int."""
        import python_calamine as calamine  # noqa: PLC0415  lazily, as above

        def read() -> tuple[int, Iterator[Sequence[object]]]:
            with self._opener() as stream:
                book = calamine.CalamineWorkbook.from_filelike(stream)
                sheet = book.get_sheet_by_name(self.name)
                start = sheet.start or (0, 0)
                return start[1], sheet.iter_rows()  # rows from the top, columns from the first used

        left, rows = _guarded(read)
        for line, row in enumerate(rows, start=1):
            cells: list[Value] = [None] * left + [_value(cell) for cell in row]
            if any(cell is not None and cell != "" for cell in cells):
                yield line, cells


def _guarded(work: Callable[[], T]) -> T:
    """`work`, with whatever the parser meets in a broken file said as one SheetError. It is
    written in Rust and reports a broken promise of its own as a BaseException."""
    try:
        return work()
    except (SheetError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise SheetError(
            0, "broken", _("The file is damaged, or it is no XLSX workbook.")
        ) from error


def _value(cell: object) -> Value:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, (bool, int, float, date, time)):
        return cell
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
