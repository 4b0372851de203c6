"""What evaluation does by itself: one file per noun, found when Shangji starts."""

from shangji.phases.evaluate.jobs import decision, risk, scoring

__all__ = ["decision", "risk", "scoring"]
