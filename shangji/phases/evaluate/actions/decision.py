"""Go, no-go, not now: decide or ask, approve or refuse, and bring back what was put off."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shangji.core.opportunities.actions.move import move_locked, require_reason, step_locked
from shangji.core.opportunities.models import Opportunity, Reason, Stage
from shangji.core.opportunities.queries.pipelines import closing_stage
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.access.checks import require, require_right
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.notices.actions import notify
from shangji.foundation.workspace.queries import current_workspace, today
from shangji.lib.errors import Conflict, DomainError, Forbidden, Invalid
from shangji.lib.values import dataclass
from shangji.phases.evaluate.actions.standing import keep_standing
from shangji.phases.evaluate.choices.decision import VERDICT_KEYS
from shangji.phases.evaluate.models import Decision, DecisionPolicy, Standing
from shangji.phases.evaluate.queries.deciding import (
    approvers,
    due_returns,
    go_stages,
    may_approve,
    needs_approval,
    return_stage,
    standing_decision,
    waiting_stage,
)
from shangji.phases.evaluate.queries.decision_sheet import snapshot_of
from shangji.phases.evaluate.rules.years import year_fault

RIGHT = "settings.scoring"


@dataclass(frozen=True)
class Proposal:
    """What is to be decided.

    Attributes:
        verdict: go, no_go, not_now.
        to_stage: go: where it goes on; None leaves it in its stage.
        lost_reason: no_go: why it is lost.
        returns_on: not_now: the day it comes back by itself.
    """

    verdict: str
    reason: str
    to_stage: Stage | None = None
    lost_reason: Reason | None = None
    returns_on: date | None = None


def decide(
    *, actor: Actor, opportunity: Opportunity, proposal: Proposal, now: datetime
) -> Decision:
    """Decide, and carry it out in the same operation; or ask, where the value needs an approval.

    Raises Invalid naming what is missing, NotReady when it may not leave its stage yet, and
    DomainError when it is closed or a decision waits already.
    """
    require(actor, "edit", opportunity)
    with operation(actor, "decision.decide", now=now) as op:
        record = op.lock(opportunity)
        _check(record, proposal, now)
        if Decision.objects.alive().filter(opportunity=record, state=Decision.ASKED).exists():
            raise DomainError(_("A decision waits for approval already. Withdraw it first."))
        asks = needs_approval(actor, record, now)
        decision = op.created(
            Decision(
                opportunity=record,
                verdict=proposal.verdict,
                state=Decision.ASKED if asks else Decision.DECIDED,
                reason=proposal.reason.strip()[:1000],
                lost_reason=proposal.lost_reason if proposal.verdict == Decision.NO_GO else None,
                from_stage_id=record.stage_id,
                to_stage=_target(record, proposal),
                returns_on=proposal.returns_on if proposal.verdict == Decision.NOT_NOW else None,
                amount=record.amount,
                currency=record.currency,
                snapshot=snapshot_of(actor, record, now),
                asked_by_id=op.actor.user_id,
                decided_by_id=None if asks else op.actor.user_id,
                decided_at=None if asks else now,
            )
        )
        if asks:
            _tell_approvers(decision, record, now)
        else:
            _carry_out(op, record, decision)
        return decision


def approve_decision(
    *, actor: Actor, decision: Decision, now: datetime, answer: str = ""
) -> Decision:
    """Let a decision that was asked for take effect, in one operation with its move."""
    with operation(actor, "decision.approve", now=now) as op:
        record, waiting = _waiting(op, decision)
        if waiting.returns_on is not None and waiting.returns_on <= today(now=now):
            raise DomainError(_("The day it should come back has passed. Decide anew."))
        waiting = op.update(
            waiting,
            {
                "state": Decision.DECIDED,
                "decided_by": op.actor.user_id,
                "decided_at": now,
                "answer": answer.strip()[:1000],
            },
        )
        _carry_out(op, record, waiting)
        _tell_asker(waiting, record, gettext_noop("%(name)s: what you decided is approved"), op)
        return waiting


def refuse_decision(*, actor: Actor, decision: Decision, answer: str, now: datetime) -> Decision:
    """Say no to a decision that was asked for. Invalid without a reason."""
    if not answer.strip():
        raise Invalid.field("answer", _("Say why it is refused."))
    with operation(actor, "decision.refuse", now=now) as op:
        record, waiting = _waiting(op, decision)
        waiting = op.update(
            waiting,
            {
                "state": Decision.REFUSED,
                "decided_by": op.actor.user_id,
                "decided_at": now,
                "answer": answer.strip()[:1000],
            },
        )
        _tell_asker(waiting, record, gettext_noop("%(name)s: what you decided is refused"), op)
        return waiting


def withdraw_decision(*, actor: Actor, decision: Decision, now: datetime) -> None:
    """Take back what was asked for, before anybody answered."""
    require(actor, "edit", decision)
    with operation(actor, "decision.withdraw", now=now) as op:
        waiting = op.lock(decision)
        if waiting.state != Decision.ASKED:
            raise Conflict(_("Somebody answered it meanwhile."))
        op.deleted(waiting)


def return_due(*, now: datetime) -> int:
    """Bring back what was put off up to today: into the stage it came from, with a next step and
    a notice. What has moved on by itself stays where it is. Returns how many came back."""
    actor, day, count = system_actor(), today(now=now), 0
    with translation.override(current_workspace().language):
        step = _("Assess again: it was put off until today")
    for pk in due_returns(day):
        with operation(actor, "decision.return", now=now) as op:
            decision = op.lock(Decision(pk=pk))
            record = op.lock(Opportunity(pk=decision.opportunity_id))
            stays = standing_decision(record) == decision and record.phase == "nurture"
            if stays and record.status == Opportunity.OPEN:
                record = move_locked(op, record, return_stage(record, decision))
                record = step_locked(op, record, step, day)
                count += 1
                _tell_return(decision, record, now)
            op.update(decision, {"returned_at": now})
    return count


def save_policy(
    *,
    actor: Actor,
    approval_over: Decimal | None,
    register_over: Decimal | None,
    now: datetime,
    decision_over: Decimal | None = None,
) -> DecisionPolicy:
    """The values from which an approval, a register and a decision are asked for; None switches
    one off."""
    require_right(actor, RIGHT)
    values = {
        "approval_over": approval_over,
        "register_over": register_over,
        "decision_over": decision_over,
    }
    for key, value in values.items():
        if value is not None and value < 0:
            raise Invalid.field(key, _("An amount of zero or more, or nothing."))
    with operation(actor, "decision_policy.set", now=now) as op:
        found = DecisionPolicy.objects.filter(pk=1).first()
        if found is None:
            return op.created(DecisionPolicy(pk=1, **values))
        return op.update(op.lock(found), values)


# ------------------------------------------------------------------------------- what follows


def fold_decisions(op: Recorder, records: list[Record]) -> None:
    """After every operation on decisions, undo and bin included: the standing."""
    for pk in {one.opportunity_id for one in records if isinstance(one, Decision)}:
        found = standing_decision(Opportunity(pk=pk))
        values: Mapping[str, Any] = {"decision": "", "decided_at": None, "returns_on": None}
        if found is not None and found.returned_at is None:
            values = {
                "decision": found.verdict,
                "decided_at": found.decided_at,
                "returns_on": found.returns_on,
            }
        if found is not None or Standing.objects.filter(opportunity=pk).exists():
            keep_standing(pk, values)


def _check(record: Opportunity, proposal: Proposal, now: datetime) -> None:
    if record.status != Opportunity.OPEN:
        raise DomainError(_("It is closed. Reopen it before deciding anew."))
    errors: dict[str, list[str]] = {}
    if proposal.verdict not in VERDICT_KEYS:
        errors["verdict"] = [_("Choose go, no-go or not now.")]
    if not proposal.reason.strip():
        errors["reason"] = [_("Say why.")]
    on = proposal.returns_on
    if proposal.verdict == Decision.NOT_NOW and (on is None or on <= today(now=now)):
        errors["returns_on"] = [_("It comes back on a day after today.")]
    elif on is not None and (fault := year_fault([on])):
        errors["returns_on"] = [fault]
    if proposal.verdict == Decision.GO and proposal.to_stage is not None:
        allowed = {one.pk for one in go_stages(record)} | {record.stage_id}
        if proposal.to_stage.pk not in allowed:
            errors["to_stage"] = [_("Choose a stage from the list.")]
    if errors:
        raise Invalid(errors)
    if proposal.verdict == Decision.NO_GO:
        try:
            require_reason("lost", proposal.lost_reason, proposal.reason)
        except Invalid as problem:
            texts = [text for found in problem.errors.values() for text in found]
            raise Invalid({"lost_reason": texts}) from None


def _target(record: Opportunity, proposal: Proposal) -> Stage | None:
    if proposal.verdict == Decision.GO:
        return proposal.to_stage
    if proposal.verdict == Decision.NO_GO:
        return closing_stage(record.pipeline_id, "lost")
    return waiting_stage(record.pipeline_id)


def _carry_out(op: Recorder, record: Opportunity, decision: Decision) -> None:
    """Move it as decided, in the operation of the decision."""
    if decision.to_stage is not None:
        record = move_locked(
            op, record, decision.to_stage, reason=decision.lost_reason, note=decision.reason
        )
    if decision.verdict == Decision.NOT_NOW:
        step_locked(op, record, _("Assess again"), decision.returns_on)


def _waiting(op: Recorder, decision: Decision) -> tuple[Opportunity, Decision]:
    """The locked opportunity and request; Forbidden for who may not answer it."""
    require(op.actor, "read", decision)
    record = op.lock(decision.opportunity)
    if not may_approve(op.actor, record):
        raise Forbidden(_("Who leads the owner, or may approve decisions, answers this."))
    waiting = op.lock(decision)
    if waiting.state != Decision.ASKED:
        raise Conflict(_("Somebody answered it meanwhile."))
    return record, waiting


def _url(record: Opportunity) -> str:
    return f"/opportunities/{record.pk}/evaluate/decision/"


def _tell_approvers(decision: Decision, record: Opportunity, now: datetime) -> None:
    notify(
        user_ids=[one.pk for one in approvers(record) if one.pk != decision.asked_by_id],
        kind="decision.asked",
        title=gettext_noop("%(name)s waits for your decision"),
        body="%(reason)s",
        params={"name": record.name, "reason": decision.reason[:200]},
        url=_url(record),
        now=now,
        unique_key=f"decision-asked:{decision.pk}",
    )


def _tell_asker(decision: Decision, record: Opportunity, title: str, op: Recorder) -> None:
    if decision.asked_by_id is None or decision.asked_by_id == op.actor.user_id:
        return
    notify(
        user_ids=[decision.asked_by_id],
        kind="decision.answered",
        title=title,
        body="%(answer)s" if decision.answer else "",
        params={"name": record.name, "answer": decision.answer[:200]},
        url=_url(record),
        now=op.now,
        unique_key=f"decision-answered:{decision.pk}:{decision.version}",
    )


def _tell_return(decision: Decision, record: Opportunity, now: datetime) -> None:
    if record.owner_id is None:
        return
    notify(
        user_ids=[record.owner_id],
        kind="decision.returned",
        title=gettext_noop("%(name)s is back: it was put off until today"),
        params={"name": record.name},
        url=_url(record),
        now=now,
        unique_key=f"decision-returned:{decision.pk}",
    )
