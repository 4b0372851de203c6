"""What evaluation does by itself: one file per noun, found when Shangji starts."""

from shangji.phases.evaluate.jobs import decision, risk

__all__ = ["decision", "risk"]
