"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import (
    competition,
    decision,
    market,
    profit,
    resources,
    scoring,
    work,
)

#: each noun adds its router here
ROUTERS = (
    scoring.router,
    decision.router,
    profit.router,
    work.router,
    market.router,
    competition.router,
    resources.router,
)
