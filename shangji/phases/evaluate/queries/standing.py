"""Where one opportunity stands, read once a page; and rows of many opportunities at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Standing, StandingPoint

#: days over which a change of the score is told
MONTH = 30
#: so many ids that lie within so many times their number are read as a range
NEAR_FROM, NEAR = 300, 3


@dataclass(frozen=True)
class Stood:
    """The present values, with the version of the card that gave the score; and the score a
    month ago, None when there was none."""

    standing: Standing
    month_ago: Decimal | None


def stood(opportunity: Opportunity, now: datetime) -> Stood | None:
    """The standing of a visible opportunity: one query for all parts of a page, kept with the
    record; None where nothing was ever worked out."""
    kept: dict[str, Stood | None] = opportunity.__dict__
    if "_stood" not in kept:
        kept["_stood"] = _read(opportunity.pk, now)
    return kept["_stood"]


def _read(pk: int, now: datetime) -> Stood | None:
    before = StandingPoint.objects.filter(
        opportunity=OuterRef("pk"),
        kind=StandingPoint.SCORE,
        on__lte=today(now=now) - timedelta(days=MONTH),
    ).order_by("-on")
    row = (
        Standing.objects.filter(pk=pk)
        .select_related("score_version")
        .annotate(month_ago=Subquery(before.values("value")[:1]))
        .first()
    )
    return None if row is None else Stood(row, row.month_ago)


def within(path: str, ids: Sequence[int]) -> Q:
    """Rows of these ids: as a range where they lie close together (a chunk of a whole table),
    which spares thousands of parameters. A range may let others in: look before you use them."""
    if len(ids) > NEAR_FROM and max(ids) - min(ids) < NEAR * len(ids):
        return Q(**{f"{path}__gte": min(ids), f"{path}__lte": max(ids)})
    return Q(**{f"{path}__in": list(ids)})
