"""Make an opportunity."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from shangji.core.opportunities.events import OpportunityCreated
from shangji.core.opportunities.models import Opportunity, Stage, StageMove
from shangji.core.opportunities.queries.pipelines import first_stage, stage_by_id
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    status_after,
)
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.workspace.queries import current_workspace, today
from shangji.lib.errors import Invalid
from shangji.records.actions import columns
from shangji.records.description import describe


def create_opportunity(*, actor: Actor, values: Mapping[str, Any], now: datetime) -> Opportunity:
    """Make one opportunity; without a stage it begins in the default pipeline's first.

    `values` by field key, parsed and checked (records.actions.create_record does both).
    The history begins with this stage; a decided stage needs the move that decides.
    """
    require_type(actor, "create", "opportunity")
    with operation(actor, "opportunity.create", now=now) as op:
        return create_in(op, values)


def create_in(op: Recorder, values: Mapping[str, Any]) -> Opportunity:
    """The same inside an open operation."""
    actor, now = op.actor, op.now
    stage = _begin_stage(values.get("stage"))
    attributes = columns(describe("opportunity"), values)
    attributes.pop("stage_id", None)
    manual = attributes.pop("probability", None)
    forecast = attributes.pop("forecast", "")
    if manual == stage.probability:
        manual = None
    record = Opportunity(
        **{
            "owner_id": actor.user_id,
            "currency": current_workspace().currency,
            "opened_on": today(now=now),
            **{k: v for k, v in attributes.items() if not (k == "currency" and not v)},
        }
    )
    record.pipeline_id = stage.pipeline_id
    record.stage = stage
    record.phase = stage.phase
    record.stage_entered_at = now
    record.last_contact_at = now  # capture is the first contact; stale counts from here
    record.probability_manual = manual
    record.probability = effective_probability(
        status="open", stage_default=stage.probability, manual=manual
    )
    record.forecast_manual = bool(forecast)
    record.forecast = forecast_category(
        status="open", stage_forecast=stage.forecast, manual=forecast or None
    )
    op.created(record)
    StageMove.objects.create(
        opportunity=record,
        stage=stage,
        entered_at=now,
        by_id=actor.user_id,
        operation_id=op.id,
    )
    op.publish(OpportunityCreated(opportunity_id=record.pk, by_id=actor.user_id))
    return record


def _begin_stage(stage_id: object) -> Stage:
    stage = first_stage() if stage_id in (None, "") else stage_by_id(int(cast(int, stage_id)))
    if status_after(stage_kind=stage.kind, stage_phase=stage.phase) != "open":
        raise Invalid({"stage": [_("Begin in an open stage, then win or lose it.")]})
    return stage
