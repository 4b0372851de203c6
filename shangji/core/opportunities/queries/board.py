"""The board: columns with sums over all visible cards, forty cards each, this month's outcomes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Q, QuerySet, Sum

from shangji.core.opportunities.models import Opportunity, Pipeline, Stage
from shangji.core.opportunities.queries.marks import mark_paths
from shangji.core.opportunities.queries.pipelines import (
    default_pipeline,
    pipelines,
    stage_by_id,
    stages,
)
from shangji.core.opportunities.queries.totals import RollUp, Sums
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today
from shangji.lib.dates import month_range
from shangji.lib.values import dataclass
from shangji.records.conditions import Node, compile_node
from shangji.records.description import describe
from shangji.records.listing.parts import SqlText, few_count, first_ids, parts_of, sums_by
from shangji.records.sums import ExactSum, Weighted, exact

#: cards a column shows at first, and more at each "show more"
CARDS = 40
#: what cards are ordered by, then the order of (id, key), of those with a key and without
_ORDERS = {
    "next_step": ("next_step_on", "2, 1", "1"),
    "amount": ("amount", "2 DESC, 1 DESC", "1 DESC"),
}
SORTS = tuple(_ORDERS)
#: what a card is drawn from
PATHS = (
    "pk",
    "version",
    "name",
    "stage_id",
    "account_id",
    "account__name",
    "owner_id",
    "owner__name",
    "amount",
    "currency",
    "expected_close_on",
    "next_step",
    "next_step_on",
    "next_step_time",
    "push_count",
    "last_contact_at",
    "status",
)

Row = Mapping[str, Any]


@dataclass
class Column:
    """One stage: its sums over all cards, the first cards, how many more there are."""

    stage: Stage
    sums: Sums
    rows: list[Row] = field(default_factory=list)
    shown: int = 0

    @property
    def more(self) -> int:
        return max(0, self.sums.count - self.shown)


@dataclass
class Zone:
    """Where deals are won or lost, with this month's count and sums."""

    stage: Stage
    sums: Sums

    @property
    def lines(self) -> list[tuple[str, Decimal]]:
        """Currency and sum, as a template reads them."""
        return sorted(self.sums.amount.items())


@dataclass
class BoardQuery:
    """A board as the address asks for it: a phase or all of a pipeline, filtered or not.

    `conditions` are of the record engine; `owner_in` "me" alone reads the roll-up.
    """

    actor: Actor
    now: datetime
    phase: str = ""
    pipeline_id: int | None = None
    conditions: Sequence[Node] = ()
    sort: str = "next_step"
    #: shared with the boards of the tabs, which differ in their filter only
    rollup: RollUp = field(init=False)

    def __post_init__(self) -> None:
        self.rollup = RollUp(self.actor)

    def filtered(self, conditions: Sequence[Node]) -> "BoardQuery":
        """The same board under another filter; what is summed up is asked once."""
        other = replace(self, conditions=conditions)
        other.rollup = self.rollup
        return other

    @property
    def pipeline(self) -> Pipeline:
        found = [one for one in self.pipelines if one.pk == self.pipeline_id]
        return found[0] if found else self.pipelines[0]

    @property
    def pipelines(self) -> list[Pipeline]:
        """Pipelines that have an open stage here, the default one first."""
        here = {one.pipeline_id for one in stages(phase=self.phase) if one.kind == Stage.OPEN}
        first = default_pipeline()
        others = [one for one in pipelines() if one.pk in here and one.pk != first.pk]
        return [first, *others] if first.pk in here or not others else others

    @property
    def stages(self) -> list[Stage]:
        return [one for one in stages(self.pipeline.pk, phase=self.phase) if one.kind == Stage.OPEN]

    @property
    def closing(self) -> list[Stage]:
        """Drop zones: nothing is decided in maintain, and won only where deals are made."""
        if self.phase == "maintain":
            return []
        kinds = ("won", "lost") if self.phase in ("", "convert") else ("lost",)
        found = stages(self.pipeline.pk)
        return [one for kind in kinds for one in found if one.kind == kind][: len(kinds)]

    @property
    def base(self) -> QuerySet[Any]:
        """Visible rows that match. Invalid when a condition does not fit."""
        rows: QuerySet[Any] = model_queryset(Opportunity).visible_to(self.actor)
        if self.conditions:
            rows = rows.filter(compile_node(describe("opportunity"), self.actor, self.conditions))
        return rows

    @cached_property
    def sums(self) -> dict[int, Sums]:
        """Sums by stage id: from the roll-up, or counted where the address filters."""
        if not self.conditions:
            return self.rollup.by_stage()
        if self.is_mine:
            return self.rollup.by_stage(mine=True)
        return self._counted(self.base.filter(stage__in=[one.pk for one in self.stages]))

    @property
    def is_mine(self) -> bool:
        return [one.text for one in self.conditions] == ["owner.in.me"]

    @staticmethod
    def _counted(rows: QuerySet[Any]) -> dict[int, Sums]:
        found: dict[int, Sums] = defaultdict(Sums)
        lines = (
            rows.order_by()
            .values("stage_id", "currency")
            .annotate(
                n=Count("pk"),
                total=ExactSum("amount"),
                part=Sum(Weighted("amount", "probability")),
                bare=Count("pk", filter=Q(next_step="")),
            )
        )
        for line in lines:
            sums = found[line["stage_id"]]
            sums.count += line["n"]
            sums.without_step += line["bare"]
            sums.amount[line["currency"]] += exact(line["total"])
            sums.weighted[line["currency"]] += exact(line["part"])
        return dict(found)

    def columns(self) -> list[Column]:
        """Every column with its first cards: a walk along an index for each, one query for all
        rows."""
        sums = self.sums
        columns = [Column(stage, sums.get(stage.pk, Sums())) for stage in self.stages]
        ids = {one.stage.pk: self._ids(one.stage.pk) for one in columns if one.sums.count}
        rows = self._rows([pk for some in ids.values() for pk in some])
        for column in columns:
            here = ids.get(column.stage.pk, [])
            column.rows = [rows[pk] for pk in here if pk in rows]
            column.shown = len(column.rows)
        return columns

    def column(self, stage_id: int) -> Column:
        """One column without its cards: for the head after a move."""
        return Column(stage_by_id(stage_id), self.sums.get(stage_id, Sums()))

    def cards(self, stage_id: int, offset: int = 0) -> list[Row]:
        """Forty cards from `offset` on: dated ones by next step, then those without."""
        ids = self._ids(stage_id, offset)
        rows = self._rows(ids)
        return [rows[pk] for pk in ids if pk in rows]

    def _ids(self, stage_id: int, offset: int = 0) -> list[int]:
        here = Q(stage_id=stage_id)
        if self.conditions:
            here &= compile_node(describe("opportunity"), self.actor, self.conditions)
        key, order, last_order = _ORDERS[self.sort]

        def parts(is_without: bool) -> list[SqlText]:
            these = here & Q(**{f"{key}__isnull": is_without})
            return parts_of(Opportunity, self.actor, these, ("pk", key))

        try:
            return first_ids(
                parts(False), order, CARDS, offset, last=parts(True), last_order=last_order
            )
        except EmptyResultSet:
            return []

    def _rows(self, ids: Sequence[int]) -> dict[int, Row]:
        if not ids:
            return {}
        rows = model_queryset(Opportunity).visible_to(self.actor).filter(pk__in=ids)
        return {row["pk"]: row for row in rows.values(*PATHS, *mark_paths())}

    def one(self, pk: int) -> Row | None:
        """The row of one card."""
        return self._rows([pk]).get(pk)

    def zones(self) -> list[Zone]:
        """Won and lost this month among what the actor sees, whatever the filter."""
        closing = self.closing
        if not closing:
            return []
        days = month_range(today(now=self.now))
        by_status: dict[str, Sums] = defaultdict(Sums)
        for (status, currency), n, total in sums_by(
            Opportunity,
            self.actor,
            Q(closed_on__gte=days.start, closed_on__lt=days.end),
            ("status", "currency"),
        ):
            by_status[status].count += n
            by_status[status].amount[currency] += total
        return [Zone(stage, by_status.get(stage.kind, Sums())) for stage in closing]

    def count(self, limit: int) -> int:
        """How many rows match in the columns, looked at up to one more than a limit."""
        # what stands in an open stage is open, or won and kept: that walks an owner's indexes
        here = Q(stage__in=[one.pk for one in self.stages], status__in=("open", "won"))
        matching = compile_node(describe("opportunity"), self.actor, self.conditions)
        return few_count(Opportunity, self.actor, here & matching, limit)
