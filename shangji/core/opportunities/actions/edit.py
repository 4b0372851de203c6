"""Change what an opportunity says of itself; its stage moves elsewhere."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.actions.move import move_locked, step_locked
from shangji.core.opportunities.events import OpportunityAssigned
from shangji.core.opportunities.models import Opportunity, OpportunityLine
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    is_push,
)
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Invalid
from shangji.records.actions import check_values, columns
from shangji.records.actions.circles import hold_own_links
from shangji.records.description import describe


def edit_opportunity(
    *,
    actor: Actor,
    record: Opportunity,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Opportunity:
    """Set fields. A later close date counts as pushed; a hand-set win rate is kept apart.

    Raises Conflict when somebody changed the same field since `version`.
    """
    require(actor, "edit", record)
    with operation(actor, "opportunity.edit", now=now) as op:
        hold_own_links(describe("opportunity"), values)
        return edit_locked(op, op.lock(record), values, version)


def edit_locked(
    op: Recorder, record: Opportunity, values: Mapping[str, Any], version: int | None
) -> Opportunity:
    """Set fields of a locked opportunity inside an open operation (edit, bulk edit, import)."""
    check_values(describe("opportunity"), op.actor, values, record)
    values = dict(values)
    stage_id = values.pop("stage", None)
    attributes = columns(describe("opportunity"), values)
    attributes |= _derived(record, attributes)
    owner_before = record.owner_id
    record = op.update(record, attributes, version=version)
    if stage_id is not None and int(stage_id) != record.stage_id:
        record = move_locked(op, record, stage_by_id(int(stage_id)), version=version)
    if record.owner_id != owner_before:
        op.publish(
            OpportunityAssigned(
                opportunity_id=record.pk, owner_id=record.owner_id, by_id=op.actor.user_id
            )
        )
    return record


def _derived(record: Opportunity, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that follow from the ones given."""
    extra: dict[str, Any] = {}
    if "expected_close_on" in attributes and is_push(
        record.expected_close_on, attributes["expected_close_on"]
    ):
        extra["push_count"] = record.push_count + 1
    if "amount" in attributes or "currency" in attributes:
        _refuse_beside_lines(record, attributes)
    if "probability" in attributes:
        stage = stage_by_id(record.stage_id)
        given = attributes["probability"]
        manual = None if given in (None, stage.probability) else given
        extra["probability_manual"] = manual
        extra["probability"] = effective_probability(
            status=record.status, stage_default=stage.probability, manual=manual
        )
    if "forecast" in attributes:
        stage = stage_by_id(record.stage_id)
        extra["forecast_manual"] = bool(attributes["forecast"])
        extra["forecast"] = forecast_category(
            status=record.status,
            stage_forecast=stage.forecast,
            manual=attributes["forecast"] or None,
        )
    if attributes.get("next_step") == "":
        extra |= {"next_step_on": None, "next_step_time": None, "next_step_owner": None}
    elif attributes.get("next_step") and record.next_step_owner_id is None:
        extra["next_step_owner"] = attributes.get("next_step_owner_id") or record.owner_id
    return extra


def _refuse_beside_lines(record: Opportunity, attributes: Mapping[str, Any]) -> None:
    changed = [
        key
        for key in ("amount", "currency")
        if key in attributes and attributes[key] != getattr(record, key)
    ]
    if changed and OpportunityLine.objects.filter(opportunity=record).exists():
        raise Invalid({changed[0]: [_("The amount follows the product lines. Change those.")]})


def set_next_step(
    *,
    actor: Actor,
    opportunity: Opportunity,
    text: str,
    on: date | None,
    now: datetime,
    at: time | None = None,
    owner_id: int | None = None,
    version: int | None = None,
) -> Opportunity:
    """Say what comes next, when, and who does it. Invalid without words or a day."""
    require(actor, "edit", opportunity)
    with operation(actor, "opportunity.next_step", now=now) as op:
        record = op.lock(opportunity)
        return step_locked(op, record, text, on, at=at, owner_id=owner_id, version=version)


def reset_probability(*, actor: Actor, opportunity: Opportunity, now: datetime) -> Opportunity:
    """Back to the stage's default win rate."""
    default = stage_by_id(opportunity.stage_id).probability
    return edit_opportunity(
        actor=actor, record=opportunity, values={"probability": default}, now=now
    )


def reset_forecast(*, actor: Actor, opportunity: Opportunity, now: datetime) -> Opportunity:
    """Back to the stage's forecast category."""
    return edit_opportunity(actor=actor, record=opportunity, values={"forecast": ""}, now=now)
