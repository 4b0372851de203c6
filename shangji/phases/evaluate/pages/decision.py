"""The go / no-go one-pager: what is known, what was decided, and the three ways on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.opportunities.models import Opportunity, Reason, Stage
from shangji.core.opportunities.pages.answers import editable, show_dialog
from shangji.core.opportunities.queries.exits import NotReady
from shangji.core.opportunities.queries.pipelines import reasons, stage_by_id
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_right
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import current_workspace, today, working_calendar
from shangji.lib.dates import add_months
from shangji.lib.errors import Invalid, NotFound
from shangji.phases.evaluate.actions.decision import (
    RIGHT,
    Proposal,
    approve_decision,
    decide,
    refuse_decision,
    save_policy,
    withdraw_decision,
)
from shangji.phases.evaluate.forms.decision import (
    AnswerForm,
    GoForm,
    NoGoForm,
    NotNowForm,
    PolicyForm,
)
from shangji.phases.evaluate.models import Decision
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.deciding import (
    decision_context,
    go_stages,
    needs_approval,
)
from shangji.phases.evaluate.queries.decision_sheet import decision_tiles
from shangji.phases.evaluate.queries.policy import affected_by, decision_policy, limit_words
from shangji.records.pages.answers import actor_of, done


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One page with everything evaluation knows, and the decision."""
    context = section_context(request, pk, "decision")
    actor, deal, now = actor_of(request), context["opportunity"], timezone.now()
    context |= decision_context(actor, deal, now)
    context |= {
        "tiles": decision_tiles(actor, deal, now),
        "stage": stage_by_id(deal.stage_id),
        "asks": context["may_edit"] and needs_approval(actor, deal, now),
        "limit": limit_words(decision_policy().approval_over),
        "may_decide": context["may_edit"]
        and deal.status == Opportunity.OPEN
        and context["waiting"] is None,
        "may_see_amount": "amount" not in actor.hidden_fields("opportunity"),
    }
    return render(request, "evaluate/decision.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """GET asks what this verdict needs; POST decides, or asks for the approval."""
    actor, deal = editable(request, pk)
    form = _form(request, deal, verdict)
    if request.method == "POST" and form.is_valid():
        try:
            made = decide(
                actor=actor,
                opportunity=deal,
                proposal=_proposal(verdict, form.cleaned_data),
                now=timezone.now(),
            )
        except NotReady as problem:
            return _missing(request, deal, problem)
        except Invalid as problem:
            for key, texts in problem.errors.items():
                for text in texts:
                    form.add_error(key if key in form.fields else None, text)
        else:
            return _changed(request, actor, pk, _said(made, deal))
    asks = needs_approval(actor, deal, timezone.now())
    context = {
        "form": form,
        "opportunity": deal,
        "title": _TITLES[verdict]() % {"name": deal.name},
        "verb": _("Ask for approval") if asks else _VERBS[verdict](),
        "danger": verdict == Decision.NO_GO,
        "cancel_url": _url(pk),
    }
    status = 422 if form.errors else 200
    return show_dialog(request, "evaluate/form_dialog.html", context, status=status)


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it take effect."""
    actor, decision = _visible(request, pk)
    answer = request.POST.get("answer", "")
    approve_decision(actor=actor, decision=decision, answer=answer, now=timezone.now())
    text = _("Approved: %(verdict)s") % {"verdict": decision.get_verdict()}
    return _changed(request, actor, decision.opportunity_id, text)


@login_required
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    actor, decision = _visible(request, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        refuse_decision(actor=actor, decision=decision, answer=answer, now=timezone.now())
        return _changed(request, actor, decision.opportunity_id, _("Refused"))
    context = {
        "form": form,
        "opportunity": decision.opportunity,
        "title": _("Refuse “%(verdict)s”?") % {"verdict": decision.get_verdict()},
        "verb": _("Refuse"),
        "cancel_url": _url(decision.opportunity_id),
    }
    status = 422 if form.errors else 200
    return show_dialog(request, "evaluate/form_dialog.html", context, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the request back."""
    actor, decision = _visible(request, pk)
    withdraw_decision(actor=actor, decision=decision, now=timezone.now())
    return _changed(request, actor, decision.opportunity_id, _("Withdrawn"))


@login_required
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """From which value on a decision is approved and a register asked for."""
    actor = actor_of(request)
    require_right(actor, RIGHT)
    found = decision_policy()
    start = {
        key: "" if value is None else f"{value.normalize():,f}"
        for key, value in (
            ("approval_over", found.approval_over),
            ("register_over", found.register_over),
            ("decision_over", found.decision_over),
        )
    }
    form = PolicyForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            save_policy(actor=actor, now=timezone.now(), **form.cleaned_data)
        except Invalid as problem:
            for key, texts in problem.errors.items():
                form.add_error(key, texts[0])
        else:
            last = last_undoable(actor)
            to, undo = reverse("evaluate:policy"), last.pk if last else None
            return done(request, _("Rules of decisions saved"), to, undo=undo)
    context = {
        "settings_page": "decisions",
        "form": form,
        "currency": current_workspace().currency,
        "lacking": affected_by(found.register_over) if found.register_over is not None else None,
        "register_over": limit_words(found.register_over),
    }
    status = 400 if form.errors else 200
    return render(request, "evaluate/policy.html", context, status=status)


_TITLES = {
    "go": lambda: _("Go for “%(name)s”"),
    "no_go": lambda: _("No-go for “%(name)s”"),
    "not_now": lambda: _("Not now: when does “%(name)s” come back?"),
}
_VERBS = {
    "go": lambda: _("Go"),
    "no_go": lambda: _("No-go"),
    "not_now": lambda: _("Put off"),
}


def _form(request: HttpRequest, deal: Opportunity, verdict: str) -> Any:
    data = request.POST or None
    if verdict == Decision.GO:
        here = stage_by_id(deal.stage_id)
        return GoForm(data, stages=go_stages(deal), here=here)
    if verdict == Decision.NO_GO:
        return NoGoForm(data, reasons=reasons("lost"))
    if verdict == Decision.NOT_NOW:
        day = today(now=timezone.now())
        later = working_calendar().add_working_days(add_months(day, 3), 0)
        return NotNowForm(data, initial={"returns_on": later}, first=day)
    raise NotFound


def _proposal(verdict: str, data: dict[str, Any]) -> Proposal:
    to_stage: Stage | None = stage_by_id(data["to_stage"]) if data.get("to_stage") else None
    lost: Reason | None = None
    if data.get("lost_reason"):
        lost = next((one for one in reasons("lost") if one.pk == data["lost_reason"]), None)
    return Proposal(
        verdict=verdict,
        reason=data["reason"],
        to_stage=to_stage,
        lost_reason=lost,
        returns_on=data.get("returns_on"),
    )


def _missing(request: HttpRequest, deal: Opportunity, problem: NotReady) -> HttpResponse:
    """What it lacks before it may leave its stage, each with the way there."""
    context = {
        "opportunity": deal,
        "stage": problem.stage,
        "gaps": problem.gaps,
        "title": deal.name,
        "cancel_url": _url(deal.pk),
    }
    return show_dialog(request, "opportunities/dialogs/gaps.html", context, status=422)


def _said(made: Decision, deal: Opportunity) -> str:
    words = {"name": deal.name, "verdict": made.get_verdict()}
    if made.state == Decision.ASKED:
        return _("%(name)s waits for approval") % words
    return _("%(name)s: %(verdict)s") % words


def _visible(request: HttpRequest, pk: int) -> tuple[Actor, Decision]:
    actor = actor_of(request)
    return actor, get_visible(Decision, actor, pk)


def _url(pk: int) -> str:
    return reverse("evaluate:decision", kwargs={"pk": pk})


def _changed(request: HttpRequest, actor: Actor, pk: int, text: str) -> HttpResponse:
    last = last_undoable(actor)
    return done(request, text, _url(pk), undo=last.pk if last else None)


def tab_context(
    actor: Actor, opportunity: Opportunity, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """The same tiles as a tab of the opportunity's page; worked out when it is open."""
    return {
        "tiles": decision_tiles(actor, opportunity, now),
        "url": reverse("evaluate:decision", kwargs={"pk": opportunity.pk}),
    }
