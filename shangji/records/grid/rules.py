"""A block of cells as spreadsheets copy it, where it goes in a list, how wide columns may be."""

import re
from collections.abc import Callable, Mapping, Sequence

from shangji.lib.values import dataclass

#: rows that are pasted as an import; a file may have more
MOST_ROWS = 10_000
NARROWEST, WIDEST, USUAL = 48, 800, 120

_CELL = re.compile(r'"((?:[^"]|"")*)"(?=\t|\r|\n|\Z)|([^\t\r\n]*)')
_END = re.compile(r"\t|\r\n|\r|\n|\Z")

Block = tuple[tuple[str, ...], ...]


def read_block(text: str) -> Block:
    """Rows of cells of tab-separated text, as Excel, WPS, Numbers and Google Sheets copy it.

    A cell with a tab, a line break or a quote in it stands in quotes, its own quotes doubled; a
    quote that is never closed is a character like others. The line break at the end is no row.
    """
    rows: list[tuple[str, ...]] = []
    cells: list[str] = []
    place = 0
    while place < len(text):
        cell = _CELL.match(text, place)
        assert cell is not None  # an empty cell matches anywhere
        cells.append(cell[2] if cell[1] is None else cell[1].replace('""', '"'))
        end = _END.match(text, cell.end())
        assert end is not None
        place = end.end()
        if end[0] != "\t":
            rows.append(tuple(cells))
            cells = []
        elif place == len(text):
            cells.append("")
    if cells:
        rows.append(tuple(cells))
    return tuple(rows)


@dataclass(frozen=True)
class Placed:
    """What goes into which cell, row by row from the cursor; None leaves a cell as it is.

    Attributes:
        rows_beyond, columns_beyond: how much of the block finds no row or column in the list.
    """

    cells: tuple[tuple[str | None, ...], ...]
    rows_beyond: int = 0
    columns_beyond: int = 0


def place_block(
    block: Block, *, rows: int, columns: int, picked: tuple[int, int] = (1, 1)
) -> Placed:
    """Lay a block over the cells from the cursor on.

    Args:
        rows, columns: how many there are from the cursor to the end of the list.
        picked: rows and columns of the chosen range. Where it is a whole multiple of the block,
            the block is repeated over it, as spreadsheets do.
    """
    high, wide = len(block), max((len(row) for row in block), default=0)
    if not high or not wide:
        return Placed(())
    down, across = picked
    if down % high or across % wide or down * across <= high * wide:
        down, across = high, wide
    cells = tuple(
        tuple(
            block[row % high][column % wide] if column % wide < len(block[row % high]) else None
            for column in range(min(across, columns))
        )
        for row in range(min(down, rows))
    )
    return Placed(cells, max(0, down - rows), max(0, across - columns))


def is_header(cells: Sequence[str], is_name: Callable[[str], bool]) -> bool:
    """Whether a first row names fields: at least half of what stands in it does."""
    words = [cell.strip() for cell in cells if cell.strip()]
    return bool(words) and 2 * sum(map(is_name, words)) >= len(words)


def clean_widths(widths: Mapping[str, object]) -> dict[str, int]:
    """Pixels by field key, each kept between the narrowest and the widest; others left out."""
    return {
        str(key)[:64]: max(NARROWEST, min(WIDEST, value))
        for key, value in list(widths.items())[:60]
        if isinstance(value, int) and not isinstance(value, bool)
    }


def column_sizes(columns: Sequence[tuple[str, int]], widths: Mapping[str, int]) -> list[int]:
    """Pixels of the columns of a list in their order; none where nobody set any: the table
    then finds its own.

    Args:
        columns: field keys, each with the width a field of its own asks for, or 0.
    """
    if not any(key in widths for key, _own in columns):
        return []
    return [widths.get(key) or own or USUAL for key, own in columns]
