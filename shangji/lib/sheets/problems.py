"""What can be wrong with a file, with the line it stands on, and the limits of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Final

from shangji.lib.errors import BadInput, Text
from shangji.lib.values import dataclass

MAX_PROBLEMS: Final = 1000


@dataclass(frozen=True)
class Limits:
    """How much is read. Sizes in bytes, cells and lines in characters."""

    file_bytes: int = 200 * 2**20
    rows: int = 1_000_000
    columns: int = 1_000
    cell: int = 100_000
    line: int = 4_000_000
    # XLSX: entries of the archive, bytes once expanded, how much smaller than that the file may
    # be, and cells of the grid (which is held in memory as a whole).
    entries: int = 2_000
    expanded_bytes: int = 200 * 2**20
    ratio: int = 200
    grid: int = 5_000_000


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True)
class SheetProblem:
    """Something odd on a line (1 = first) that did not stop the reading. `code` is for programs,
    `cause` for people."""

    line: int
    code: str
    template: Text
    params: dict[str, object] = field(default_factory=dict, hash=False)

    @property
    def cause(self) -> str:
        text = str(self.template)
        return text % self.params if self.params else text


class SheetError(BadInput):
    """The file cannot be read on from `line` (0 = the file as a whole)."""

    def __init__(self, line: int, code: str, template: Text, /, **params: object) -> None:
        super().__init__(template, **params)
        self.line = line
        self.code = code

    @property
    def cause(self) -> str:
        return self.message


class Problems:
    """The problems found so far: the first MAX_PROBLEMS of them, and how many there were."""

    def __init__(self) -> None:
        self._kept: list[SheetProblem] = []
        self.count = 0

    def add(self, line: int, code: str, template: Text, /, **params: object) -> None:
        self.count += 1
        if len(self._kept) < MAX_PROBLEMS:
            self._kept.append(SheetProblem(line, code, template, params))

    def __iter__(self) -> Iterator[SheetProblem]:
        return iter(self._kept)

    def __len__(self) -> int:
        return self.count
