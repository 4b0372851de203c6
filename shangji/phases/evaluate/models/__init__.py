"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.assessment import Assessment
from shangji.phases.evaluate.models.decision import Decision, DecisionPolicy
from shangji.phases.evaluate.models.profit import ProfitForecast
from shangji.phases.evaluate.models.risk import Risk
from shangji.phases.evaluate.models.scorecard import Scorecard, ScorecardVersion
from shangji.phases.evaluate.models.standing import Standing, StandingPoint

__all__ = [
    "Assessment",
    "Decision",
    "DecisionPolicy",
    "ProfitForecast",
    "Risk",
    "Scorecard",
    "ScorecardVersion",
    "Standing",
    "StandingPoint",
]
