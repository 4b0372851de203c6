"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.assessment import Assessment
from shangji.phases.evaluate.models.scorecard import Scorecard, ScorecardVersion
from shangji.phases.evaluate.models.standing import Standing, StandingPoint

__all__ = ["Assessment", "Scorecard", "ScorecardVersion", "Standing", "StandingPoint"]
