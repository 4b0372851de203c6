"""How opportunities flow from phase to phase."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncWeek

from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.phases import PHASE_KEYS
from shangji.lib.values import dataclass

WEEKS = 8
DAYS = 90


@dataclass(frozen=True)
class PhaseFlow:
    """Movement out of one phase in the period, and arrivals week by week.

    `forward` of `left` went on to a later phase; the rate is None when nothing left. In the
    last phase `left` is what lies there, `forward` those of it that a new opportunity followed.
    `arrivals` are counts of the last eight weeks, oldest first.
    """

    phase: str
    left: int
    forward: int
    arrivals: Sequence[int]

    @property
    def rate(self) -> float | None:
        return self.forward / self.left if self.left else None


def phase_flow(actor: Actor, now: datetime) -> dict[str, PhaseFlow]:
    """Flow of the last 90 days by phase, over the opportunities the actor sees.

    Leaving means: the stay in the phase ended by a move into another phase or into a lost
    stage. Undone moves are left out.
    """
    since = now - timedelta(days=DAYS)
    phase_of = {one.pk: (one.phase, one.kind) for one in stages()}
    seen = model_queryset(Opportunity).visible_to(actor)
    rows = (
        StageMove.objects.filter(entered_at__gte=since, is_undo=False, opportunity__in=seen)
        .annotate(week=TruncWeek("entered_at"))
        .values_list("from_stage_id", "stage_id", "week")
        .annotate(n=Count("pk"))
    )
    left: dict[str, int] = defaultdict(int)
    forward: dict[str, int] = defaultdict(int)
    weekly: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for from_id, to_id, week, n in rows:
        target = phase_of.get(to_id)
        source = phase_of.get(from_id) if from_id else None
        if target is None:
            continue
        age = (now - week).days // 7
        if source is None or source[0] != target[0]:
            weekly[target[0]][age] += n
        if source is None or source[1] != "open":  # a decided stage was counted when it decided
            continue
        if source[0] == target[0] and target[1] == "open":
            continue
        left[source[0]] += n
        if target[1] == "won" or (target[1] == "open" and _later(source[0], target[0])):
            forward[source[0]] += n
    last = PHASE_KEYS[-1]
    left[last] = seen.filter(phase=last).count()
    again = seen.filter(parent__phase=last, parent__in=seen, created_at__gte=since)
    forward[last] = again.aggregate(n=Count("parent", distinct=True))["n"]
    return {
        key: PhaseFlow(
            key,
            left[key],
            forward[key],
            [weekly[key][age] for age in range(WEEKS - 1, -1, -1)],
        )
        for key in PHASE_KEYS
    }


def _later(source: str, target: str) -> bool:
    return PHASE_KEYS.index(target) > PHASE_KEYS.index(source)
