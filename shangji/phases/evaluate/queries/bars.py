"""A range drawn as a bar."""

from decimal import Decimal

from shangji.lib.values import dataclass

#: width of the drawing; all numbers are whole, so that no locale writes them otherwise
WIDTH = 240


@dataclass(frozen=True)
class RangeBar:
    """Where a range begins on the line from 0 to `most`, how long it is, its likely value."""

    x: int
    width: int
    tick: int


def range_bar(low: Decimal, likely: Decimal, high: Decimal, most: Decimal) -> RangeBar | None:
    """None when there is nothing to measure against."""
    if most <= 0:
        return None
    first, middle, last = (int(part * WIDTH / most) for part in (low, likely, high))
    return RangeBar(first, max(2, last - first), min(middle, WIDTH - 2))
