"""What the record engine may know of evaluation: one file per noun."""

from shangji.phases.evaluate.record.assessment import ASSESSMENT
from shangji.phases.evaluate.record.capacity import (
    ABSENCE,
    BOOKING,
    DEMAND,
    SKILL,
    SPECIALIST,
    SPECIALIST_SKILL,
)
from shangji.phases.evaluate.record.competition import (
    BATTLECARD,
    COMPETITOR,
    RIVAL_CRITERION,
    RIVAL_FINDING,
    RIVAL_PRICE,
)
from shangji.phases.evaluate.record.market import MARKET, MARKET_INPUT, OPPORTUNITY_MARKET
from shangji.phases.evaluate.record.profit import PROFIT_FORECAST
from shangji.phases.evaluate.record.scoring import COMPARE
from shangji.phases.evaluate.record.standing import STANDING_FIELDS

#: in the order in which settings list them
FEASIBILITY = (
    MARKET,
    MARKET_INPUT,
    COMPETITOR,
    BATTLECARD,
    RIVAL_CRITERION,
    RIVAL_FINDING,
    RIVAL_PRICE,
    SKILL,
    SPECIALIST,
    SPECIALIST_SKILL,
    ABSENCE,
    DEMAND,
    BOOKING,
)

__all__ = [
    "ASSESSMENT",
    "COMPARE",
    "FEASIBILITY",
    "OPPORTUNITY_MARKET",
    "PROFIT_FORECAST",
    "STANDING_FIELDS",
]
