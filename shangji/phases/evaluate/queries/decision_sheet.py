"""The go / no-go one-pager: one tile for each noun of evaluation, in the order of the tabs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.phases.evaluate.queries import (
    assessments,
    feasibility_lines,
    intent_sheet,
    probability,
    profit,
    risk,
)
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
DECISION_SECTIONS: tuple[DecisionSection, ...] = (
    DecisionSection(
        "scorecard",
        _("Scorecard"),
        _("Assess it on the scorecard: a few questions, each from 0 to 10."),
        "evaluate:scorecard",
        assessments.decision_line,
    ),
    DecisionSection(
        "intent",
        _("Intent"),
        _("Touches by people and done activities begin it"),
        "evaluate:intent",
        intent_sheet.decision_line,
    ),
    DecisionSection(
        "probability",
        _("Win probability"),
        _("Learned from your own history, from 100 decided opportunities on"),
        "evaluate:probability",
        probability.decision_line,
    ),
    DecisionSection(
        "market",
        _("Market"),
        _("Choose the market it belongs to, and see how much there is to win."),
        "evaluate:market",
        feasibility_lines.market_line,
    ),
    DecisionSection(
        "competition",
        _("Competition"),
        _("Name who else is after it, when somebody is."),
        "evaluate:competition",
        feasibility_lines.competition_line,
    ),
    DecisionSection(
        "resources",
        _("Resources"),
        _("Say what delivering it takes, and see who could do it."),
        "evaluate:resources",
        feasibility_lines.resources_line,
    ),
    DecisionSection(
        "risks",
        _("Risks"),
        _("Say what could go wrong, and who keeps an eye on it."),
        "evaluate:risks_of",
        risk.decision_line,
    ),
    DecisionSection(
        "profit",
        _("Profit"),
        _("Enter income and costs by month; NPV and the odds of a loss follow."),
        "evaluate:profit",
        profit.decision_line,
    ),
)


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


def snapshot_of(actor: Actor, opportunity: Opportunity, now: datetime) -> dict[str, Any]:
    """The figures as they stand, for a decision to keep: as shown, in the decider's language."""
    return {
        "version": 1,
        "lines": [
            {
                "key": tile.key,
                "label": str(tile.label),
                "figure": str(tile.line.figure),
                "words": str(tile.line.words),
                "tone": tile.line.tone,
            }
            for tile in decision_tiles(actor, opportunity, now)
            if tile.line is not None
        ],
    }
