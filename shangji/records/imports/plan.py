"""What the rows of a chunk become, before anything is written."""

from dataclasses import field
from typing import Any

from shangji.lib.sheets import Cell
from shangji.lib.values import dataclass
from shangji.records.imports.rows import New

#: rows shown of each outcome of a trial
EXAMPLES = 3


@dataclass
class Failure:
    """A row that does not come in: [(header or "", cause), …]."""

    line: int
    cells: list[Cell]
    causes: list[tuple[str, str]]


@dataclass
class Change:
    """A row that changes a record."""

    line: int
    cells: list[Cell]
    record: Any
    values: dict[str, Any]


@dataclass
class Plan:
    """What a chunk of rows becomes."""

    new: list[New] = field(default_factory=list)
    cells: dict[int, list[Cell]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    #: the first rows that change nothing: (line, record)
    examples: list[tuple[int, Any]] = field(default_factory=list)

    def same(self, line: int, record: Any) -> None:
        """Count a row that changes nothing."""
        self.unchanged += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((line, record))
