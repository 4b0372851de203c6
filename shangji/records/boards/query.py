"""A board as a query: sums over all rows of each column, and its first cards."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _

from shangji.foundation.workspace.queries import today
from shangji.lib.errors import NotFound
from shangji.lib.money import Totals
from shangji.lib.values import dataclass
from shangji.records.boards.lanes import Lane, Layout
from shangji.records.conditions import Condition
from shangji.records.description import Field
from shangji.records.kinds import Person
from shangji.records.listing.fetching import Row
from shangji.records.listing.parts import parts_of
from shangji.records.listing.parts import together as whole
from shangji.records.listing.query import ListQuery
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
    """The rows of a list in columns. One query for all sums, one for the order of each column
    that has cards, one for all cards, however many rows there are."""

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

        def answer() -> list[Sequence[Any]]:
            try:
                inner = whole(parts_of(description.model, actor, self.rows.condition, columns))
            except EmptyResultSet:
                return []
            text, params = sums_sql(inner, (name,), totals)
            with connection.cursor() as cursor:
                cursor.execute(text, params)
                return list(cursor.fetchall())

        keys = [one.key for one in totals]
        told = self.rows.asked(f"columns of {keys} {self._span}", answer)
        found: dict[Any, list[Any]] = {}
        for line in read_lines(told, (name,), totals):
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
        """A column by its key, shown or not, with its sums. NotFound for one that is none."""
        lane = self.lane(key)
        return Column(lane, self.sums.get(lane.held, Sums()))

    def lane(self, key: str) -> Lane:
        """The same without its sums, for which all rows are read; they are only for a column that
        is there for the sake of its rows."""
        is_person = isinstance(self.layout.field.kind, Person)
        people = [int(key)] if is_person and key.isdecimal() and len(key) < 19 else []
        found = next((one for one in self.lanes_of(people) if one.key == key), None)
        found = found or next((one for one in self.lanes if one.key == key), None)
        if found is not None:
            return found
        raise NotFound(_("There is no such column."))

    def lanes_of(self, people: Sequence[int] = ()) -> list[Lane]:
        """The columns there could be, without looking at rows."""
        return self.layout.lanes([*people, None], self.rows.actor, self.now)

    def fill(self, columns: Sequence[Column]) -> None:
        """The first cards of each."""
        some = [one for one in columns if one.sums.count]
        found = self.rows.fetch_each([self._ids(one.lane) for one in some], self._paths)
        for one, rows in zip(some, found, strict=True):
            one.rows, one.shown = rows, len(rows)

    def cards(self, lane: Lane, offset: int = 0) -> list[Row]:
        """Forty cards from `offset` on, in the order of the view."""
        return self.rows.fetch(self._ids(lane, offset), self._paths)

    def _ids(self, lane: Lane, offset: int = 0) -> list[int]:
        def answer() -> list[int]:
            return self.rows.some(self.rows.base.filter(lane.rows), offset, CARDS)

        return self.rows.asked(f"cards of {lane.key} from {offset} {self._span}", answer)

    @property
    def _span(self) -> str:
        """The day that columns of days stand around."""
        return f"on {today(now=self.now)}" if self.layout.unit else ""

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
