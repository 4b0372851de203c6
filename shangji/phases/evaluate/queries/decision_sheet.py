"""The go / no-go one-pager: one tile for each noun of evaluation, in the order of the tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.phases.evaluate.queries.decision import DecisionLine, Text

LineOf = Callable[[Actor, Opportunity, datetime], DecisionLine | None]


@dataclass(frozen=True)
class DecisionSection:
    """Where a tile comes from; `hint` says how to begin while there is nothing yet."""

    key: str
    label: Text
    hint: Text
    url_name: str
    line: LineOf


@dataclass(frozen=True)
class Tile:
    """A section as the one-pager shows it; without a line the hint stands in its place."""

    key: str
    label: Text
    hint: Text
    url: str
    line: DecisionLine | None


#: scorecard, intent, probability, market, competition, resources, risks, profit: each noun
#: adds its own line, as in pages/sections.py
DECISION_SECTIONS: tuple[DecisionSection, ...] = ()


def decision_tiles(actor: Actor, opportunity: Opportunity, now: datetime) -> list[Tile]:
    """The tiles of an opportunity the actor sees."""
    return [
        Tile(
            key=one.key,
            label=one.label,
            hint=one.hint,
            url=reverse(one.url_name, kwargs={"pk": opportunity.pk}),
            line=one.line(actor, opportunity, now),
        )
        for one in DECISION_SECTIONS
    ]
