"""Named actions of opportunities for other programs: one file per noun."""

from ninja import Router

from shangji.core.opportunities.api.lists import router as lists
from shangji.core.opportunities.api.many import router as many
from shangji.core.opportunities.api.moves import router as moves
from shangji.core.opportunities.api.parts import router as parts

router = Router(tags=["Opportunities"])
for _part in (moves, many, parts, lists):
    router.add_router("", _part)

__all__ = ["router"]
