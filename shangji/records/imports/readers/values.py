"""Readers of ids, days and instants."""

from datetime import UTC, datetime, time
from typing import Any

from shangji.foundation.workspace.queries import zone
from shangji.lib.date_reading import Order, clock_in, date_of_cell
from shangji.lib.foreign_ids import foreign_id
from shangji.lib.sheets import Cell
from shangji.records.imports.readers.base import Reader


class ForeignIdReader(Reader):
    """Ids of another system, in their full form."""

    def parse(self, cell: Cell) -> Any:
        value = super().parse(cell)
        return None if value is None else foreign_id(self.mapping.system, value)


class DateReader(Reader):
    """Days in the order the mapping names."""

    def parse(self, cell: Cell) -> Any:
        order: Order = self.column.dates or self.mapping.dates  # type: ignore[assignment]
        return date_of_cell(cell, order)


class InstantReader(Reader):
    """Instants; a day alone begins in the workspace's zone."""

    def parse(self, cell: Cell) -> Any:
        if isinstance(cell, datetime):
            return self._utc(cell)
        if isinstance(cell, str):
            try:
                return self._utc(datetime.fromisoformat(cell.strip()))
            except ValueError:
                pass
        order: Order = self.column.dates or self.mapping.dates  # type: ignore[assignment]
        day = date_of_cell(cell, order)
        assert day is not None
        clock = clock_in(cell) if isinstance(cell, str) else time()
        return self._utc(datetime.combine(day, clock))

    @staticmethod
    def _utc(value: datetime) -> datetime:
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone())
        return value.astimezone(UTC)
