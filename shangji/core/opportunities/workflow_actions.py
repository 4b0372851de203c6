"""When automatic steps run on opportunities, and what they may do with them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from shangji.automation.actions import fire
from shangji.automation.params import Book, Flag, Number, Words
from shangji.automation.steps import Params, Skip, StepKind, Subject, SubjectGroup, Trigger
from shangji.core.opportunities.actions.edit import set_next_step
from shangji.core.opportunities.events import OpportunityMoved
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.pipelines import pipelines, stages
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import today, working_calendar

ENTERED_STAGE = "opportunity.entered_stage"


def _groups() -> list[SubjectGroup]:
    return [
        SubjectGroup(
            pipeline.name, [Subject(one.pk, one.name, one.phase) for one in stages(pipeline.pk)]
        )
        for pipeline in pipelines()
    ]


def _recent(actor: Actor, stage_id: int, count: int) -> Sequence[tuple[Record, datetime]]:
    rows = (
        StageMove.objects.filter(stage_id=stage_id, from_stage__isnull=False, is_undo=False)
        .filter(opportunity__in=model_queryset(Opportunity).visible_to(actor))
        .select_related("opportunity__owner")
        .order_by("-entered_at", "-id")
    )
    return [(row.opportunity, row.entered_at) for row in rows[:count]]


STAGE_ENTERED = Trigger(
    key=ENTERED_STAGE,
    label=gettext_lazy("When an opportunity is moved into a stage"),
    hint=gettext_lazy(
        "Steps run a moment after somebody moves an opportunity into the stage. They do not run "
        "when one is created or imported there, when a move is undone, or after another step."
    ),
    record_type="opportunity",
    groups=_groups,
    recent=_recent,
)


def stage_entered(event: OpportunityMoved, now: datetime) -> None:
    """Subscriber: a stay in a stage runs the stage's steps once, if it has not ended yet."""
    stay = StageMove.objects.filter(opportunity_id=event.opportunity_id, left_at=None).first()
    if stay is None or stay.stage_id != event.to_stage_id or stay.is_undo:
        return
    fire(
        trigger=ENTERED_STAGE,
        subject_id=event.to_stage_id,
        record_id=event.opportunity_id,
        occasion=f"stay:{stay.pk}",
        caused_by=stay.operation_id,
        now=now,
    )


def describe(params: Params, book: Book) -> str:
    words = {"text": params["text"], "days": params["days"]}
    if params["keep"]:
        return (
            ngettext(
                "Where none is planned, set the next step “%(text)s” in %(days)s working day",
                "Where none is planned, set the next step “%(text)s” in %(days)s working days",
                params["days"],
            )
            % words
        )
    return (
        ngettext(
            "Set the next step “%(text)s” in %(days)s working day",
            "Set the next step “%(text)s” in %(days)s working days",
            params["days"],
        )
        % words
    )


def preview(actor: Actor, record: Any, params: Params, book: Book, now: datetime) -> str:
    _require_room(record, params)
    return _("The next step would be “%(text)s” on %(day)s") % {
        "text": params["text"],
        "day": date_format(_day(params, now), "Y-m-d"),
    }


def plan_step(*, actor: Actor, record: Any, params: Params, now: datetime) -> None:
    _require_room(record, params)
    set_next_step(
        actor=actor, opportunity=record, text=params["text"], on=_day(params, now), now=now
    )


def _require_room(record: Opportunity, params: Params) -> None:
    if params["keep"] and record.next_step:
        raise Skip(gettext_noop("“%(step)s” is planned already."), step=record.next_step)


def _day(params: Params, now: datetime) -> date:
    return working_calendar().add_working_days(today(now=now), params["days"])


SET_NEXT_STEP = StepKind(
    key="opportunity.set_next_step",
    label=gettext_lazy("Set the next step"),
    icon="arrow-right",
    record_type="opportunity",
    params=(
        Words("text", gettext_lazy("Next step"), limit=200),
        Number("days", gettext_lazy("Due in working days"), default=2, least=0, most=250),
        Flag("keep", gettext_lazy("Leave a next step that is planned already"), default=True),
    ),
    describe=describe,
    preview=preview,
    apply=plan_step,
)
