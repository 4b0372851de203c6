"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.assessment import Assessment
from shangji.phases.evaluate.models.capacity import (
    Absence,
    Skill,
    Specialist,
    SpecialistSkill,
    SpecialistWeek,
)
from shangji.phases.evaluate.models.competition import (
    Battlecard,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
)
from shangji.phases.evaluate.models.decision import Decision, DecisionPolicy
from shangji.phases.evaluate.models.demand import Booking, Demand
from shangji.phases.evaluate.models.intent import IntentRule
from shangji.phases.evaluate.models.market import Market, MarketChoice, MarketInput
from shangji.phases.evaluate.models.profit import ProfitForecast
from shangji.phases.evaluate.models.risk import Risk
from shangji.phases.evaluate.models.scorecard import Scorecard, ScorecardVersion
from shangji.phases.evaluate.models.standing import Standing, StandingPoint
from shangji.phases.evaluate.models.win_model import WinModel
from shangji.phases.evaluate.models.work_order import WorkOrder

__all__ = [
    "Absence",
    "Assessment",
    "Battlecard",
    "Booking",
    "Decision",
    "DecisionPolicy",
    "Demand",
    "IntentRule",
    "Market",
    "MarketChoice",
    "MarketInput",
    "ProfitForecast",
    "Risk",
    "RivalCriterion",
    "RivalFinding",
    "RivalPrice",
    "Scorecard",
    "ScorecardVersion",
    "Skill",
    "Specialist",
    "SpecialistSkill",
    "SpecialistWeek",
    "Standing",
    "StandingPoint",
    "WinModel",
    "WorkOrder",
]
