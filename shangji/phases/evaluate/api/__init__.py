"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import competition, decision, market, profit, resources, work

#: each noun adds its router here
ROUTERS = (
    decision.router,
    profit.router,
    work.router,
    market.router,
    competition.router,
    resources.router,
)
