"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import scoring, work

#: each noun adds its router here
ROUTERS = (scoring.router, work.router)
