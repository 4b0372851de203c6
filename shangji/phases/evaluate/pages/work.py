"""The work queue of the phase, and the rule behind it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shangji.foundation.access.checks import require_right, require_type
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import current_workspace, today
from shangji.lib.errors import Invalid
from shangji.lib.phases import BY_KEY, PHASES
from shangji.phases.evaluate.actions.work import RIGHT, set_work_order
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.forms.work import WorkOrderForm
from shangji.phases.evaluate.queries.work import (
    Order,
    current_weights,
    order_of_work,
    preview_of,
)
from shangji.phases.evaluate.rules.work import FACTORS, check_weights
from shangji.records.pages.answers import actor_of, done

LABELS = {
    "deadline": gettext_lazy("Deadline"),
    "value": gettext_lazy("Expected value"),
    "score": gettext_lazy("Score"),
    "intent": gettext_lazy("Intent"),
    "silence": gettext_lazy("Silence"),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Open opportunities, best first: with `?whose=mine` own ones, with `all` every one that is
    seen; without it own ones, where there are any."""
    actor = actor_of(request)
    require_type(actor, "read", "opportunity")
    asked = request.GET.get("whose", "")
    whose = "all" if asked == "all" else "mine"
    phase = request.GET.get("phase", "")
    phase = phase if phase in BY_KEY else ""
    weights, _version, broken = current_weights()
    now = timezone.now()
    found = order_of_work(actor, now, weights=weights, mine=whose == "mine", phase=phase)
    if not asked and not phase and not found.total:
        # whoever owns nothing looks at what others work on
        whose, found = "all", order_of_work(actor, now, weights=weights)
    context = {
        "phase": "evaluate",
        "phase_page": "queue",
        "order": found,
        "rows": _rows(found, today(now=now)),
        "weights": weights,
        "broken": broken,
        "whose": [_tab("mine", _("Mine"), whose, phase), _tab("all", _("All I see"), whose, phase)],
        "phases": [
            {"label": _("All"), "url": _url(whose, ""), "current": not phase},
            *(
                {"label": one.label, "url": _url(whose, one.key), "current": one.key == phase}
                for one in PHASES
            ),
        ],
        "may_work": actor.may("edit", "opportunity")
        and "next_step" not in actor.read_only_fields("opportunity"),
        "shows_step": "next_step" not in actor.hidden_fields("opportunity"),
        "may_change": actor.can(RIGHT),
    }
    return render(request, "evaluate/work.html", context)


def _url(whose: str, phase: str) -> str:
    query = f"?whose={whose}" + (f"&phase={phase}" if phase else "")
    return reverse("evaluate:queue") + query


def _tab(key: str, label: str, whose: str, phase: str) -> dict[str, Any]:
    return {"label": label, "url": _url(key, phase), "current": key == whose}


def _rows(order: Order, day: date) -> list[dict[str, Any]]:
    return [
        {
            "one": one,
            "url": reverse("records:page", kwargs={"slug": "opportunities", "pk": one.row["pk"]}),
            "is_due": one.row["next_step_on"] is not None and one.row["next_step_on"] <= day,
            "parts": [{"label": LABELS[part.key], "part": part} for part in one.parts],
        }
        for one in order.ranked
    ]


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The rule; a GET with weights shows what they would change."""
    actor = actor_of(request)
    require_right(actor, RIGHT)
    now = timezone.now()
    weights, version, broken = current_weights()
    asked: Mapping[str, Any] | None = request.POST or (
        request.GET if "preview" in request.GET else None
    )
    form = WorkOrderForm(asked, initial=asdict(weights))
    preview = None
    if asked is not None and form.is_valid():
        try:
            if request.method == "POST":
                seen = id_in(asked.get("version", ""))
                set_work_order(actor=actor, weights=form.weights(), now=now, version=seen)
                last = last_undoable(actor)
                return done(
                    request,
                    _("Order of work saved"),
                    reverse("evaluate:work_settings"),
                    undo=last.pk if last else None,
                )
            proposed = check_weights(form.weights())
            preview = preview_of(actor, now, present=weights, proposed=proposed)
        except Invalid as problem:
            form.add_error(None, str(problem.message))
    context = {
        "settings_page": "work_order",
        "form": form,
        "factors": [form[key] for key in FACTORS],
        "others": [form[key] for key in ("value_full", "intent_full", "days_ahead")],
        "currency": current_workspace().currency,
        "sum": weights.total,
        "preview": preview,
        "version": version or "",
        "broken": broken,
    }
    return render(request, "evaluate/work_settings.html", context)
