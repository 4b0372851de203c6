"""The intent of one opportunity, event by event, and the rule behind it."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.intent import RIGHT, set_intent_rule
from shangji.phases.evaluate.forms.intent import IntentRuleForm
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.intent import current_intent_rule, is_broken, rule_versions
from shangji.phases.evaluate.queries.intent_sheet import intent_sheet, preview_of, rule_rows
from shangji.records.pages.answers import actor_of, done


@require_safe
def intent(request: HttpRequest, pk: int) -> HttpResponse:
    """Every event that counts, and those that count nothing with the cause."""
    context = section_context(request, pk, "intent")
    actor = actor_of(request)
    context |= {
        "sheet": intent_sheet(actor, context["opportunity"], now=timezone.now()),
        "may_change": actor.can(RIGHT),
    }
    return render(request, "evaluate/intent.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The rule; a GET with values shows what they would change."""
    actor = actor_of(request)
    require_right(actor, RIGHT)
    row, rule = current_intent_rule()
    rows = rule_rows(rule)
    asked: Any = request.POST or (request.GET if "preview" in request.GET else None)
    form = IntentRuleForm(asked, rows=rows, rule=rule)
    preview = None
    if asked is not None and form.is_valid():
        try:
            if request.method == "POST":
                set_intent_rule(
                    actor=actor,
                    half_life_days=form.cleaned_data["half_life_days"],
                    lines=form.lines(),
                    now=timezone.now(),
                )
                last = last_undoable(actor)
                return done(
                    request,
                    _("Rule saved; intent is being counted anew"),
                    reverse("evaluate:intent_settings"),
                    undo=last.pk if last else None,
                )
            preview = preview_of(actor, form.rule(), now=timezone.now())
        except Invalid as problem:
            form.add_error(None, str(problem.message))
    versions = rule_versions(actor)
    context = {
        "settings_page": "intent_rule",
        "form": form,
        "sorts": form.groups(),
        "row": row,
        "versions": versions,
        "broken": bool(versions) and is_broken(versions[0]),
        "preview": preview,
        "most": max((one.after for one in preview), default=Decimal(0)) if preview else 0,
    }
    return render(request, "evaluate/intent_settings.html", context)
