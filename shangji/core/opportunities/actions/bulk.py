"""Many opportunities as one operation with one undo."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from shangji.core.opportunities.actions.move import move_locked, require_reason, step_locked
from shangji.core.opportunities.models import Opportunity, Reason, Stage
from shangji.core.opportunities.rules import status_after
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.lib.errors import Invalid
from shangji.records.actions.bulk import BulkResult, change_each
from shangji.records.conditions import Node
from shangji.records.description import describe


def bulk_move_to_stage(
    *,
    actor: Actor,
    stage: Stage,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
    ids: Sequence[int] | None = None,
    conditions: Sequence[Node] | None = None,
) -> BulkResult:
    """Move many to one stage; a stage that decides needs one reason for all.

    Those already decided otherwise, or of another pipeline, move as one by one they would;
    what cannot move is left with the cause.
    """
    require_type(actor, "edit", "opportunity")
    status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
    if stage.kind != Stage.OPEN:
        require_reason(status, reason, note)

    def change(op: Recorder, record: Record) -> Record:
        assert isinstance(record, Opportunity)
        return move_locked(op, record, stage, reason=reason, note=note)

    return change_each(
        actor=actor,
        description=describe("opportunity"),
        action="opportunity.bulk_move",
        change=change,
        now=now,
        ids=ids,
        conditions=conditions,
    )


def bulk_set_next_step(
    *,
    actor: Actor,
    text: str,
    on: date | None,
    now: datetime,
    ids: Sequence[int] | None = None,
    conditions: Sequence[Node] | None = None,
    versions: Mapping[int, int] | None = None,
) -> BulkResult:
    """The same next step for many. Invalid without words or a day.

    Args:
        versions: of rows whose next step was looked at before, by id; where somebody changed it
            since, it stays.
    """
    based_on = versions or {}
    require_type(actor, "edit", "opportunity")
    errors = {}
    if not text.strip():
        errors["next_step"] = [_("Say what the next step is.")]
    if on is None:
        errors["next_step_on"] = [_("A next step has a day.")]
    if errors:
        raise Invalid(errors)

    def change(op: Recorder, record: Record) -> Record:
        assert isinstance(record, Opportunity)
        return step_locked(op, record, text, on, version=based_on.get(record.pk))

    return change_each(
        actor=actor,
        description=describe("opportunity"),
        action="opportunity.bulk_step",
        change=change,
        now=now,
        ids=ids,
        conditions=conditions,
    )
