"""The heads of columns as a template shows them: count, sums by currency, bars."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from shangji.lib.values import dataclass
from shangji.records.boards.query import Column
from shangji.records.boards.rules import share
from shangji.records.description import Total
from shangji.records.listing.sums import Sums

#: currency, sum and weighted sum, None where nothing weighs
Line = tuple[str, Decimal, Decimal | None]


@dataclass
class Head:
    """One head.

    Attributes:
        key, name: of the column, as scripts know it; `label` as people see it.
        lines: a currency each, the workspace's first.
        pale, solid: widths of the two bars in percent.
        end: what stands at the right of the name.
        create_url: where a record begins in this column.
    """

    key: str
    name: str
    count: int
    lines: list[Line] = field(default_factory=list)
    pale: int = 0
    solid: int = 0
    label: SafeString | str = ""
    end: str = ""
    phase: str = ""
    create_url: str = ""
    refuses: str = ""


def dress(heads: Sequence[Head], home: str) -> None:
    """Set the bars: the widest sum in the workspace's currency takes the whole width."""

    def of_home(head: Head, place: int) -> Decimal:
        return next((Decimal(one[place] or 0) for one in head.lines if one[0] == home), Decimal(0))

    most = float(max((of_home(head, 1) for head in heads), default=Decimal(0)))
    for head in heads:
        head.pale = share(float(of_home(head, 1)), most)
        head.solid = share(float(of_home(head, 2)), most)


def lines_of(sums: Sums, totals: Iterable[Total], home: str) -> list[Line]:
    """The first total and what weighs it, a line a currency; a zero where there is no amount."""
    every = list(totals)
    plain = next((one for one in every if not one.percent), None)
    if plain is None:
        return []
    weighs = next((one for one in every if one.percent and one.path == plain.path), None)
    amounts = dict(sums.totals[plain.key])
    weighted = dict(sums.totals[weighs.key]) if weighs else {}
    zero = Decimal(0)
    codes = sorted((code for code in amounts if amounts[code]), key=lambda c: (c != home, c))
    return [
        (code or home, amounts.get(code, zero), weighted.get(code, zero) if weighs else None)
        for code in codes or [home]
    ]


def head_of(column: Column, totals: Sequence[Total], home: str) -> Head:
    lane = column.lane
    return Head(
        key=lane.key,
        name=lane.label,
        count=column.sums.count,
        lines=lines_of(column.sums, totals, home),
        label=mark(lane.label, lane.tone),
        phase=lane.phase,
        refuses=lane.refuses,
    )


def mark(label: str, tone: str) -> SafeString | str:
    """An option's label in its colour."""
    if not tone or tone == "plain":
        return label
    return format_html('<span class="tag {}">{}</span>', tone, label)
