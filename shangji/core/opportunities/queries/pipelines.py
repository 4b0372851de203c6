"""Pipelines and stages. Few rows, read on every page: kept per process and version-checked."""

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Pipeline, Reason, Stage, StageMove
from shangji.foundation.workspace.memory import Memory
from shangji.lib.errors import NotFound
from shangji.lib.values import dataclass


@dataclass
class _Known:
    stages: dict[int, Stage]
    pipelines: dict[int, Pipeline]


_known: Memory[_Known] = Memory(2.0, in_transactions=True)


def forget_pipelines() -> None:
    """After a change of pipelines or stages in this process."""
    _known.forget()


def _load() -> _Known:
    return _known.get(_read)


def _read() -> _Known:
    stages = {one.pk: one for one in Stage.objects.filter(deleted_at=None)}
    pipelines = {one.pk: one for one in Pipeline.objects.filter(deleted_at=None)}
    return _Known(stages, pipelines)


def pipelines() -> list[Pipeline]:
    return list(_load().pipelines.values())


def default_pipeline() -> Pipeline:
    found = [one for one in pipelines() if one.is_default] or pipelines()
    return found[0]


def stages(pipeline_id: int | None = None, *, phase: str = "") -> list[Stage]:
    """Stages in use, in order; of one pipeline, of one phase."""
    return [
        one
        for one in _load().stages.values()
        if one.is_active
        and (pipeline_id is None or one.pipeline_id == pipeline_id)
        and (not phase or one.phase == phase)
    ]


def stage_by_id(pk: int) -> Stage:
    """A stage, in use or not. NotFound for an id that is none."""
    stage = _load().stages.get(pk)
    if stage is None:
        forget_pipelines()
        stage = _load().stages.get(pk)
    if stage is None:
        raise NotFound(_("There is no such stage."))
    return stage


def was_used(stage: Stage) -> bool:
    """Whether any opportunity ever stood in the stage."""
    return StageMove.objects.filter(stage=stage).exists()


def first_stage(pipeline_id: int | None = None) -> Stage:
    """Where an opportunity begins."""
    return next(
        one for one in stages(pipeline_id or default_pipeline().pk) if one.kind == Stage.OPEN
    )


def closing_stage(pipeline_id: int, kind: str) -> Stage:
    """The pipeline's won or lost stage."""
    found = [one for one in stages(pipeline_id) if one.kind == kind]
    if not found:
        raise NotFound(_("This pipeline has no such stage. Add one in settings."))
    return found[0]


def reason_words(ids: set[int]) -> dict[int, str]:
    """Reasons in words by id, under the name of their parent."""
    if not ids:
        return {}
    rows = Reason.objects.filter(pk__in=ids).select_related("parent")
    return {one.pk: f"{one.parent.name} · {one.name}" if one.parent else one.name for one in rows}


def reasons(outcome: str) -> list[Reason]:
    """Reasons in use, parents before their children."""
    rows = list(Reason.objects.filter(outcome=outcome, is_active=True, deleted_at=None))
    return [
        one
        for parent in rows
        if parent.parent_id is None
        for one in (parent, *(row for row in rows if row.parent_id == parent.pk))
    ]
