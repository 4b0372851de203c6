"""Readers of ids, days and instants."""

from datetime import UTC, datetime, time
from typing import Any, cast

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


def order_of(reader: Reader) -> Order:
    """The order of numbers in a column's days; reading the mapping has checked it."""
    return cast(Order, reader.column.dates or reader.mapping.dates)


class DateReader(Reader):
    """Days in the order the mapping names."""

    def parse(self, cell: Cell) -> Any:
        return date_of_cell(cell, order_of(self))


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
        day = date_of_cell(cell, order_of(self))
        assert day is not None
        clock = clock_in(cell) if isinstance(cell, str) else time()
        return self._utc(datetime.combine(day, clock))

    @staticmethod
    def _utc(value: datetime) -> datetime:
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone())
        return value.astimezone(UTC)
