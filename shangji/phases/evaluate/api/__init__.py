"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import chances, competition, market, resources, work

#: each noun adds its router here
ROUTERS = (
    work.router,
    chances.router,
    market.router,
    competition.router,
    resources.router,
)
