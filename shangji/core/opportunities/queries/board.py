"""The board: columns with sums over all visible cards, forty cards each, this month's outcomes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, Q, QuerySet, Sum

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
from shangji.records.conditions import Node, compile_node
from shangji.records.description import describe
from shangji.records.listing.parts import few_count, sums_by
from shangji.records.sums import ExactSum, exact

#: cards a column shows at first, and more at each "show more"
CARDS = 40
SORTS = ("next_step", "amount")
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


class Weighted(Func):
    """Amount × percent in ten-thousandths, as the roll-up keeps it."""

    output_field = BigIntegerField()
    template = "CAST(ROUND(COALESCE(%(expressions)s, 0) * 100) AS BIGINT)"


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
                part=Sum(Weighted(F("amount") * F("probability"))),
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
        """Every column with its first cards: at most two indexed queries a column."""
        sums = self.sums
        found = []
        for stage in self.stages:
            column = Column(stage, sums.get(stage.pk, Sums()))
            if column.sums.count:
                column.rows = self.cards(stage.pk)
                column.shown = len(column.rows)
            found.append(column)
        return found

    def column(self, stage_id: int) -> Column:
        """One column without its cards: for the head after a move."""
        return Column(stage_by_id(stage_id), self.sums.get(stage_id, Sums()))

    def cards(self, stage_id: int, offset: int = 0) -> list[Row]:
        """Forty cards from `offset` on: dated ones by next step, then those without."""
        rows = self.base.filter(stage_id=stage_id)
        if self.sort == "amount":
            ordered = rows.filter(amount__isnull=False).order_by("-amount", "-pk")
            rest = rows.filter(amount__isnull=True).order_by("-pk")
        else:
            ordered = rows.filter(next_step_on__isnull=False).order_by("next_step_on", "pk")
            rest = rows.filter(next_step_on__isnull=True).order_by("pk")
        found: list[Row] = list(ordered.values(*PATHS, *mark_paths())[offset : offset + CARDS])
        if len(found) < CARDS:
            skip = max(0, offset - ordered.count()) if offset else 0
            found += list(rest.values(*PATHS, *mark_paths())[skip : skip + CARDS - len(found)])
        return found

    def one(self, pk: int) -> Row | None:
        """The row of one card."""
        rows: Iterable[Row] = (
            model_queryset(Opportunity)
            .visible_to(self.actor)
            .filter(pk=pk)
            .values(*PATHS, *mark_paths())
        )
        return next(iter(rows), None)

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
