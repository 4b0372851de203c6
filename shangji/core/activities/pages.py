"""Finishing next steps and activities, from wherever they are shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shangji.core.activities.actions import (
    complete_activity,
    complete_step,
    plan_call,
    reopen_activity,
)
from shangji.core.activities.forms import DoneForm, StepDoneForm
from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible


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
    form = StepDoneForm(request.POST or None, initial={"kind": "call"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        complete_step(actor=request.actor, opportunity=opportunity, now=timezone.now(), **data)
        messages.success(request, _("“%(step)s” is done") % {"step": opportunity.next_step})
        return back(request, f"/opportunities/{pk}/")
    context = {
        "form": form,
        "record": opportunity,
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
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        complete_activity(
            actor=request.actor, activity=activity, outcome=outcome, now=timezone.now()
        )
        messages.success(request, _("“%(step)s” is done") % {"step": activity.subject})
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
    messages.success(request, _("Call planned for %(day)s") % {"day": on.isoformat()})
    return back(request, f"/opportunities/{pk}/")
