"""The risk register of one opportunity, the heat map over all, reviews and endings."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.answers import show_dialog
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.risk import close_risk, reopen_risk, review_risk
from shangji.phases.evaluate.forms.risk import CloseForm, ReviewForm
from shangji.phases.evaluate.models import Risk
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.risk import aside_rows, gap_words, open_register, register_of
from shangji.records.description import describe
from shangji.records.pages.answers import actor_of, done, safe_next

#: working days until a risk is looked at again, offered where one is reviewed
NEXT_REVIEW = 20
#: risks shown under the map over all opportunities; the list shows every one
SHOWN = 50


@login_required
@require_GET
def risks_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of one opportunity."""
    context = section_context(request, pk, "risks")
    register = register_of(actor_of(request), context["opportunity"], timezone.now())
    context |= {"register": register, "gaps": gap_words(register.gaps)}
    context["new_url"] = _new_url(pk)
    return render(request, "evaluate/risks_of.html", context)


@login_required
@require_GET
def risks(request: HttpRequest) -> HttpResponse:
    """Open risks of every open opportunity the reader sees: map and the weightiest."""
    register = open_register(actor_of(request), timezone.now())
    context = {
        "phase": "evaluate",
        "phase_page": "risks",
        "register": register,
        "rows": register.rows[:SHOWN],
        "late": [one for one in register.rows if one.is_overdue or one.is_expired],
        "list_url": reverse("records:list", kwargs={"slug": "risks"}),
    }
    return render(request, "evaluate/risks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked again: P and I as they are now, the next day."""
    actor, risk = _editable(request, pk)
    now = timezone.now()
    start = {
        "review_on": working_calendar().add_working_days(today(now=now), NEXT_REVIEW),
        "probability": risk.probability,
        "impact": risk.impact,
        "accepted_until": risk.accepted_until,
    }
    form = ReviewForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        next_day = given.pop("review_on")
        try:
            review_risk(actor=actor, risk=risk, review_on=next_day, values=given, now=now)
        except Invalid as problem:
            _blame(form, problem)
        else:
            return _changed(request, actor, risk, _("%(risk)s reviewed") % {"risk": risk.title})
    return _dialog(request, risk, form, _("Review “%(risk)s”"), _("Reviewed"))


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """How it ended."""
    actor, risk = _editable(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close_risk(
            actor=actor,
            risk=risk,
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
        return _changed(request, actor, risk, _("%(risk)s closed") % {"risk": risk.title})
    return _dialog(request, risk, form, _("Close “%(risk)s”"), _("Close risk"))


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back on the register."""
    actor, risk = _editable(request, pk)
    reopen_risk(actor=actor, risk=risk, now=timezone.now())
    return _changed(request, actor, risk, _("%(risk)s is open again") % {"risk": risk.title})


def aside_context(actor: Actor, record: Opportunity, now: Any, query: Any) -> dict[str, Any]:
    """The sheet beside an opportunity."""
    return {
        "rows": aside_rows(actor, record, now),
        "url": reverse("evaluate:risks_of", kwargs={"pk": record.pk}),
        "new_url": _new_url(record.pk),
        "opportunity": record,
    }


def _new_url(pk: int) -> str:
    back = reverse("evaluate:risks_of", kwargs={"pk": pk})
    new = reverse("records:new", kwargs={"slug": "risks"})
    return f"{new}?{urlencode({'opportunity': pk, 'next': back})}"


def _editable(request: HttpRequest, pk: int) -> tuple[Actor, Risk]:
    actor = actor_of(request)
    risk = get_visible(Risk, actor, pk)
    require(actor, "edit", risk)
    return actor, risk


def _dialog(request: HttpRequest, risk: Risk, form: Any, title: str, verb: str) -> HttpResponse:
    context = {
        "form": form,
        "opportunity": risk.opportunity,
        "title": title % {"risk": risk.title},
        "verb": verb,
        "cancel_url": safe_next(request, _register_url(risk)),
        "next": safe_next(request, ""),
    }
    status = 422 if form.errors else 200
    return show_dialog(request, "evaluate/form_dialog.html", context, status=status)


def _blame(form: Any, problem: Invalid) -> None:
    """Each fault beside its field; of fields that the dialog does not show, with their name."""
    names = {one.key: one.label for one in describe(Risk.record_type).fields}
    for key, texts in problem.errors.items():
        for text in texts:
            if key in form.fields:
                form.add_error(key, text)
            else:
                form.add_error(None, f"{names[key]}: {text}" if key in names else text)


def _register_url(risk: Risk) -> str:
    return reverse("evaluate:risks_of", kwargs={"pk": risk.opportunity_id})


def _changed(request: HttpRequest, actor: Actor, risk: Risk, text: str) -> HttpResponse:
    last = last_undoable(actor)
    to = safe_next(request, _register_url(risk))
    return done(request, text, to, undo=last.pk if last else None)
