"""Counts and sums from the roll-up: over all rows a person may see, without touching them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from shangji.core.opportunities.models import StageTotal
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.access.actor import Actor
from shangji.records.sums import exact


@dataclass
class Sums:
    """A count, and per currency the sum and the weighted sum."""

    count: int = 0
    without_step: int = 0
    amount: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    weighted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, other: "Sums") -> None:
        self.count += other.count
        self.without_step += other.without_step
        for currency, amount in other.amount.items():
            self.amount[currency] += amount
        for currency, amount in other.weighted.items():
            self.weighted[currency] += amount


def stage_sums(actor: Actor, *, owner_ids: Iterable[int] | None = None) -> dict[int, Sums]:
    """Sums by stage id over the opportunities the actor sees.

    Args:
        owner_ids: only these owners among them ("mine", one person).
    """
    rows = StageTotal.objects.filter(count__gt=0)
    seen = actor.owner_ids(actor.scope("read", "opportunity"))
    if seen is not None:
        pool = {0} if actor.role.grant("opportunity").pool else set()
        rows = rows.filter(owner_id__in=seen | pool)
    if owner_ids is not None:
        rows = rows.filter(owner_id__in=list(owner_ids))
    sums: dict[int, Sums] = defaultdict(Sums)
    for row in rows.values_list(
        "stage_id", "currency", "count", "amount_e4", "weighted_e4", "without_step"
    ):
        stage_id, currency, count, amount, weighted, without_step = row
        total = sums[stage_id]
        total.count += count
        total.without_step += without_step
        total.amount[currency] += exact(amount)
        total.weighted[currency] += exact(weighted)
    return dict(sums)


def phase_sums(by_stage: dict[int, Sums]) -> dict[str, Sums]:
    """Sums by phase over stages that count there: all but lost ones."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for stage in stages():
        if stage.kind == "open" and stage.pk in by_stage:
            sums[stage.phase].add(by_stage[stage.pk])
    return dict(sums)
