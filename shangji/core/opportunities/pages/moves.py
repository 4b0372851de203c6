"""Moving, winning, losing, reopening: from the page, its menu and the board."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shangji.core.opportunities.actions import move_to_stage, reopen_opportunity
from shangji.core.opportunities.forms import read_date, read_id, read_reason
from shangji.core.opportunities.models import Opportunity, Reason, Stage
from shangji.core.opportunities.pages.answers import changed, editable, record_url, show_dialog
from shangji.core.opportunities.pages.board import moved_on_board
from shangji.core.opportunities.queries.exits import Gap, exit_gaps
from shangji.core.opportunities.queries.pipelines import closing_stage, reasons, stage_by_id, stages
from shangji.core.opportunities.rules import status_after
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.records.description import describe
from shangji.records.pages.boards import moved_on_cards

#: what the dialog can ask for; other faults are answered as they are
_ASKED = frozenset({"reason", "note", "next_step", "next_step_on"})


@dataclass
class ReasonGroup:
    """A first-level reason; with children those are chosen, else itself."""

    reason: Reason
    children: list[Reason]


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int, kind: str = "") -> HttpResponse:
    """GET asks where to, or what a stage needs; POST moves. 422 asks for what is missing, or
    leads to where it is mended.

    `kind` "won" or "lost" stands for the closing stage of the pipeline.
    """
    actor, record = editable(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    stage_id = closing_stage(record.pipeline_id, kind).pk if kind else read_id(data, "stage")
    if stage_id is None:
        if request.method == "POST":
            raise Invalid({"stage": [_("Choose a stage.")]})
        return show_dialog(request, "opportunities/dialogs/stages.html", _stage_choice(record))
    stage = stage_by_id(stage_id)
    gaps = exit_gaps(record, stage, timezone.now())
    if gaps:
        return _missing(request, record, stage, gaps)
    if request.method != "POST":
        return _ask(request, record, stage, {}, status=200)
    if _wants_step(request, record, stage):
        return _ask(request, record, stage, {}, status=422)
    try:
        moved = move_to_stage(
            actor=actor,
            opportunity=record,
            stage=stage,
            reason=read_reason(request.POST),
            note=request.POST.get("note", ""),
            version=read_id(request.POST, "version"),
            next_step=request.POST.get("next_step", "")[:200],
            next_step_on=read_date(request.POST, "next_step_on"),
            now=timezone.now(),
        )
    except Invalid as problem:
        if not set(problem.errors) <= _ASKED:
            raise
        return _ask(request, record, stage, problem.errors, status=422)
    except Conflict as clash:
        raise _in_words(clash, stage) from None
    return _moved(request, actor, moved, stage)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the open stage it truly left."""
    actor, record = editable(request, pk)
    record = reopen_opportunity(actor=actor, opportunity=record, now=timezone.now())
    name = stage_by_id(record.stage_id).name
    return changed(request, actor, record, _("Reopened in %(stage)s") % {"stage": name})


def _missing(
    request: HttpRequest, record: Opportunity, stage: Stage, gaps: list[Gap]
) -> HttpResponse:
    """What it lacks before it may move, each with the way there."""
    context = {
        "opportunity": record,
        "stage": stage,
        "gaps": gaps,
        "title": record.name,
        "cancel_url": record_url(record.pk),
    }
    status = 422 if request.method == "POST" else 200
    return show_dialog(request, "opportunities/dialogs/gaps.html", context, status=status)


def _moved(request: HttpRequest, actor: Actor, record: Opportunity, stage: Stage) -> HttpResponse:
    text = _("%(name)s moved to %(stage)s") % {"name": record.name, "stage": stage.name}
    if request.GET.get("on") == "board" and request.headers.get("HX-Request"):
        return moved_on_board(request, actor, record, text)
    carried = request.GET.get("on") == "cards" and not request.POST.get("next")
    if carried and request.headers.get("HX-Request"):
        return moved_on_cards(request, describe("opportunity"), record, text)
    return changed(request, actor, record, text)


def _wants_step(request: HttpRequest, record: Opportunity, stage: Stage) -> bool:
    """A missing next step is asked once, where the answer can be given; never forced."""
    asks = request.headers.get("HX-Request") and not request.POST.get("asked")
    is_open = status_after(stage_kind=stage.kind, stage_phase=stage.phase) == "open"
    return bool(asks and is_open and not record.next_step and stage.pk != record.stage_id)


def _in_words(clash: Conflict, stage: Stage) -> Conflict:
    """Both stages by name: what was asked for, and where it is now."""
    fields: dict[str, Any] = dict(clash.fields)
    if "stage" not in fields:
        return clash
    theirs = stage_by_id(int(fields["stage"][1])).name
    text = _("Somebody moved it to %(stage)s meanwhile.") % {"stage": theirs}
    return Conflict(text, {str(_("Stage")): (stage.name, theirs)})


def _stage_choice(record: Opportunity) -> dict[str, Any]:
    return {
        "opportunity": record,
        "stages": [one for one in stages(record.pipeline_id) if one.pk != record.stage_id],
        "title": _("Move stage"),
        "cancel_url": record_url(record.pk),
    }


def _ask(
    request: HttpRequest,
    record: Opportunity,
    stage: Stage,
    errors: dict[str, list[str]],
    *,
    status: int,
) -> HttpResponse:
    """The dialog with only what is missing for this stage."""
    outcome = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
    decides = outcome != record.status and outcome != "open"
    asks_step = outcome == "open" and not record.next_step
    gaps = int(decides) + int(asks_step)
    if not gaps and status == 200 and stage.pk == record.stage_id:
        raise NotFound(_("It is in this stage already."))
    context = {
        "opportunity": record,
        "stage": stage,
        "outcome": outcome,
        "groups": reason_groups(outcome) if decides else [],
        "chosen": request.POST.get("reason", ""),
        "note": request.POST.get("note", ""),
        "asks_step": asks_step,
        "step_on": working_calendar().add_working_days(today(now=timezone.now()), 3),
        "step_text": request.POST.get("next_step", ""),
        "errors": errors if request.POST.get("asked") else {},
        "version": request.POST.get("version", record.version),
        "gaps": gaps,
        "danger": outcome == "lost",
        "cancel_url": record_url(record.pk),
        "next": request.POST.get("next", ""),
    }
    return show_dialog(request, "opportunities/dialogs/move.html", context, status=status)


def reason_groups(outcome: str) -> list[ReasonGroup]:
    """Reasons of an outcome in two levels."""
    groups: list[ReasonGroup] = []
    for one in reasons(outcome):
        if one.parent_id is None:
            groups.append(ReasonGroup(one, []))
        elif groups:
            groups[-1].children.append(one)
    return groups
