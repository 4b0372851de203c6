"""Rows of evaluation for tests and samples, without the ledger: one file per noun."""

from shangji.phases.evaluate.factories.capacity import make_demand, make_skill, make_specialist
from shangji.phases.evaluate.factories.deals import (
    make_assessment,
    make_decision,
    make_forecast,
    make_risk,
)

__all__ = [
    "make_assessment",
    "make_decision",
    "make_demand",
    "make_forecast",
    "make_risk",
    "make_skill",
    "make_specialist",
]
