"""A board as a query: sums over all rows of each column, and its first cards."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _

from shangji.lib.errors import NotFound
from shangji.lib.money import Totals
from shangji.lib.values import dataclass
from shangji.records.boards.lanes import Lane, Layout
from shangji.records.conditions import Condition
from shangji.records.description import Field
from shangji.records.listing.fetching import Row
from shangji.records.listing.parts import parts_of
from shangji.records.listing.parts import together as whole
from shangji.records.listing.query import ListQuery
from shangji.records.listing.quick import require_quick
from shangji.records.listing.sums import (
    Sums,
    columns_of,
    read_lines,
    read_sums,
    sums_sql,
    together,
)

#: cards a column shows at first, and more at each "show more"
CARDS = 40
#: lines of a card where nobody chose columns
LINES = 4


@dataclass
class Column:
    """A lane with its sums over all rows, and the cards shown."""

    lane: Lane
    sums: Sums
    rows: list[Row] = field(default_factory=list)
    shown: int = 0

    @property
    def more(self) -> int:
        return max(0, self.sums.count - self.shown)


@dataclass
class BoardQuery:
    """The rows of a list in columns. One query for all sums, one for the cards of each column
    that has some, however many rows there are."""

    rows: ListQuery
    layout: Layout
    now: datetime

    @cached_property
    def sums(self) -> dict[Any, Sums]:
        """Sums by what lanes are told apart by."""
        by, name = self.layout.column(self.now)
        totals = self.rows.totals
        columns = [by, *(one for one in columns_of((), totals) if one != by)]
        description, actor = self.rows.description, self.rows.actor
        try:
            inner = whole(parts_of(description.model, actor, self.rows.condition, columns))
        except EmptyResultSet:
            return {}
        text, params = sums_sql(inner, (name,), totals)
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            lines = read_lines(cursor.fetchall(), (name,), totals)
        found: dict[Any, list[Any]] = {}
        for line in lines:
            found.setdefault(self.layout.held(line[name]), []).append(line)
        return {value: read_sums(group, totals) for value, group in found.items()}

    @cached_property
    def total(self) -> Sums:
        """Over all columns, those that are not shown among them."""
        empty = Sums(totals={one.key: Totals() for one in self.rows.totals})
        return together(empty, self.sums.values())

    @cached_property
    def lanes(self) -> list[Lane]:
        """Every column there could be."""
        often = sorted(self.sums, key=lambda value: -self.sums[value].count)
        return self.layout.lanes(often, self.rows.actor, self.now)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown, without their cards. One without rows is shown where a card may be
        put into it, unless the filter leaves it out or its days have gone by."""
        empty = Sums(totals={one.key: Totals() for one in self.rows.totals})
        wanted = self._wanted
        return [
            Column(lane, self.sums.get(lane.held, empty))
            for lane in self.lanes
            if lane.held in self.sums
            or not (lane.is_past or lane.refuses or (wanted is not None and lane.key not in wanted))
        ]

    @property
    def _wanted(self) -> set[str] | None:
        """The columns that a filter on the board's own field names."""
        me = str(self.rows.actor.user_id)
        for one in self.rows.conditions:
            if not isinstance(one, Condition) or one.field != self.layout.field.key:
                continue
            if one.operator in {"is", "in"} and not self.layout.unit:
                return {me if word == "me" else word for word in one.value.split(",")}
        return None

    @property
    def left_out(self) -> int:
        """How many columns there are beyond those shown."""
        shown = {one.held for one in self.lanes}
        return sum(1 for value in self.sums if value not in shown)

    def column(self, key: str) -> Column:
        """A column by its key, shown or not. NotFound for one that is none."""
        for lane in self.lanes:
            if lane.key == key:
                return Column(lane, self.sums.get(lane.held, Sums()))
        raise NotFound(_("There is no such column."))

    def fill(self, columns: Sequence[Column]) -> None:
        """The first cards of each."""
        require_quick(self.rows.description.model, self.rows.sorts)
        for one in columns:
            if one.sums.count:
                one.rows = self.cards(one.lane)
                one.shown = len(one.rows)

    def cards(self, lane: Lane, offset: int = 0) -> list[Row]:
        """Forty cards from `offset` on, in the order of the view."""
        rows = self.rows.ordered(self.rows.base.filter(lane.rows)).values(*self._paths)
        return list(rows[offset : offset + CARDS])

    def one(self, pk: int) -> Row | None:
        """The row of one card, when the view holds it."""
        row: Row | None = self.rows.base.filter(pk=pk).values(*self._paths).first()
        return row

    @cached_property
    def fields(self) -> list[Field]:
        """What a card shows below the name: the columns chosen, else the first few."""
        description = self.rows.description
        own = {description.title, self.layout.field.key}
        fields = [one for one in self.rows.fields if one.key not in own]
        chosen = tuple(one.key for one in self.rows.fields) != tuple(
            key
            for key in description.columns
            if key not in self.rows.actor.hidden_fields(description.type)
        )
        return fields if chosen else fields[:LINES]

    @cached_property
    def _paths(self) -> list[str]:
        fields = list(self.fields)
        description = self.rows.description
        if description.title not in self.rows.actor.hidden_fields(description.type):
            fields.append(description.field(description.title, self.rows.actor))
        paths = self.rows.paths(fields)
        if self.rows.totals:
            paths.append(self.rows.totals[0].path)
        return list(dict.fromkeys(paths))
