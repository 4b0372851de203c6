"""Finishing next steps and activities, from wherever they are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.accounts.models import Account
from shangji.core.activities.actions import (
    complete_activity,
    complete_step,
    log_activity,
    plan_call,
    reopen_activity,
)
from shangji.core.activities.choices import ICONS
from shangji.core.activities.forms import DoneForm, StepDoneForm
from shangji.core.activities.models import Activity
from shangji.core.activities.queries.timeline import TYPES, timeline
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.forms import read_date, read_id
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_field
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.dates import format_day
from shangji.lib.errors import NotFound
from shangji.records.description import describe
from shangji.records.history import lines
from shangji.records.pages.answers import actor_of, safe_next, say_done
from shangji.records.pages.answers import done as answer_done

TYPE_LABELS = {
    "move": gettext_lazy("Stage moves"),
    "activity": gettext_lazy("Activities"),
    "edit": gettext_lazy("Edits"),
    "touch": gettext_lazy("Touches"),
}
#: kinds the composer offers, in order
COMPOSED = {
    "note": gettext_lazy("Follow-up"),
    "call": gettext_lazy("Call"),
    "mail": gettext_lazy("Mail"),
    "meeting": gettext_lazy("Meeting"),
    "visit": gettext_lazy("Visit"),
    "wechat": gettext_lazy("WeChat"),
}
_MODELS: dict[str, Any] = {"opportunity": Opportunity, "account": Account, "contact": Contact}


class SignedIn(HttpRequest):
    """A request of a signed-in person (ActorMiddleware)."""

    actor: Actor


def back(request: HttpRequest, fallback: str) -> HttpResponse:
    """To the page it was asked from; a fragment's page reloads."""
    target = request.POST.get("next") or request.GET.get("next") or fallback
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = fallback
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def back_to(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


@require_http_methods(["GET", "POST"])
def step_done(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for the outcome of an opportunity's next step and for the one after it."""
    opportunity = get_visible(Opportunity, request.actor, pk)
    require(request.actor, "edit", opportunity)
    require_field(request.actor, "next_step", "opportunity")
    form = StepDoneForm(request.POST or None, initial={"kind": "call"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        data["step"] = request.POST.get("step")
        complete_step(actor=request.actor, opportunity=opportunity, now=timezone.now(), **data)
        say_done(request, _("“%(step)s” is done") % {"step": opportunity.next_step})
        return back(request, f"/opportunities/{pk}/")
    context = {
        "form": form,
        "record": opportunity,
        "step": request.POST.get("step", opportunity.next_step),
        "next": back_to(request),
        "action": request.path,
    }
    return render(
        request, "activities/step_done.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def done(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for the outcome of an activity and tick it off."""
    activity = get_visible(Activity, request.actor, pk)
    require(request.actor, "edit", activity)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        complete_activity(
            actor=request.actor, activity=activity, outcome=outcome, now=timezone.now()
        )
        say_done(request, _("“%(step)s” is done") % {"step": activity.subject})
        return back(request, "/activities/")
    context = {"form": form, "record": activity, "next": back_to(request), "action": request.path}
    return render(request, "activities/done.html", context, status=422 if form.is_bound else 200)


@require_POST
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    activity = get_visible(Activity, request.actor, pk)
    reopen_activity(actor=request.actor, activity=activity, now=timezone.now())
    return back(request, f"/activities/{pk}/")


@require_POST
def remedy(request: SignedIn, pk: int) -> HttpResponse:
    """No next step: plan a call in three working days."""
    opportunity = get_visible(Opportunity, request.actor, pk)
    on = plan_call(actor=request.actor, opportunity=opportunity, now=timezone.now())
    day = format_day(on, today(now=timezone.now()), get_language() or "en")
    say_done(request, _("Call planned for %(day)s") % {"day": day})
    return back(request, f"/opportunities/{pk}/")


def timeline_panel(
    actor: Actor, record: Any, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """Composer and timeline of an opportunity, account or contact."""
    kind = record.record_type
    chosen = query.get("type", "")
    chosen = chosen if chosen in TYPES else ""
    return {
        "tools": "activities/_filter.html",
        "record": record,
        "record_type": kind,
        "timeline": timeline(
            actor,
            now=now,
            types=(chosen,) if chosen else (),
            before=query.get("before", ""),
            **{kind: record},
        ),
        "types": [
            {"key": key, "label": label, "current": key == chosen}
            for key, label in TYPE_LABELS.items()
        ],
        "chosen_label": TYPE_LABELS.get(chosen, ""),
        "chosen": chosen,
        "may_log": actor.may("create", "activity"),
        "may_plan": kind == "opportunity"
        and record.status != "lost"
        and "next_step" not in actor.read_only_fields(kind)
        and model_queryset(Opportunity).allows(actor, "edit", record),
        "kinds": [
            {"key": key, "label": label, "icon": ICONS[key]} for key, label in COMPOSED.items()
        ],
        "step_on": working_calendar().add_working_days(today(now=now), 3),
        "page_url": reverse("records:page", kwargs={"slug": describe(kind).slug, "pk": record.pk}),
    }


def history_panel(
    actor: Actor, record: Any, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """Every change with old and new values."""
    return {"lines": lines(describe(record.record_type), actor, record, now, 200)}


@login_required
@require_GET
def older(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """The next fifty events, as a fragment."""
    actor = actor_of(request)
    panel = timeline_panel(actor, _about(actor, record_type, pk), timezone.now(), request.GET)
    return render(request, "activities/_events.html", {"panel": panel})


@login_required
@require_POST
def log(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """The composer: note what happened, and what comes next."""
    actor = actor_of(request)
    minutes = read_id(request.POST, "minutes")
    log_activity(
        actor=actor,
        about=_about(actor, record_type, pk),
        kind=request.POST.get("kind", Activity.NOTE),
        text=request.POST.get("text", ""),
        minutes=min(minutes, 10_000) if minutes is not None else None,
        next_step=request.POST.get("next_step", "")[:200],
        next_on=read_date(request.POST, "next_step_on"),
        now=timezone.now(),
    )
    page = reverse("records:page", kwargs={"slug": describe(record_type).slug, "pk": pk})
    last = last_undoable(actor)
    return answer_done(
        request, _("Noted"), safe_next(request, page), undo=last.pk if last else None
    )


def _about(actor: Actor, record_type: str, pk: int) -> Any:
    """The visible record an activity is about."""
    if record_type not in _MODELS:
        raise NotFound(_("Not here, or not yours to see."))
    return get_visible(_MODELS[record_type], actor, pk)
