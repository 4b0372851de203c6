"""Arithmetic of reports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from shangji.lib.statistics import Share, share_of

#: closed opportunities below which a win rate is not shown
MINIMUM_CLOSED = 5


@dataclass
class Line:
    """One line of the results: counts, and won value per currency."""

    key: str
    label: str
    open: int = 0
    won: int = 0
    lost: int = 0
    value: dict[str, Decimal] = field(default_factory=dict)

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def total(self) -> int:
        return self.open + self.closed

    @property
    def share(self) -> Share | None:
        """Win rate of closed ones with its interval; None under five closed."""
        return share_of(self.won, self.closed, MINIMUM_CLOSED)

    @property
    def conversion(self) -> Share | None:
        """Won of all that came in; None under five."""
        return share_of(self.won, self.total, MINIMUM_CLOSED)

    def mean(self, currency: str) -> Decimal | None:
        """Mean won value in one currency; None without a win."""
        return self.value.get(currency, Decimal(0)) / self.won if self.won else None


def quarter_label(day: date) -> str:
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"


def month_ends(first: date, months: int) -> list[date]:
    """The first days of `months` months beginning with `first`, and of the one after."""
    days = []
    year, month = first.year, first.month
    for _ in range(months + 1):
        days.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return days


def previous_week_start(today: date) -> date:
    """Monday of the week before this one."""
    return today - timedelta(days=today.weekday() + 7)


def spark_points(values: Sequence[int]) -> tuple[str, tuple[float, float]]:
    """A sparkline in a 64 × 22 box: its points, and where it ends.

    Equal values lie on the middle line.
    """
    low, high = min(values, default=0), max(values, default=0)
    step = 60 / max(1, len(values) - 1)
    places = [
        (
            round(2 + index * step, 1),
            11.0 if high == low else round(19 - (value - low) / (high - low) * 16, 1),
        )
        for index, value in enumerate(values)
    ]
    return " ".join(f"{x},{y}" for x, y in places), places[-1] if places else (62.0, 11.0)
