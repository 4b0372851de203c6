"""Reads around decisions: what stands, who may approve, where each verdict leads."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.queries.exits import Gap
from shangji.core.opportunities.queries.pipelines import stage_by_id, stages
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.people.models import User
from shangji.foundation.people.queries import leader_of
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Invalid
from shangji.lib.phases import PHASE_KEYS
from shangji.phases.evaluate.models import Decision
from shangji.phases.evaluate.queries.policy import decision_policy, leaves_evaluation, reaches

APPROVE = "decisions.approve"
#: phases a go may lead into; evaluate itself holds "Qualified"
_AHEAD = PHASE_KEYS[PHASE_KEYS.index("evaluate") :]


def decisions_of(actor: Actor, opportunity: Opportunity) -> QuerySet[Decision]:
    """All decisions of an opportunity, newest first."""
    rows: QuerySet[Decision] = model_queryset(Decision).visible_to(actor)
    return (
        rows.filter(opportunity=opportunity)
        .select_related("asked_by", "decided_by", "lost_reason")
        .order_by("-id")
    )


def waiting_decision(actor: Actor, opportunity: Opportunity) -> Decision | None:
    """The one that waits for approval."""
    return decisions_of(actor, opportunity).filter(state=Decision.ASKED).first()


def standing_decision(opportunity: Opportunity) -> Decision | None:
    """The latest decision that took effect and was not undone."""
    rows = Decision.objects.alive().filter(opportunity=opportunity.pk, state=Decision.DECIDED)
    return rows.order_by("-decided_at", "-id").first()


def decision_gaps_before(opportunity: Opportunity, stage: Stage, now: datetime) -> list[Gap]:
    """The exit check: a large opportunity goes on as it was decided."""
    if not leaves_evaluation(opportunity, stage):
        return []
    if not reaches(opportunity, decision_policy().decision_over, today(now=now)):
        return []
    found = standing_decision(opportunity)
    verdict = found.verdict if found is not None and found.returned_at is None else ""
    if verdict == Decision.GO or (verdict == Decision.NOT_NOW and stage.phase == "nurture"):
        return []
    url = reverse("evaluate:decision", kwargs={"pk": opportunity.pk})
    return [Gap(_("Nobody has decided to go on with it."), url, _("Decide"))]


def may_approve(actor: Actor, opportunity: Opportunity) -> bool:
    """Whoever may change the opportunity and holds the right, or leads its owner."""
    if not model_queryset(Opportunity).allows(actor, "edit", opportunity):
        return False
    if actor.can(APPROVE):
        return True
    if actor.user_id is None or opportunity.owner is None:
        return False
    leader = leader_of(opportunity.owner)
    return leader is not None and leader.pk == actor.user_id


def needs_approval(actor: Actor, opportunity: Opportunity, now: datetime) -> bool:
    """Whether its value is over the policy's limit and the actor may not approve it."""
    limit = decision_policy().approval_over
    return reaches(opportunity, limit, today(now=now)) and not may_approve(actor, opportunity)


def approvers(opportunity: Opportunity) -> list[User]:
    """Who is told of a request: the owner's leader, else everybody who may approve it."""
    leader = leader_of(opportunity.owner) if opportunity.owner is not None else None
    if leader is not None and may_approve(Actor(leader, "job"), opportunity):
        return [leader]
    people = User.objects.filter(is_active=True, deleted_at=None).exclude(role="rep")
    return [one for one in people if may_approve(Actor(one, "job"), opportunity)]


def go_stages(opportunity: Opportunity) -> list[Stage]:
    """Open stages a go may lead to: the rest of evaluate, then the first of each later phase."""
    here = stage_by_id(opportunity.stage_id)
    found: list[Stage] = []
    seen: set[str] = set()
    for one in stages(opportunity.pipeline_id):
        ahead = one.position > here.position or one.phase != here.phase
        if one.kind != Stage.OPEN or one.phase not in _AHEAD or one.pk == here.pk or not ahead:
            continue
        if PHASE_KEYS.index(one.phase) < PHASE_KEYS.index(here.phase):
            continue
        last = one.phase == "evaluate"
        if last or (one.phase == "convert" and one.phase not in seen):
            found.append(one)
        seen.add(one.phase)
    return found


def waiting_stage(pipeline_id: int) -> Stage:
    """Where what is put off waits: the pipeline's first stage in nurture. Invalid without one."""
    for one in stages(pipeline_id, phase="nurture"):
        if one.kind == Stage.OPEN:
            return one
    raise Invalid.field("verdict", _("This pipeline has no stage in nurture. Add one in settings."))


def return_stage(opportunity: Opportunity, decision: Decision) -> Stage:
    """The stage it came from, where that still serves; else the first of evaluate; else stay."""
    own = stages(opportunity.pipeline_id)
    for one in own:
        if one.pk == decision.from_stage_id and one.kind == Stage.OPEN and one.phase != "nurture":
            return one
    first = [one for one in own if one.phase == "evaluate" and one.kind == Stage.OPEN]
    return first[0] if first else stage_by_id(opportunity.stage_id)


def due_returns(day: date) -> list[int]:
    """Decisions whose day of return has come, oldest first."""
    rows = Decision.objects.alive().filter(
        state=Decision.DECIDED, returned_at=None, returns_on__lte=day, opportunity__deleted_at=None
    )
    return list(rows.order_by("returns_on", "id").values_list("pk", flat=True))


def decision_context(actor: Actor, opportunity: Opportunity, now: datetime) -> dict[str, Any]:
    """What the one-pager knows of decisions: the one that waits, the one that stands, the rest."""
    rows = list(decisions_of(actor, opportunity))
    waiting = next((one for one in rows if one.state == Decision.ASKED), None)
    stands = next((one for one in rows if one.state == Decision.DECIDED), None)
    return {
        "waiting": waiting,
        "stands": stands,
        "earlier": [one for one in rows if one not in (waiting, stands)],
        "may_answer": waiting is not None and may_approve(actor, opportunity),
    }
