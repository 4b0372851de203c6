"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.decision import Decision, DecisionPolicy
from shangji.phases.evaluate.models.profit import ProfitForecast
from shangji.phases.evaluate.models.risk import Risk
from shangji.phases.evaluate.models.standing import Standing, StandingPoint

__all__ = [
    "Decision",
    "DecisionPolicy",
    "ProfitForecast",
    "Risk",
    "Standing",
    "StandingPoint",
]
