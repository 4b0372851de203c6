"""The rows of a list and its totals, over what the actor may see and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Func, QuerySet, Sum
from django.db.models.functions import Cast

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.lib.money import Totals
from shangji.records.conditions import Node, compile_node
from shangji.records.description import Field, RecordDescription
from shangji.records.description import Total as TotalOf
from shangji.records.kinds import Choice, Link, Person
from shangji.records.listing.texts import SqlText, remembered

PAGE_SIZE = 50
#: pages beyond this are not walked to: a filter finds the row sooner
MAX_PAGE = 200
#: group lines on one page
MAX_GROUPS = 40
#: a tab's count stops here and shows "1000+"
COUNT_CAP = 1000

Row = Mapping[str, Any]


class _Whole(Func):
    """The whole part of a decimal column on SQLite, whose decimals are floats."""

    template = "CAST(%(expressions)s AS INTEGER)"
    output_field = BigIntegerField()


class _Fraction(Func):
    """The ten-thousandths of a decimal column on SQLite; whole numbers add up exactly."""

    template = (
        "CAST(ROUND((%(expressions)s - CAST(%(expressions)s AS INTEGER)) * 10000) AS INTEGER)"
    )
    output_field = BigIntegerField()


@dataclass
class Sums:
    """How many rows, and each total's sums by currency, of a list or one of its groups."""

    count: int = 0
    totals: dict[str, Totals] = field(default_factory=dict)
    #: rows per currency, for "1 in US$ kept apart"
    counts: dict[str, int] = field(default_factory=dict)


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

    @cached_property
    def base(self) -> QuerySet[Any]:
        """Visible rows that match. Invalid when a condition does not fit."""
        rows = model_queryset(self.description.model).visible_to(self.actor)
        if self.conditions:
            rows = rows.filter(compile_node(self.description, self.actor, self.conditions))
        return rows

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
        return list(dict.fromkeys(wanted))

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        sort = self.sort or self.description.sort
        down = sort.startswith("-")
        one = self.description.field(sort.removeprefix("-"), self.actor)
        path = F(one.kind.sort_path(one.orm))
        last = {"nulls_last": True} if self._nullable(one) else {}
        first = path.desc(**last) if down else path.asc(**last)
        return rows.order_by(first, "-pk" if down else "pk")

    def rows(self) -> list[Row]:
        """The rows of the page asked for, capped to the pages there are."""
        start = (self.number - 1) * self.size
        found = self.ordered(self.base).values(*self.paths())[start : start + self.size]
        return list(found)

    @cached_property
    def sums(self) -> Sums:
        """Count and totals over all rows that match, in one query."""
        if self.group:
            empty = Sums(totals={one.key: Totals() for one in self.totals})
            return _together(empty, (group.sums for group in self.groups))
        return _read(self._aggregate(()), self.totals)

    @property
    def pages(self) -> int:
        return max(1, -(-self.sums.count // self.size))

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
        path = self.group_path
        found: dict[Any, list[dict[str, Any]]] = {}
        for line in self._aggregate((path,)):
            found.setdefault(line[path], []).append(line)
        groups = [Group(value, _read(lines, self.totals)) for value, lines in found.items()]
        return sorted(groups, key=self._rank())

    def fill(self, groups: Sequence[Group]) -> None:
        """The first rows of each group: one query a group, over the same order."""
        each = max(3, self.size // max(1, len(groups)))
        paths = self.paths()
        for group in groups:
            rows = self.base.filter(**_equals(self.group_path, group.value))
            group.rows = list(self.ordered(rows).values(*paths)[:each])

    @property
    def group_field(self) -> Field:
        return self.description.field(self.group, self.actor)

    @property
    def group_path(self) -> str:
        one = self.group_field
        return f"{one.orm}_id" if isinstance(one.kind, Person | Link) else one.orm

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
        model: Any = self.description.model
        for name in one.kind.sort_path(one.orm).split("__"):
            item = model._meta.get_field(name)
            if item.null:
                return True
            model = item.related_model
        return False

    def _rank(self) -> Any:
        """Groups in the order of their options; people and links by name; none last."""
        kind = self.group_field.kind
        if isinstance(kind, Choice):
            order = {one.value: place for place, one in enumerate(kind.options)}
            return lambda group: order.get(str(group.value), len(order))
        return lambda group: (group.value in (None, ""), -group.sums.count)

    def _aggregate(self, by: tuple[str, ...]) -> list[dict[str, Any]]:
        """Sums over all rows by currency, each as whole numbers or exact decimals."""
        currencies = tuple(dict.fromkeys(one.currency for one in self.totals))
        rows = self.base.order_by()
        sums: dict[str, Any] = {"n": Count("pk")}
        for one in self.totals:
            sums |= _sum(one)
        keys = (*by, *currencies)
        if not keys:
            return [rows.aggregate(**sums)]
        if by:
            return list(rows.values(*keys).annotate(**sums))

        def write() -> SqlText:
            few = rows.values_list(*keys).annotate(**sums).values_list(*keys, *sums)
            sql, params = few.query.get_compiler(connection=connection).as_sql()
            return sql, tuple(params)

        purpose = ("sums", tuple(one.key for one in self.totals))
        try:
            sql, params = remembered(purpose, self.description, self.actor, self.conditions, write)
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [dict(zip((*keys, *sums), row, strict=True)) for row in cursor.fetchall()]


def _equals(path: str, value: Any) -> dict[str, Any]:
    return {f"{path}__isnull": True} if value is None else {path: value}


def _sum(one: TotalOf) -> dict[str, Any]:
    """Exact sums of a total: on SQLite whole parts and ten-thousandths apart."""
    if connection.vendor != "sqlite":
        amount: Any = F(one.path)
        if one.percent:
            amount = amount * F(one.percent)
        return {f"sum_{one.key}": Sum(amount)}
    whole: Any = _Whole(F(one.path))
    part: Any = _Fraction(F(one.path))
    if one.percent:
        percent = Cast(F(one.percent), BigIntegerField())
        whole, part = whole * percent, part * percent
    return {f"sum_{one.key}": Sum(whole), f"part_{one.key}": Sum(part)}


def _read(lines: Iterable[Mapping[str, Any]], totals: Sequence[TotalOf]) -> Sums:
    result = Sums()
    sums: dict[str, list[tuple[str, Decimal]]] = {one.key: [] for one in totals}
    for line in lines:
        result.count += line["n"]
        for one in totals:
            value = line[f"sum_{one.key}"]
            if value is None:
                continue
            amount = Decimal(value) + Decimal(line.get(f"part_{one.key}") or 0) / 10000
            code = line[one.currency] or ""
            sums[one.key].append((code, amount / 100 if one.percent else amount))
        if totals:
            code = line[totals[0].currency] or ""
            result.counts[code] = result.counts.get(code, 0) + line["n"]
    result.totals = {key: Totals(pairs) for key, pairs in sums.items()}
    return result


def _together(result: Sums, parts: Iterable[Sums]) -> Sums:
    for part in parts:
        result.count += part.count
        for code, number in part.counts.items():
            result.counts[code] = result.counts.get(code, 0) + number
        for key, totals in part.totals.items():
            result.totals[key] = result.totals.get(key, Totals()) + totals
    return result


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> int:
    """How many rows, looked at up to one more than `cap`."""
    return rows.order_by().values("pk")[: cap + 1].count()
