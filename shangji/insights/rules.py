"""Arithmetic of reports."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal

from shangji.lib.statistics import Share, share_of
from shangji.lib.values import dataclass

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


def by_weight(sums: Mapping[str, Decimal], main: str) -> dict[str, Decimal]:
    """Sums by currency: the workspace's own first, then the largest."""
    order = sorted(sums, key=lambda code: (code != main, -abs(sums[code]), code))
    return {code: sums[code] for code in order}


def quarter_label(day: date) -> str:
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"


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


#: what a next step is about, by a word in it; the first that fits
_STEP_ICONS = (
    ("phone", ("致电", "电话", "回访", "call", "phone")),
    ("file-upload", ("上传", "归档", "upload", "attach")),
    ("mail", ("发", "寄", "回复", "邮件", "send", "mail", "post", "answer", "reply")),
    ("map-pin", ("走访", "拜访", "上门", "现场", "调研", "巡检", "visit", "site", "survey")),
    ("presentation", ("演示", "评审", "方案", "demo", "present", "review")),
    ("users", ("会", "面谈", "约", "二轮", "meet", "kick-off", "invite", "arrange")),
    ("file-text", ("合同", "条款", "报价", "用印", "发票", "开票", "contract", "quote", "terms")),
    ("checkbox", ("确认", "问清", "定", "核实", "催", "confirm", "ask", "settle", "chase", "map")),
)


def step_icon(text: str) -> str:
    """The icon of a next step, from its words; an arrow when none says anything."""
    folded = text.casefold()
    words = set(re.findall(r"[a-z-]+", folded))
    for icon, marks in _STEP_ICONS:
        if any(mark in words if mark.isascii() else mark in folded for mark in marks):
            return icon
    return "arrow-right"
