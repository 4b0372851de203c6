"""Pipelines and stages, shaped by whoever holds "settings.pipelines"."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangji.core.opportunities.models import Opportunity, Pipeline, Stage
from shangji.core.opportunities.queries.pipelines import forget_pipelines, was_used
from shangji.core.opportunities.rules import status_after
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.models import Change
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Invalid
from shangji.lib.ids import new_key
from shangji.lib.phases import PHASE_KEYS

RIGHT = "settings.pipelines"
KINDS = ("open", "won", "lost")
_BATCH = 500
#: what a new pipeline begins with: key, zh, en, phase, kind, percent, forecast, stale
_FIRST = (
    ("start", "开始", "Start", "convert", "open", 20, "pipeline", 10),
    ("won", "赢单", "Won", "convert", "won", 100, "closed", 0),
    ("lost", "输单", "Lost", "convert", "lost", 0, "omitted", 0),
)


def save_pipeline(
    *, actor: Actor, name_zh: str, name_en: str, now: datetime, pipeline: Pipeline | None = None
) -> Pipeline:
    """Rename a pipeline, or begin a new one with a first stage, won and lost."""
    require_right(actor, RIGHT)
    names = _names(name_zh, name_en)
    with operation(actor, "pipeline.save", now=now) as op:
        if pipeline is not None:
            row = op.update(op.lock(pipeline), names)
        else:
            last = Pipeline.objects.aggregate(at=Max("position"))["at"] or 0
            row = op.created(Pipeline(position=last + 1, **names))
            for place, (key, zh, en, phase, kind, percent, forecast, stale) in enumerate(_FIRST):
                op.created(
                    Stage(
                        pipeline=row,
                        key=key,
                        name_zh=zh,
                        name_en=en,
                        phase=phase,
                        kind=kind,
                        probability=percent,
                        forecast=forecast,
                        stale_days=stale,
                        position=place,
                    )
                )
    forget_pipelines()
    return row


def save_stage(
    *,
    actor: Actor,
    pipeline: Pipeline,
    values: Mapping[str, Any],
    now: datetime,
    stage: Stage | None = None,
    open_follow: bool = True,
) -> Stage:
    """Add a stage, or change one.

    Args:
        values: name_zh, name_en, phase, kind, probability, forecast, stale_days,
            entry_criteria, exit_criteria.
        open_follow: with another default win rate, whether open opportunities without a
            hand-set one take it; else they keep the old one as set by hand.
    Phase and kind stay once something stood in the stage: its history would change meaning.
    """
    require_right(actor, RIGHT)
    fields = {**values, **_names(str(values["name_zh"]), str(values["name_en"]))}
    _check(fields)
    with operation(actor, "stage.save", now=now) as op:
        if stage is None:
            rows = Stage.objects.filter(pipeline=pipeline)
            last = rows.aggregate(at=Max("position"))["at"] or 0
            key = slugify(fields["name_en"])[:30] or "stage"
            if rows.filter(key=key).exists():
                key = new_key(key)[:40]
            row = op.created(Stage(pipeline=pipeline, key=key, position=last + 1, **fields))
        else:
            row = op.lock(stage)
            changes_meaning = fields["phase"] != row.phase or fields["kind"] != row.kind
            if changes_meaning and was_used(row):
                raise Invalid(
                    {"phase": [_("Opportunities stood here. Make a new stage and move them.")]}
                )
            # opportunities first: undo goes backwards, and they follow their stage
            if fields["probability"] != row.probability:
                _follow(op, row, fields["probability"], open_follow=open_follow)
            if fields["forecast"] != row.forecast:
                _follow_forecast(op, row, fields["forecast"])
            row = op.update(row, fields)
    forget_pipelines()
    return row


def _follow(op: Recorder, stage: Stage, percent: int, *, open_follow: bool) -> None:
    """Open opportunities take the new rate, or keep the old one as theirs."""
    if status_after(stage_kind=stage.kind, stage_phase=stage.phase) != "open":
        return
    field, old, new = (
        ("probability", stage.probability, percent)
        if open_follow
        else ("probability_manual", None, stage.probability)
    )
    _write(op, {"stage": stage, "probability_manual": None}, field, old, new)


def _follow_forecast(op: Recorder, stage: Stage, forecast: str) -> None:
    if status_after(stage_kind=stage.kind, stage_phase=stage.phase) != "open":
        return
    for old in (
        Opportunity.objects.filter(stage=stage, forecast_manual=False)
        .exclude(forecast=forecast)
        .values_list("forecast", flat=True)
        .distinct()
    ):
        rows = {"stage": stage, "forecast_manual": False, "forecast": old}
        _write(op, rows, "forecast", old, forecast)


def _write(op: Recorder, where: Mapping[str, Any], field: str, old: Any, new: Any) -> None:
    """Set one field of many opportunities, each with its line in the ledger."""
    rows = Opportunity.objects.filter(deleted_at=None, **where).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        found = list(Opportunity.objects.select_for_update().filter(pk__in=batch))
        Opportunity.objects.filter(pk__in=batch).update(
            **{field: new}, version=F("version") + 1, updated_at=op.now
        )
        for record in found:
            record.version += 1
            setattr(record, field, new)
            op.log(record, Change.UPDATED, {field: [old, new]})


def move_stage(*, actor: Actor, stage: Stage, step: int, now: datetime) -> None:
    """One place up (-1) or down (1) among the stages of its pipeline."""
    require_right(actor, RIGHT)
    with operation(actor, "stage.order", now=now) as op:
        rows = list(
            Stage.objects.select_for_update()
            .filter(pipeline_id=stage.pipeline_id, deleted_at=None)
            .order_by("position", "id")
        )
        at = next(place for place, row in enumerate(rows) if row.pk == stage.pk)
        to = at + (1 if step > 0 else -1)
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        for place, row in enumerate(rows):
            op.update(row, {"position": place})
    forget_pipelines()


def retire_stage(*, actor: Actor, stage: Stage, now: datetime) -> Stage:
    """Offer a stage no longer; its history stays. Refused while something stands in it."""
    require_right(actor, RIGHT)
    with operation(actor, "stage.retire", now=now) as op:
        row = op.lock(stage)
        here = Opportunity.objects.filter(stage=row, deleted_at=None).count()
        if here:
            text = ngettext(
                "%(n)s opportunity stands in this stage. Move it first.",
                "%(n)s opportunities stand in this stage. Move them first.",
                here,
            )
            raise Invalid({"": [text % {"n": here}]})
        others = Stage.objects.filter(
            pipeline_id=row.pipeline_id, kind=row.kind, is_active=True, deleted_at=None
        ).exclude(pk=row.pk)
        if not others.exists():
            raise Invalid({"": [_("A pipeline needs an open, a won and a lost stage.")]})
        row = op.update(row, {"is_active": False})
    forget_pipelines()
    return row


def restore_stage(*, actor: Actor, stage: Stage, now: datetime) -> Stage:
    """Offer a retired stage again."""
    require_right(actor, RIGHT)
    with operation(actor, "stage.restore", now=now) as op:
        row = op.update(op.lock(stage), {"is_active": True})
    forget_pipelines()
    return row


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    """Both names; one given stands for the other."""
    zh, en = name_zh.strip()[:60], name_en.strip()[:60]
    if not zh and not en:
        raise Invalid({"name_zh": [_("Give it a name.")]})
    return {"name_zh": zh or en, "name_en": en or zh}


def _check(fields: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    if fields.get("phase") not in PHASE_KEYS:
        errors["phase"] = [_("Choose one of the five phases.")]
    if fields.get("kind") not in KINDS:
        errors["kind"] = [_("Choose open, won or lost.")]
    percent = fields.get("probability")
    if not isinstance(percent, int) or not 0 <= percent <= 100:
        errors["probability"] = [_("Should be a whole percent from 0 to 100.")]
    elif fields.get("kind") == "won" and percent != 100:
        errors["probability"] = [_("A won stage has 100%.")]
    elif fields.get("kind") == "lost" and percent != 0:
        errors["probability"] = [_("A lost stage has 0%.")]
    if errors:
        raise Invalid(errors)
