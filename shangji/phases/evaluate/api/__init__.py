"""Doors of evaluation for other programs: one file per noun."""

from shangji.phases.evaluate.api import work

#: each noun adds its router here
ROUTERS = (work.router,)
