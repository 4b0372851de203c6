"""The spine: one file per noun."""

from shangji.core.opportunities.models.hanging import HangingQuerySet, HangingRecord
from shangji.core.opportunities.models.opportunity import Opportunity
from shangji.core.opportunities.models.parts import (
    Competitor,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
)
from shangji.core.opportunities.models.pipeline import Pipeline, Reason, Stage
from shangji.core.opportunities.models.snooze import Snooze
from shangji.core.opportunities.models.stage_move import StageMove
from shangji.core.opportunities.models.stage_total import StageTotal

__all__ = [
    "Competitor",
    "HangingQuerySet",
    "HangingRecord",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityLine",
    "OpportunityPerson",
    "Pipeline",
    "Reason",
    "Snooze",
    "Stage",
    "StageMove",
    "StageTotal",
]
