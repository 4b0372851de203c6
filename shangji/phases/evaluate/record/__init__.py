"""What the record engine may know of evaluation: one file per noun."""

from shangji.phases.evaluate.record.standing import STANDING_FIELDS

__all__ = ["STANDING_FIELDS"]
