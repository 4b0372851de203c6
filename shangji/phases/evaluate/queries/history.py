"""This workspace's own wins and losses, as far as the actor sees them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractQuarter, ExtractYear

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.statistics import Share, share_of
from shangji.lib.values import dataclass

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class WinRate:
    """Won of decided; `share` is None below the stated sample, and the counts stand alone."""

    won: int
    decided: int
    minimum: int

    @property
    def lost(self) -> int:
        return self.decided - self.won

    @property
    def share(self) -> Share | None:
        return share_of(self.won, self.decided, self.minimum)


def win_rate(actor: Actor, *, since: date, until: date, minimum: int) -> WinRate:
    """Of the opportunities decided in a period (both days included)."""
    found = (
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(closed_on__gte=since, closed_on__lte=until, status__in=("won", "lost"))
        .aggregate(won=Count("pk", filter=Q(status="won")), decided=Count("pk"))
    )
    return WinRate(found["won"], found["decided"], minimum)


def win_rates_against(
    actor: Actor, *, since: date | None, until: date, minimum: int
) -> dict[int, WinRate]:
    """The same for each competitor, of the deals that name it; by the competitor's id."""
    rows = _decided(actor, since, until).values("competitors__competitor")
    counted = rows.annotate(won=Count("pk", filter=Q(status="won")), decided=Count("pk"))
    return {
        row["competitors__competitor"]: WinRate(row["won"], row["decided"], minimum)
        for row in counted.order_by()
    }


def win_rates_by_quarter(
    actor: Actor, competitor_id: int, *, since: date, until: date, minimum: int
) -> list[tuple[int, int, WinRate]]:
    """(year, quarter, rate) against one competitor, oldest first."""
    rows = (
        _decided(actor, since, until)
        .filter(competitors__competitor=competitor_id)
        .annotate(year=ExtractYear("closed_on"), quarter=ExtractQuarter("closed_on"))
        .values("year", "quarter")
        .annotate(won=Count("pk", filter=Q(status="won")), decided=Count("pk"))
        .order_by("year", "quarter")
    )
    return [
        (row["year"], row["quarter"], WinRate(row["won"], row["decided"], minimum)) for row in rows
    ]


def open_against(actor: Actor, ids: Iterable[int]) -> dict[int, int]:
    """How many open deals name each competitor."""
    rows = (
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(status="open", competitors__competitor__in=list(ids))
        .values("competitors__competitor")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {row["competitors__competitor"]: row["n"] for row in rows}


def _decided(actor: Actor, since: date | None, until: date) -> Any:
    rows = (
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(
            closed_on__lte=until,
            status__in=("won", "lost"),
            competitors__competitor__deleted_at=None,
            competitors__isnull=False,
        )
    )
    return rows if since is None else rows.filter(closed_on__gte=since)
