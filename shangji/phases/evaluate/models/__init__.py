"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.assessment import Assessment
from shangji.phases.evaluate.models.decision import Decision, DecisionPolicy
from shangji.phases.evaluate.models.intent import IntentRule
from shangji.phases.evaluate.models.profit import ProfitForecast
from shangji.phases.evaluate.models.risk import Risk
from shangji.phases.evaluate.models.scorecard import Scorecard, ScorecardVersion
from shangji.phases.evaluate.models.standing import Standing, StandingPoint
from shangji.phases.evaluate.models.win_model import WinModel

__all__ = [
    "Assessment",
    "Decision",
    "DecisionPolicy",
    "IntentRule",
    "ProfitForecast",
    "Risk",
    "Scorecard",
    "ScorecardVersion",
    "Standing",
    "StandingPoint",
    "WinModel",
]
