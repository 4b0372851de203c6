"""The rows of a list and its totals, over what the actor may see and nothing else."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.custom_values import STORES
from shangji.lib.money import Totals
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition, Node, compile_node
from shangji.records.description import Field, RecordDescription
from shangji.records.description import Total as TotalOf
from shangji.records.listing.fetching import Row, fetch_rows
from shangji.records.listing.grouping import Grouping, folded, read_grouping
from shangji.records.listing.notes import Notes
from shangji.records.listing.parts import SqlText, first_ids, parts_of
from shangji.records.listing.parts import together as whole
from shangji.records.listing.quick import require_quick
from shangji.records.listing.shapes import LIST
from shangji.records.listing.sorting import Sort, read_sort
from shangji.records.listing.state import ListState
from shangji.records.listing.sums import (
    RollUp,
    Sums,
    columns_of,
    read_lines,
    read_sums,
    sums_sql,
    together,
)
from shangji.records.listing.texts import remembered

PAGE_SIZE = 50
#: pages beyond this are not walked to: a filter finds the row sooner
MAX_PAGE = 200
#: group lines on one page
MAX_GROUPS = 40
#: rows of a noted list that can be walked through; a filter finds the others sooner
MOST_NOTED = 500
#: a tab's count stops here and shows "1000+"
COUNT_CAP = 1000

T = TypeVar("T")
#: comparisons that nothing answers
_FILLS = {"gte", "lte", "is", "from", "to", "within", "filled"}


@dataclass
class Group:
    """One group line: its value, sums and first rows."""

    value: Any
    sums: Sums
    rows: list[Row] = field(default_factory=list)


@dataclass
class ListQuery:
    """A list as a query: give it what the address asked, take rows and sums.

    Nothing is fetched until asked for; the number of queries does not depend on the rows.
    """

    description: RecordDescription
    actor: Actor
    conditions: Sequence[Node] = ()
    sort: str = ""
    columns: Sequence[str] = ()
    group: str = ""
    page: int = 1
    size: int = PAGE_SIZE
    #: conditions of the reader's own are asked again and again, as programs do
    typed: bool = False
    #: ORM paths that rows have besides those of the columns
    also: Sequence[str] = ()
    #: asked by a job, that may walk a long table without an index
    is_patient: bool = False
    #: where slow questions are noted down by a job, and read again by a page
    notes: Notes | None = None

    @cached_property
    def condition(self) -> Q:
        """What rows must match. Invalid when a condition does not fit."""
        return compile_node(self.description, self.actor, self.conditions)

    @cached_property
    def base(self) -> QuerySet[Any]:
        """Visible rows that match."""
        rows: QuerySet[Any] = model_queryset(self.description.model).visible_to(self.actor)
        return rows.filter(self.condition)

    @cached_property
    def fields(self) -> list[Field]:
        """The columns asked for, each one the actor may know of."""
        keys = self.columns or [
            key
            for key in self.description.columns
            if key not in self.actor.hidden_fields(self.description.type)
        ]
        return [self.description.field(key, self.actor) for key in keys]

    def paths(self, fields: Iterable[Field] | None = None) -> list[str]:
        """Exactly the ORM paths that the fields need, with id and version."""
        wanted = ["pk", "version"]
        if self._owned:
            wanted.append("owner_id")
        for one in self.fields if fields is None else fields:
            wanted.extend(one.paths())
        wanted.extend(self.also)
        return list(dict.fromkeys(wanted))

    @cached_property
    def sorts(self) -> tuple[Sort, ...]:
        """The fields sorted by, one after the other."""
        return read_sort(self.description, self.actor, self.sort or self.description.sort)

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        named = {one.path: one.shown for one in self.sorts if one.shown is not None}
        rows = rows.alias(**named) if named else rows
        order = [one.expression(nullable=self._nullable(one.field)) for one in self.sorts]
        return rows.order_by(*order, "-pk" if self.sorts[0].is_down else "pk")

    def rows(self) -> list[Row]:
        """The rows of the page asked for, capped to the pages there are."""
        start = (self.number - 1) * self.size
        if self.notes is not None:
            noted = self.notes.ask("ids", lambda: self.ids(0, min(self.sums.count, MOST_NOTED)))
            return self.fetch(noted[start : start + self.size], self.paths())
        ids = self.ids(start, min(self.size, max(0, self.sums.count - start)))
        return self.fetch(ids, self.paths())

    def fetch(self, ids: Sequence[int], paths: Iterable[str]) -> list[Row]:
        """Visible rows by id, in the order of the ids."""
        return fetch_rows(self.description, self.actor, ids, paths)

    def fetch_each(self, parts: Sequence[Sequence[int]], paths: Iterable[str]) -> list[list[Row]]:
        """The same for several lists of ids, in one query."""
        found = self.fetch([pk for ids in parts for pk in ids], paths)
        rows = {row["pk"]: row for row in found}
        return [[rows[pk] for pk in ids if pk in rows] for ids in parts]

    def ids(self, start: int, limit: int, beyond: Q | None = None) -> list[int]:
        """Ids in the order of the list from `start` on, each owner's walked in an index.

        Args:
            beyond: only rows that match this, too (those behind a cursor).

        Rows without a value stand last, as parts of their own: an index that is walked
        backwards would have them first.
        """
        one, down, path = self.sorts[0].field, self.sorts[0].is_down, self.sorts[0].path
        if not limit:
            return []
        self.require_quick()
        named = self.sorts[0].shown is not None
        if len(self.sorts) > 1 or named or ("__" in path and not one.is_custom):
            return self.some(self.base, start, limit, beyond)
        way = "DESC" if down else "ASC"
        order, by_id = f"2 {way}, 1 {way}", f"1 {way}"
        if not self._nullable(one):
            return first_ids(self._parts(path, beyond), order, limit, start)
        if self._is_filled(one):
            return first_ids(self._parts(path, beyond, empty=False), order, limit, start)
        if one.is_custom and one.is_quick:
            # in the order of the index: PostgreSQL, which knows no share of empty ones in an
            # expression, would walk the whole table by id to find a few
            by_id = order
        return first_ids(
            self._parts(path, beyond, empty=False),
            order,
            limit,
            start,
            last=self._parts(path, beyond, empty=True),
            last_order=by_id,
        )

    def some(
        self, rows: QuerySet[Any], start: int, limit: int, beyond: Q | None = None
    ) -> list[int]:
        """Ids of some of the rows in the order of the list, from `start` on."""
        self.require_quick()
        rows = self.ordered(rows)  # what lies behind a cursor may speak of what is ordered by
        rows = rows if beyond is None else rows.filter(beyond)
        return list(rows.values_list("pk", flat=True)[start : start + limit])

    def require_quick(self) -> None:
        """Invalid for an order that takes many seconds, unless a job asks."""
        if not self.is_patient:
            require_quick(self.description.model, self.sorts)

    def asked(self, name: str, answer: Callable[[], T]) -> T:
        """The answer to a slow question: the one that a job noted, else worked out now."""
        return answer() if self.notes is None else self.notes.ask(name, answer)

    def _is_filled(self, one: Field) -> bool:
        """Whether a filter leaves no row without a value of the field: none stand last then."""
        return any(
            isinstance(part, Condition) and part.field == one.key and part.operator in _FILLS
            for part in self.conditions
        )

    def _parts(
        self, path: str, beyond: Q | None, *, empty: bool | None = None
    ) -> Sequence[SqlText]:
        """Ids and values of rows with a value, without one (`empty`), or of all of them."""

        def write() -> list[SqlText]:
            condition = self.condition if beyond is None else self.condition & beyond
            if empty is not None:
                condition &= Q(**{f"{path}__isnull": empty})
            try:
                return parts_of(self.description.model, self.actor, condition, ("pk", path))
            except EmptyResultSet:
                return []

        if beyond is not None:
            return write()
        return self._remembered(("ids", path, empty), write)

    def _remembered(self, purpose: Hashable, write: Callable[[], T]) -> T:
        return remembered(
            purpose, self.description, self.actor, self.conditions, write, typed=self.typed
        )

    @cached_property
    def rollup(self) -> RollUp | None:
        """What the type keeps in sum for this reader."""
        return self.description.rollup(self.actor) if self.description.rollup else None

    @cached_property
    def sums(self) -> Sums:
        """Count and totals over all rows that match: kept ones, else counted in one query."""
        if self.group:
            empty = Sums(totals={one.key: Totals() for one in self.totals})
            return together(empty, (group.sums for group in self.groups))
        kept = self.rollup.sums(self.conditions) if self.rollup is not None else None
        if kept is None:
            return self.counted()
        keys = {one.key for one in self.totals}  # what is kept holds what a role may not see
        return replace(
            kept, totals={key: total for key, total in kept.totals.items() if key in keys}
        )

    def counted(self) -> Sums:
        """Count and totals from the rows themselves."""
        return read_sums(self._aggregate(()), self.totals)

    @property
    def pages(self) -> int:
        count = self.sums.count
        count = count if self.notes is None else min(count, MOST_NOTED)
        return max(1, -(-count // self.size))

    @cached_property
    def number(self) -> int:
        """The page shown: the one asked for, or the last there is."""
        return max(1, min(self.page, self.pages, MAX_PAGE))

    @cached_property
    def totals(self) -> list[TotalOf]:
        """Totals of the type whose amount the actor may know of."""
        hidden = self.actor.hidden_fields(self.description.type)
        return [
            one
            for one in self.description.totals
            if not {one.key, one.path, one.percent, one.currency} & hidden
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """Group lines in order with their sums; rows are fetched by `fill`."""
        found = folded(self._aggregate((self.grouping.path,)), self.grouping)
        groups = [Group(value, read_sums(lines, self.totals)) for value, lines in found.items()]
        return sorted(groups, key=self.grouping.rank())

    def fill(self, groups: Sequence[Group]) -> None:
        """The first rows of each group: one query a group for ids, one for all rows."""
        each = max(3, self.size // max(1, len(groups)))
        found = self.fetch_each([self._first(one, each) for one in groups], self.paths())
        for group, rows in zip(groups, found, strict=True):
            group.rows = rows

    def _first(self, group: Group, each: int) -> list[int]:
        def answer() -> list[int]:
            return self.some(self.base.filter(self.grouping.rows(group.value)), 0, each)

        return self.asked(f"rows of {group.value}", answer)

    @cached_property
    def grouping(self) -> Grouping:
        return read_grouping(self.description, self.actor, self.group)

    def editable(self, rows: Sequence[Row]) -> set[int]:
        """Ids of the rows in hand that the actor may edit; at most one query."""
        ids = {row["pk"] for row in rows}
        scope = self.actor.scope("edit", self.description.type)
        if not ids or scope is Scope.NONE:
            return set()
        if scope is Scope.ALL:
            return ids
        permitted = model_queryset(self.description.model).permitted(self.actor, "edit")
        if self._owned and permitted.owner_path == "owner":
            owners = self.actor.owner_ids(scope) or frozenset()
            return {row["pk"] for row in rows if row["owner_id"] in owners}
        return set(permitted.filter(pk__in=ids).values_list("pk", flat=True))

    @property
    def _owned(self) -> bool:
        return any(item.name == "owner" for item in self.description.model._meta.concrete_fields)

    def _nullable(self, one: Field) -> bool:
        if one.is_custom:
            return STORES[one.key[0]].nothing is None
        model: Any = self.description.model
        for name in one.kind.sort_path(one.orm).split("__"):
            item = model._meta.get_field(name)
            if item.null:
                return True
            model = item.related_model
        return False

    def _aggregate(self, by: tuple[str, ...]) -> list[Mapping[str, Any]]:
        """Sums over all rows by currency, each as whole numbers or exact decimals."""

        def write() -> SqlText:
            columns = columns_of(by, self.totals)
            rows = parts_of(self.description.model, self.actor, self.condition, columns)
            return sums_sql(whole(rows), by, self.totals)

        keys = tuple(one.key for one in self.totals)

        def answer() -> list[Sequence[Any]]:
            try:
                text, params = self._remembered(("sums", by, keys), write)
            except EmptyResultSet:
                return []
            with connection.cursor() as cursor:
                cursor.execute(text, params)
                return list(cursor.fetchall())

        return read_lines(self.asked(f"sums of {by} {keys}", answer), by, self.totals)


def query_of(description: RecordDescription, actor: Actor, state: ListState) -> ListQuery:
    """The rows of a state; only a table puts them in groups."""
    return ListQuery(
        description,
        actor,
        conditions=state.conditions,
        sort=state.sort,
        columns=state.columns,
        group=state.group if state.shape == LIST else "",
        page=state.page,
        typed=True,
    )


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> int:
    """How many rows, looked at up to one more than `cap`."""
    return rows.order_by().values("pk")[: cap + 1].count()
