"""Tables in and out: the one reader and the one writer of CSV and XLSX."""

from shangji.lib.sheets.cells import guard, needs_guard, unguard
from shangji.lib.sheets.problems import Limits, Problems, SheetError, SheetProblem
from shangji.lib.sheets.reader import Cell, Row, Sheet, open_sheet
from shangji.lib.sheets.writer import TableWriter, csv_chunks, table_bytes

__all__ = [
    "Cell",
    "Limits",
    "Problems",
    "Row",
    "Sheet",
    "SheetError",
    "SheetProblem",
    "TableWriter",
    "csv_chunks",
    "guard",
    "needs_guard",
    "open_sheet",
    "table_bytes",
    "unguard",
]
