"""What evaluation does by itself: one file per noun, found when Shangji starts."""

from shangji.phases.evaluate.jobs import intent, risk, win_model

__all__ = ["intent", "risk", "win_model"]
