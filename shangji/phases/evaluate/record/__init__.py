"""What the record engine may know of evaluation: one file per noun."""

from shangji.phases.evaluate.record.scoring import COMPARE
from shangji.phases.evaluate.record.standing import STANDING_FIELDS

__all__ = ["COMPARE", "STANDING_FIELDS"]
