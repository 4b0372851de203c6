"""The walk of one opportunity through the phases, in working days."""

from dataclasses import field
from datetime import datetime
from typing import Any

from shangji.core.opportunities.models import Opportunity, Stage, StageMove
from shangji.core.opportunities.queries.pipelines import stage_by_id, stages
from shangji.core.opportunities.queries.stale import days_since
from shangji.core.opportunities.rules import Stay, walk
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.phases import BY_KEY, PHASE_KEYS
from shangji.lib.values import dataclass


@dataclass
class StageMark:
    """A stage under a node. `allowed`: days before it is stale, 0 without a limit."""

    stage: Stage
    state: str
    days: int = 0
    times: int = 1
    allowed: int = 0

    @property
    def is_late(self) -> bool:
        return bool(self.allowed) and self.days * 10 >= self.allowed * 9


@dataclass
class PhaseMark:
    """A node of the stepper."""

    key: str
    label: Any
    state: str
    days: int
    share: int
    stages: list[StageMark] = field(default_factory=list)


def moves_of(record: Opportunity) -> list[StageMove]:
    """Its stays as stored, oldest first; asked once for a record in hand."""
    found: list[StageMove] | None = record.__dict__.get("_moves")
    if found is None:
        rows = StageMove.objects.filter(opportunity_id=record.pk).order_by("id")
        found = record.__dict__["_moves"] = list(rows)
    return found


def stays_of(record: Opportunity, now: datetime) -> list[Stay]:
    """Its stays in the order walked; the present one lasts until now."""
    calendar = working_calendar()
    order = {stage.pk: place for place, stage in enumerate(_in_order(record.pipeline_id))}
    found = []
    for row in moves_of(record):
        stage = stage_by_id(row.stage_id)
        begun, ended = today(now=row.entered_at), today(now=row.left_at or now)
        found.append(
            Stay(
                stage_id=stage.pk,
                place=order.get(stage.pk, stage.position),
                phase=stage.phase,
                days=max(0, calendar.working_days_between(begun, ended)),
                is_undo=row.is_undo,
            )
        )
    return found


def stepper(record: Opportunity, now: datetime) -> list[PhaseMark]:
    """The five nodes with the stages truly walked and those that lie ahead."""
    stays = stays_of(record, now)
    if not stays:  # imported without history: it stands where it stands
        here = stage_by_id(record.stage_id)
        days = days_since(record.stage_entered_at, now)
        stays = [Stay(here.pk, here.position, here.phase, days)]
    offered: dict[str, list[int]] = {key: [] for key in PHASE_KEYS}
    for stage in _in_order(record.pipeline_id):
        if stage.kind == Stage.OPEN and stage.is_active:
            offered[stage.phase].append(stage.pk)
    marks = []
    for step in walk(stays, PHASE_KEYS, offered):
        mark = PhaseMark(step.phase, BY_KEY[step.phase].label, step.state, step.days, step.share)
        for one in step.stages:
            stage = stage_by_id(one.stage_id)
            allowed = stage.stale_days if one.state == "here" and stage.kind == "open" else 0
            mark.stages.append(StageMark(stage, one.state, one.days, one.times, allowed))
        marks.append(mark)
    return marks


def next_stage(record: Opportunity) -> Stage | None:
    """The open stage after the present one in its pipeline; None at the end.

    After winning that is the first of maintain.
    """
    row = [one for one in stages(record.pipeline_id) if one.kind == Stage.OPEN]
    if stage_by_id(record.stage_id).kind == Stage.WON:
        return next((one for one in row if one.phase == "maintain"), None)
    ids = [one.pk for one in row]
    if record.stage_id not in ids:
        return None
    place = ids.index(record.stage_id) + 1
    return row[place] if place < len(row) else None


def _in_order(pipeline_id: int) -> list[Stage]:
    """Stages in the order of phases, then of the pipeline: lost counts as the end of its phase."""
    return sorted(
        stages(pipeline_id), key=lambda one: (PHASE_KEYS.index(one.phase), one.position, one.pk)
    )
