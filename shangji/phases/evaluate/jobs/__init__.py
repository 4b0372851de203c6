"""Work of evaluation outside the request: one file per noun."""

from shangji.phases.evaluate.jobs import intent, win_model

__all__ = ["intent", "win_model"]
