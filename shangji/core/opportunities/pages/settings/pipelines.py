"""Settings of pipelines and stages."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.opportunities.actions.pipelines import (
    move_stage,
    restore_stage,
    retire_stage,
    save_pipeline,
    save_stage,
)
from shangji.core.opportunities.forms.settings import NamesForm, StageForm
from shangji.core.opportunities.models import Pipeline, Stage
from shangji.core.opportunities.queries.pipelines import was_used
from shangji.core.opportunities.queries.settings import (
    pipelines_with_stages,
    rate_effect,
    setting_row,
)
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid
from shangji.records.pages.answers import actor_of, done

FIELDS = (
    "name_zh",
    "name_en",
    "phase",
    "kind",
    "probability",
    "forecast",
    "stale_days",
    "entry_criteria",
    "exit_criteria",
)


@login_required
@require_GET
def pipelines(request: HttpRequest) -> HttpResponse:
    """All pipelines with their stages."""
    context = {
        "settings_page": "pipelines",
        "pipelines": pipelines_with_stages(actor_of(request)),
    }
    return render(request, "opportunities/settings/pipelines.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def pipeline(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Rename a pipeline or begin one."""
    actor = actor_of(request)
    row = setting_row(actor, Pipeline, pk) if pk is not None else None
    pipelines_with_stages(actor)
    start = {"name_zh": row.name_zh, "name_en": row.name_en} if row else None
    form = NamesForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        save_pipeline(actor=actor, pipeline=row, now=timezone.now(), **form.cleaned_data)
        return _back(request, _("Pipeline saved"))
    title = _("Rename pipeline") if row else _("New pipeline")
    return _form(request, form, title)


@login_required
@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest, pk: int | None = None, pipeline: int | None = None) -> HttpResponse:
    """Change a stage or add one. Another default rate asks whether open ones follow."""
    actor = actor_of(request)
    row: Stage | None = setting_row(actor, Stage, pk) if pk is not None else None
    home: Pipeline = setting_row(actor, Pipeline, row.pipeline_id if row else pipeline)
    start: dict[str, Any] = {"kind": "open", "stale_days": 10, "forecast": "pipeline"}
    if row is not None:
        start = {key: getattr(row, key) for key in FIELDS}
    form = StageForm(request.POST or None, initial=start)
    effects: list[Any] = []
    if request.method == "POST" and form.is_valid():
        percent = form.cleaned_data["probability"]
        if row is not None and percent != row.probability and not request.POST.get("follow"):
            effects = rate_effect(actor, row, percent)
        if not effects:
            try:
                save_stage(
                    actor=actor,
                    pipeline=home,
                    stage=row,
                    values={key: form.cleaned_data[key] for key in FIELDS},
                    open_follow=request.POST.get("follow", "yes") == "yes",
                    now=timezone.now(),
                )
            except Invalid as problem:
                _into(form, problem)
            else:
                return _back(request, _("Stage saved"))
    title = _("Stage %(name)s") % {"name": row.name} if row else _("New stage")
    more = {"effects": effects, "stage": row, "percent": request.POST.get("probability", "")}
    more["is_used"] = row is not None and was_used(row)
    return _form(request, form, title, **more)


@login_required
@require_POST
def stage_order(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    actor = actor_of(request)
    row = setting_row(actor, Stage, pk)
    step = -1 if request.POST.get("step") == "up" else 1
    move_stage(actor=actor, stage=row, step=step, now=timezone.now())
    return _back(request, _("Order saved"))


@login_required
@require_POST
def stage_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a stage or offer it again."""
    actor = actor_of(request)
    row = setting_row(actor, Stage, pk)
    if request.POST.get("on"):
        restore_stage(actor=actor, stage=row, now=timezone.now())
        return _back(request, _("In use again"))
    retire_stage(actor=actor, stage=row, now=timezone.now())
    return _back(request, _("No longer offered; its history stays"))


def _back(request: HttpRequest, text: str) -> HttpResponse:
    last = last_undoable(actor_of(request))
    return done(request, text, reverse("opportunities:pipelines"), undo=last.pk if last else None)


def _form(request: HttpRequest, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {
        "settings_page": "pipelines",
        "form": form,
        "title": title,
        "cancel_url": reverse("opportunities:pipelines"),
        **more,
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "opportunities/settings/form.html", context, status=status)


def _into(form: Any, problem: Invalid) -> None:
    """The action's refusal beside the fields it names."""
    for key, texts in problem.errors.items():
        for text in texts:
            form.add_error(key if key in form.fields else None, text)
