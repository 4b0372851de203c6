"""From the cells of one column to values of one field, a chunk at a time, each word read once."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.first_places import FirstPlaces
from shangji.lib.sheets import Cell
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Mapping
from shangji.records.kinds import Tags

MEMORY = 50_000
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]$")


class Problem(str):
    """A cause why a cell cannot be read."""

    __slots__ = ()


def text_of(cell: Cell) -> str:
    """A cell as the text a person would have typed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < 10**15
            else format(Decimal(repr(cell)), "f")
        )
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


class Reader:
    """Reads one column. `unknown` counts words that nobody knows, `made` how many it made."""

    def __init__(self, one: Field, column: Column, mapping: Mapping, actor: Actor) -> None:
        self.field = one
        self.column = column
        self.mapping = mapping
        self.actor = actor
        self.unknown: Counter[str] = Counter()
        self.made = FirstPlaces()
        self.empty = 0
        self._memory: dict[Any, Any] = {}
        self._words = {key.strip().casefold(): word for key, word in column.values.items()}
        closed = actor.read_only_fields(mapping.type)
        self.closed = not one.writable or one.key.partition(".")[0] in closed

    def read(self, cells: Sequence[Cell]) -> list[Any]:
        """One value, None for nothing, or Problem per cell."""
        memory = self._memory
        if len(memory) > MEMORY:
            self.forget()
        self.prepare(cells)
        values: list[Any] = []
        for cell in cells:
            # 1, 1.0 and True are one key of a dict and three things in a sheet
            key = cell if type(cell) is str else (type(cell), cell)
            try:
                value = memory[key]
            except KeyError:
                value = memory[key] = self._value(cell)
            values.append(value)
            if value is None:
                self.empty += 1
        return values

    def forget(self) -> None:
        """Begin anew with remembered words: they are read again when they come again."""
        self._memory.clear()

    def prepare(self, cells: Sequence[Cell]) -> None:
        """Look up at once what the cells will need."""

    def _value(self, cell: Cell) -> Any:
        cell = self.translate(cell)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if self.closed:
            return Problem(_("Your role may not set this field."))
        try:
            return self.parse(cell)
        except (ValueError, ArithmeticError) as problem:
            return Problem(problem if isinstance(problem, ValueError) else _("Too large."))

    def translate(self, cell: Cell) -> Cell:
        """The word that the mapping gives for a word of the file."""
        if self.column.split:
            cell = self._parted(cell)
        if not self._words:
            return cell
        word = text_of(cell).strip().casefold()
        # "Closed Won (Sales Pipeline)": some name the list a word is from behind it
        return self._words.get(word) or self._words.get(_ASIDE.sub("", word), cell)

    def _parted(self, cell: Cell) -> str:
        """Several values in one cell: all of them as tags are typed, else the first."""
        text = text_of(cell).strip()
        if text.startswith(("[", "【")) and text.endswith(("]", "】")):
            text = text[1:-1]
        parts = [part.strip() for part in re.split(f"[{re.escape(self.column.split)}]", text)]
        if isinstance(self.field.kind, Tags):
            return ",".join(part.replace(",", " ") for part in parts)
        return next(filter(None, parts), "")

    def parse(self, cell: Cell) -> Any:
        value = self.field.kind.parse(text_of(cell), actor=self.actor, locale=self.mapping.locale)
        return None if value == "" else value
