"""Many opportunities at once: move them to a stage, set their next step."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shangji.core.opportunities.actions import bulk_move_to_stage, bulk_set_next_step
from shangji.core.opportunities.forms import read_date, read_id, read_reason
from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.pages.moves import reason_groups
from shangji.core.opportunities.queries.pipelines import stage_by_id, stages
from shangji.core.opportunities.rules import status_after
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.errors import Invalid
from shangji.records.actions.bulk import BulkResult
from shangji.records.change import read_seen
from shangji.records.chosen import chosen_rows
from shangji.records.description import describe
from shangji.records.differences import Difference, standing_values
from shangji.records.pages.answers import actor_of, done
from shangji.records.pages.bulk import PREVIEW_ABOVE, SAMPLE, read_choice, result_words


@login_required
@require_POST
def bulk_move(request: HttpRequest) -> HttpResponse:
    """First where to, and why where a stage decides; then all at once, with one undo. More than
    20 are shown with the stage they stand in before they move."""
    actor, context = _chosen(request)
    if not context["count"]:
        return done(request, _("Nothing is selected"), context["back"], tone="bad")
    stage_id = read_id(request.POST, "stage")
    stage = stage_by_id(stage_id) if stage_id is not None else None
    errors: dict[str, list[str]] = {}
    outcome = status_after(stage_kind=stage.kind, stage_phase=stage.phase) if stage else "open"
    # customers that go on in maintain are won already: nothing is decided anew
    decides = (
        stage is not None
        and outcome != "open"
        and (stage.kind != Stage.OPEN or context["rows"].exclude(status=outcome).exists())
    )
    reason = read_reason(request.POST)
    wide = context["count"] > PREVIEW_ABOVE and not request.POST.get("go")
    if stage is not None and not wide and (not decides or reason is not None):
        try:
            result = bulk_move_to_stage(
                actor=actor,
                stage=stage,
                reason=reason,
                note=request.POST.get("note", ""),
                now=timezone.now(),
                **context["choice"],
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return _done(request, context["back"], result)
    elif stage is not None and request.POST.get("go"):
        errors = {"reason": [_("Choose a reason.")]}
    context |= {
        "title": ngettext("Move %(n)s opportunity", "Move %(n)s opportunities", context["count"])
        % {"n": context["count"]},
        "stages": [] if stage else stages(),
        "stage": stage,
        "standing": _standing(actor, context["rows"], "stage") if stage else [],
        "groups": reason_groups(outcome) if decides else [],
        "errors": errors,
        "action": reverse("opportunities:bulk_move"),
    }
    status = 400 if errors else 200
    return render(request, "opportunities/bulk_move.html", context, status=status)


@login_required
@require_POST
def bulk_step(request: HttpRequest) -> HttpResponse:
    """The same next step for all: words and a day, beside what stands there now. Rows that were
    shown and whose next step somebody changed since are left."""
    actor, context = _chosen(request)
    if not context["count"]:
        return done(request, _("Nothing is selected"), context["back"], tone="bad")
    errors: dict[str, list[str]] = {}
    typed = None
    if request.POST.get("go"):
        try:
            typed = read_date(request.POST, "next_step_on")
            result = bulk_set_next_step(
                actor=actor,
                text=request.POST.get("next_step", ""),
                on=typed,
                now=timezone.now(),
                versions=read_seen(request.POST.getlist("seen")),
                **context["choice"],
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return _done(request, context["back"], result)
    title = ngettext(
        "Next step of %(n)s opportunity", "Next step of %(n)s opportunities", context["count"]
    )
    context |= {
        "title": title % {"n": context["count"]},
        "errors": errors,
        "text": request.POST.get("next_step", ""),
        "on": typed or working_calendar().add_working_days(today(now=timezone.now()), 3),
        "standing": _standing(actor, context["rows"], "next_step"),
        "action": reverse("opportunities:bulk_step"),
    }
    status = 400 if errors else 200
    return render(request, "opportunities/bulk_step.html", context, status=status)


def _chosen(request: HttpRequest) -> tuple[Actor, dict[str, Any]]:
    """The rows chosen on a list or board, as fields of the next form."""
    actor = actor_of(request)
    require_type(actor, "edit", Opportunity.record_type)
    ids, conditions = read_choice(request)
    rows = chosen_rows(actor, describe("opportunity"), ids=ids, conditions=conditions)
    mine = rows.permitted(actor, "edit")
    count, allowed = rows.count(), mine.count()
    hidden = [("ids", str(pk)) for pk in ids or ()]
    if ids is None:
        hidden = [("all", "1"), *(("f", one.text) for one in conditions or ())]
    return actor, {
        "choice": {"ids": ids, "conditions": conditions},
        "rows": mine,
        "count": allowed,
        "left": count - allowed,
        "hidden": hidden,
        "back": _back(request),
    }


def _standing(actor: Actor, rows: RecordQuerySet[Any], key: str) -> list[Difference]:
    """The first of the rows with what a field of theirs holds."""
    description = describe("opportunity")
    one = description.field(key, actor)
    return standing_values(description, actor, one, rows.order_by("pk")[:SAMPLE], timezone.now())


def _back(request: HttpRequest) -> str:
    """Back to the list or board it was asked from."""
    fallback = reverse("records:list", kwargs={"slug": "opportunities"})
    for given in (request.POST.get("back", ""), request.POST.get("next", "")):
        if given.startswith("/") and url_has_allowed_host_and_scheme(given, None):
            return given
    came = request.headers.get("Referer", "").partition(f"://{request.get_host()}")[2]
    return came if came.startswith("/") and "bulk" not in came else fallback


def _done(request: HttpRequest, back: str, result: BulkResult) -> HttpResponse:
    undo = result.operation_id if result.done else None
    return done(request, result_words("edit", result), back, undo=undo)
