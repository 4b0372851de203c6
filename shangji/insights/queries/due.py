"""How much of the queue cannot wait: the number beside Today, in one query."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, Func, IntegerField, OuterRef, Subquery
from django.db.models import Value as V
from django.db.models.functions import Cast, Concat

from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import Opportunity, Snooze
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today
from shangji.insights.queries.queue import FAULTS, LIMIT


def due_count(actor: Actor, now: datetime) -> int:
    """Rows of the actor's queue with a deadline or due today, as `work_queue` groups them: next
    steps and activities due, opportunities without a step; none that is put off. What the queue
    does not read (more than 60 steps, more than 15 faults) is not counted either."""
    if actor.user_id is None:
        return 0
    day, own = today(now=now), sorted(actor.owner_ids(Scope.OWN) or ())
    asleep = Snooze.objects.filter(user_id=actor.user_id, until_on__gt=day)

    def awake(rows: Any, kind: str, part: str) -> Subquery:
        subject = Concat(V(f"{kind}:"), Cast(OuterRef("pk"), CharField()), V(f":{part}"))
        left = rows.filter(~Exists(asleep.filter(subject=subject))).order_by()
        # an aggregate of the whole, without a GROUP BY
        count = left.annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        return Subquery(count.values("n"))

    deals = model_queryset(Opportunity).visible_to(actor).filter(status="open")
    mine = model_queryset(Opportunity).visible_of(actor, own)
    todo = model_queryset(Activity).visible_to(actor).filter(owner_id__in=own, done_at=None)
    steps = deals.filter(next_step_owner_id__in=own, next_step_on__lte=day).exclude(next_step="")
    counts = User.objects.filter(pk=actor.user_id).values_list(
        awake(steps, "opportunity", "step"),
        awake(mine.filter(status="open", next_step=""), "opportunity", "no_step"),
        awake(todo.filter(due_on__lte=day), "activity", "due"),
    )
    # nothing where the role sees none of a kind
    steps_due, without, todo_due = (count or 0 for count in counts.first() or (0, 0, 0))
    return min(steps_due, LIMIT) + min(without, FAULTS) + min(todo_due, LIMIT)
