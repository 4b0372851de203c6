"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import (
    chances,
    competition,
    decision,
    market,
    profit,
    resources,
    risk,
    scoring,
    work,
)

#: each noun adds its router here
ROUTERS = (
    scoring.router,
    decision.router,
    profit.router,
    work.router,
    chances.router,
    market.router,
    competition.router,
    resources.router,
    risk.router,
)
