"""What the settings pages show of pipelines, stages, reasons, competitors, channels."""

from collections import defaultdict
from dataclasses import field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.choices import FORECASTS
from shangji.core.opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    Pipeline,
    Reason,
    Stage,
)
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_right
from shangji.lib.values import dataclass
from shangji.records.sums import ExactSum, Weighted, exact

RIGHT = "settings.pipelines"
_FORECAST = {one.value: one.label for one in FORECASTS}


@dataclass
class StageLine:
    """A stage with how many opportunities stand in it now, the bin left out."""

    stage: Stage
    count: int

    @property
    def forecast(self) -> Any:
        """Its forecast category in words."""
        return _FORECAST.get(self.stage.forecast, self.stage.forecast)


@dataclass
class PipelineLines:
    pipeline: Pipeline
    stages: list[StageLine] = field(default_factory=list)


def pipelines_with_stages(actor: Actor) -> list[PipelineLines]:
    """Every pipeline with all its stages, retired ones included."""
    require_right(actor, RIGHT)
    here = dict(
        Opportunity.objects.filter(deleted_at=None)
        .order_by()
        .values_list("stage_id")
        .annotate(n=Count("pk"))
    )
    found = {row.pk: PipelineLines(row) for row in Pipeline.objects.filter(deleted_at=None)}
    for stage in Stage.objects.filter(deleted_at=None).order_by("position", "id"):
        if stage.pipeline_id in found:
            found[stage.pipeline_id].stages.append(StageLine(stage, here.get(stage.pk, 0)))
    return list(found.values())


@dataclass(frozen=True)
class RateEffect:
    """What another default rate does to the weighted value of a stage, in one currency."""

    currency: str
    count: int
    amount: Decimal
    before: Decimal
    after: Decimal


def rate_effect(actor: Actor, stage: Stage, percent: int) -> list[RateEffect]:
    """Weighted value before and after, over open opportunities without a hand-set rate."""
    require_right(actor, RIGHT)
    lines = (
        Opportunity.objects.filter(stage=stage, deleted_at=None, probability_manual=None)
        .filter(status="open")
        .order_by()
        .values("currency")
        .annotate(
            n=Count("pk"),
            total=ExactSum("amount"),
            part=Sum(Weighted("amount", "probability")),
        )
    )
    return [
        RateEffect(
            line["currency"],
            line["n"],
            exact(line["total"]),
            exact(line["part"]),
            weighted(exact(line["total"]), percent),
        )
        for line in lines
    ]


@dataclass
class ReasonLines:
    reason: Reason
    count: int
    children: list[tuple[Reason, int]] = field(default_factory=list)


def reason_lines(actor: Actor) -> dict[str, list[ReasonLines]]:
    """Reasons in two levels by outcome, with how often each was given."""
    require_right(actor, RIGHT)
    used = dict(
        Opportunity.objects.filter(close_reason__isnull=False)
        .order_by()
        .values_list("close_reason_id")
        .annotate(n=Count("pk"))
    )
    found: dict[str, list[ReasonLines]] = {"won": [], "lost": []}
    children: dict[int, list[tuple[Reason, int]]] = defaultdict(list)
    rows = list(Reason.objects.filter(deleted_at=None))
    for row in rows:
        if row.parent_id is not None:
            children[row.parent_id].append((row, used.get(row.pk, 0)))
    for row in rows:
        if row.parent_id is None:
            found[row.outcome].append(ReasonLines(row, used.get(row.pk, 0), children[row.pk]))
    return found


def competitor_lines(actor: Actor) -> list[tuple[Competitor, int]]:
    """Competitors by name, with how many opportunities name them."""
    require_right(actor, RIGHT)
    used = dict(
        OpportunityCompetitor.objects.order_by()
        .values_list("competitor_id")
        .annotate(n=Count("pk"))
    )
    rows = Competitor.objects.filter(deleted_at=None)
    return [(row, used.get(row.pk, 0)) for row in rows]


def channel_lines(actor: Actor) -> list[tuple[Channel, int]]:
    """Channels in order, with how many touches came through each."""
    require_right(actor, RIGHT)
    used = dict(Touch.objects.order_by().values_list("channel_id").annotate(n=Count("pk")))
    return [(row, used.get(row.pk, 0)) for row in Channel.objects.filter(deleted_at=None)]


def setting_row(actor: Actor, model: Any, pk: int) -> Any:
    """One row of a settings list. Forbidden without the right, NotFound without the row."""
    require_right(actor, RIGHT)
    return get_visible(model, actor, pk)
