"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.standing import Standing, StandingPoint
from shangji.phases.evaluate.models.work_order import WorkOrder

__all__ = ["Standing", "StandingPoint", "WorkOrder"]
