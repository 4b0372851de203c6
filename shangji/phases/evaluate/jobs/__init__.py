"""What evaluation does by itself: one file per noun, found when Shangji starts."""

from shangji.phases.evaluate.jobs import decision, intent, risk, scoring, win_model

__all__ = ["decision", "intent", "risk", "scoring", "win_model"]
