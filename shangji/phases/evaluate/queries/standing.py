"""Standings of many opportunities at once, and the one row of an opportunity's page."""

from collections.abc import Sequence

from django.db.models import Q

#: so many ids that lie within so many times their number are read as a range
NEAR_FROM, NEAR = 300, 3


def within(path: str, ids: Sequence[int]) -> Q:
    """Rows of these ids: as a range where they lie close together (a chunk of a whole table),
    which spares thousands of parameters. A range may let others in: look before you use them."""
    if len(ids) > NEAR_FROM and max(ids) - min(ids) < NEAR * len(ids):
        return Q(**{f"{path}__gte": min(ids), f"{path}__lte": max(ids)})
    return Q(**{f"{path}__in": list(ids)})
