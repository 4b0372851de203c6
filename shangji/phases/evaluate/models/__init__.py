"""What evaluation keeps: one file per noun."""

from shangji.phases.evaluate.models.standing import Standing, StandingPoint

__all__ = ["Standing", "StandingPoint"]
