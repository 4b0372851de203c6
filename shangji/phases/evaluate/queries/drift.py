"""How the score, the intent and the predicted win rate of one opportunity moved."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import StandingPoint

#: how far back the chart reaches
REACH_DAYS: Final = 180
#: the field of a kind, for who may not see it
FIELDS: Final = {"score": "score", "intent": "intent", "probability": "probability_predicted"}


@dataclass(frozen=True)
class Drift:
    """The points of each kind in the order of time, as far as the actor may see them."""

    since: date
    until: date
    points: dict[str, list[tuple[date, Decimal, str]]]

    @property
    def is_empty(self) -> bool:
        return not any(self.points.values())


def drift_of(actor: Actor, opportunity: Opportunity, *, now: datetime) -> Drift:
    """One query. A value holds until the next one; what stood at the beginning comes along."""
    until = today(now=now)
    since = until - timedelta(days=REACH_DAYS)
    hidden = actor.hidden_fields("opportunity")
    kinds = [kind for kind, name in FIELDS.items() if name not in hidden]
    rows = StandingPoint.objects.filter(opportunity=opportunity, kind__in=kinds)
    points: dict[str, list[tuple[date, Decimal, str]]] = {kind: [] for kind in kinds}
    for kind, on, value, source in rows.order_by("on").values_list("kind", "on", "value", "source"):
        found = points[kind]
        if on <= since:
            found[:] = [(since, value, source)]
        else:
            found.append((on, value, source))
    first = min((found[0][0] for found in points.values() if found), default=since)
    return Drift(max(first, since), until, points)
