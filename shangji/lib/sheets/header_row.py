"""Where a table's header stands: templates and reports put notes above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

#: rows looked at for a header below notes
LOOKED_AT: Final = 20
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+%?")

Record = tuple[int, Sequence[object]]


def from_header(records: Iterator[Record], *, workbook: bool) -> Iterator[Record]:
    """The records from the header on.

    A note is a row of one cell. The header is the first row of several texts below notes, with
    rows of several cells below it; in a workbook, whose cells no delimiter was guessed for, there
    may be none yet. Where no such row is found the first one is the header.
    """
    first = next(records, None)
    if first is None:
        return
    ahead = [first]
    if _filled(first) == 1:
        ahead += islice(records, LOOKED_AT)
    yield from ahead[_place(ahead, workbook=workbook) :]
    yield from records


def _place(ahead: Sequence[Record], *, workbook: bool) -> int:
    for place, record in enumerate(ahead):
        if _filled(record) > 1:
            below = [_filled(one) > 1 for one in ahead[place + 1 :]]
            wide = sum(below) * 2 >= len(below) if below else workbook
            return place if wide and _all_texts(record) else 0
    return 0


def _filled(record: Record) -> int:
    return sum(cell is not None and cell != "" for cell in record[1])


def _all_texts(record: Record) -> bool:
    return all(
        isinstance(cell, str) and not _NUMBER.fullmatch(cell)
        for cell in record[1]
        if cell is not None and cell != ""
    )
