"""Moving a stage: the one action behind board, page, bulk, import and API."""

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.events import (
    OpportunityLost,
    OpportunityMoved,
    OpportunityReopened,
    OpportunityWon,
)
from shangji.core.opportunities.models import Opportunity, Reason, Stage, StageMove
from shangji.core.opportunities.queries.exits import require_ready
from shangji.core.opportunities.queries.pipelines import closing_stage, first_stage, stage_by_id
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    status_after,
)
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_field
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import DomainError, Invalid


def move_to_stage(
    *,
    actor: Actor,
    opportunity: Opportunity,
    stage: Stage,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
    version: int | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
) -> Opportunity:
    """Move to a stage; phase, status, win rate and forecast follow.

    A next step may come along. Raises Invalid naming `reason` (and `note`) when the stage
    decides the outcome and no reason is given, NotReady when something is missing before it may
    leave its stage, Conflict when somebody moved it since `version`.
    """
    require(actor, "edit", opportunity)
    with operation(actor, "opportunity.move", now=now) as op:
        record = op.lock(opportunity)
        record = move_locked(op, record, stage, reason=reason, note=note, version=version)
        if next_step.strip():
            record = step_locked(op, record, next_step, next_step_on)
        return record


def step_locked(
    op: Recorder,
    record: Opportunity,
    text: str,
    on: date | None,
    *,
    at: time | None = None,
    owner_id: int | None = None,
    version: int | None = None,
) -> Opportunity:
    """Set the next step of a locked opportunity. Invalid without words or a day."""
    require_field(op.actor, "next_step", "opportunity")
    errors = {}
    if not text.strip():
        errors["next_step"] = [_("Say what the next step is.")]
    if on is None:
        errors["next_step_on"] = [_("A next step has a day.")]
    if errors:
        raise Invalid(errors)
    values = {
        "next_step": text.strip()[:200],
        "next_step_on": on,
        "next_step_time": at,
        "next_step_owner": owner_id or record.owner_id or op.actor.user_id,
    }
    return op.update(record, values, version=version)


def move_locked(
    op: Recorder,
    record: Opportunity,
    stage: Stage,
    *,
    reason: Reason | None = None,
    note: str = "",
    version: int | None = None,
) -> Opportunity:
    """Move a locked opportunity inside an open operation. The same stage is no move."""
    if stage.pk == record.stage_id:
        return record
    if stage.deleted_at is not None or not stage.is_active:
        raise Invalid({"stage": [_("The stage “%(name)s” is no longer in use.") % _name(stage)]})
    require_ready(record, stage, op.now)
    status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
    decides = status != record.status and status != "open"
    if decides:
        require_reason(status, reason, note)
    before, was = record.stage_id, record.status
    record = op.update(record, _after(op, record, stage, status, reason, note), version=version)
    write_stay(op, record, before, reason=reason if decides else None, note=note)
    by = op.actor.user_id
    op.publish(
        OpportunityMoved(
            opportunity_id=record.pk,
            from_stage_id=before,
            to_stage_id=stage.pk,
            phase=stage.phase,
            status=status,
            by_id=by,
        )
    )
    if decides and status == "won":
        op.publish(OpportunityWon(opportunity_id=record.pk, by_id=by))
    elif decides and reason is not None:
        op.publish(OpportunityLost(opportunity_id=record.pk, reason_id=reason.pk, by_id=by))
    elif status == "open" and was != "open":
        op.publish(OpportunityReopened(opportunity_id=record.pk, to_stage_id=stage.pk, by_id=by))
    return record


def _name(row: Stage | Reason) -> dict[str, str]:
    return {"name": row.name}


def _after(
    op: Recorder,
    record: Opportunity,
    stage: Stage,
    status: str,
    reason: Reason | None,
    note: str,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "stage": stage.pk,
        "pipeline": stage.pipeline_id,
        "phase": stage.phase,
        "status": status,
        "stage_entered_at": op.now,
        "probability": effective_probability(
            status=status, stage_default=stage.probability, manual=record.probability_manual
        ),
        "forecast": forecast_category(
            status=status,
            stage_forecast=stage.forecast,
            manual=record.forecast if record.forecast_manual else None,
        ),
    }
    if status == "open":
        if record.status != "open":
            values |= {"closed_at": None, "closed_on": None, "close_reason": None}
            values |= {"close_note": "", "forecast_manual": False, "forecast": stage.forecast}
    elif status != record.status:
        values |= {"closed_at": op.now, "closed_on": today(now=op.now)}
        values |= {"close_reason": reason, "close_note": note.strip()[:500]}
    return values


def require_reason(status: str, reason: Reason | None, note: str) -> None:
    if reason is None:
        text = _("Say why it was won.") if status == "won" else _("Say why it was lost.")
        raise Invalid({"reason": [text]})
    if reason.outcome != status:
        raise Invalid({"reason": [_("This reason belongs to the other outcome.")]})
    if reason.deleted_at is not None or not reason.is_active:
        raise Invalid({"reason": [_("The reason “%(name)s” is no longer in use.") % _name(reason)]})
    if reason.needs_note and not note.strip():
        raise Invalid({"note": [_("This reason needs a note.")]})


def write_stay(
    op: Recorder,
    record: Opportunity,
    from_stage_id: int | None,
    *,
    reason: Reason | None = None,
    note: str = "",
    is_undo: bool = False,
) -> None:
    """End the present stay and begin the next at the same instant: no gaps."""
    StageMove.objects.filter(opportunity=record, left_at=None).update(left_at=op.now)
    StageMove.objects.create(
        opportunity=record,
        from_stage_id=from_stage_id,
        stage_id=record.stage_id,
        entered_at=op.now,
        by_id=op.actor.user_id,
        reason=reason,
        note=note.strip()[:500],
        is_undo=is_undo,
        operation_id=op.id,
    )


#: what a move changes together; undo sets all of it back or none
MOVED_TOGETHER = frozenset(
    {"stage", "pipeline", "phase", "status", "stage_entered_at"}
    | {"closed_at", "closed_on", "close_reason", "close_note"}
)


def after_undo(op: Recorder, record: Any, fields: set[str]) -> None:
    """Undo set fields back: win rate and forecast follow anew, a stage set back is a stay."""
    stage = Stage.objects.get(pk=record.stage_id)  # as it is now: undo may have changed it
    op.update(
        record,
        {
            "probability": effective_probability(
                status=record.status,
                stage_default=stage.probability,
                manual=record.probability_manual,
            ),
            "forecast": forecast_category(
                status=record.status,
                stage_forecast=stage.forecast,
                manual=record.forecast if record.forecast_manual else None,
            ),
        },
    )
    present = StageMove.objects.filter(opportunity=record, left_at=None).first()
    if "stage" in fields and (present is None or present.stage_id != record.stage_id):
        write_stay(op, record, present.stage_id if present else None, is_undo=True)


def win_opportunity(
    *,
    actor: Actor,
    opportunity: Opportunity,
    reason: Reason | None,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Opportunity:
    """Move to the pipeline's won stage."""
    return move_to_stage(
        actor=actor,
        opportunity=opportunity,
        stage=closing_stage(opportunity.pipeline_id, "won"),
        reason=reason,
        note=note,
        version=version,
        now=now,
    )


def lose_opportunity(
    *,
    actor: Actor,
    opportunity: Opportunity,
    reason: Reason | None,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Opportunity:
    """Move to the pipeline's lost stage."""
    return move_to_stage(
        actor=actor,
        opportunity=opportunity,
        stage=closing_stage(opportunity.pipeline_id, "lost"),
        reason=reason,
        note=note,
        version=version,
        now=now,
    )


def reopen_opportunity(
    *, actor: Actor, opportunity: Opportunity, now: datetime, version: int | None = None
) -> Opportunity:
    """Back to the open stage it truly left when it was decided."""
    require(actor, "edit", opportunity)
    with operation(actor, "opportunity.reopen", now=now) as op:
        record = op.lock(opportunity)
        if record.status == "open":
            raise DomainError(_("It is open already."))
        return move_locked(op, record, last_open_stage(record), version=version)


def last_open_stage(record: Opportunity) -> Stage:
    """The stage in which it was open last. Where that is no longer in use: the one before it that
    is, and without any the first of its pipeline."""
    for move in StageMove.objects.filter(opportunity=record).order_by("-id"):
        stage = stage_by_id(move.stage_id)
        was_open = status_after(stage_kind=stage.kind, stage_phase=stage.phase) == "open"
        if was_open and stage.is_active and stage.deleted_at is None:
            return stage
    return first_stage(record.pipeline_id)
