"""The model card: what was learned, how well it did on what came later, and what moved since."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from shangji.foundation.access.checks import require_type
from shangji.lib.errors import NotFound
from shangji.phases.evaluate.actions.win_model import RIGHT, start_training
from shangji.phases.evaluate.pages.model_words import (
    calibration_chart,
    drift_words,
    effect_lines,
    measure_lines,
)
from shangji.phases.evaluate.queries.win_model import models_of, training_job
from shangji.records.pages.answers import actor_of


@require_safe
def model(request: HttpRequest) -> HttpResponse:
    """The card of the newest training, or of `?number=`."""
    actor = actor_of(request)
    require_type(actor, "read", "opportunity")
    found = models_of(actor)
    asked = request.GET.get("number", "")
    if asked:
        one = next((row for row in found if str(row.number) == asked), None)
        if one is None:
            raise NotFound
    else:
        one = found[0] if found else None
    context: dict[str, Any] = {
        "phase": "evaluate",
        "phase_page": "model",
        "model": one,
        "is_newest": bool(found) and one is found[0],
        "models": found,
        "may_train": actor.can(RIGHT),
        "job": training_job(actor),
    }
    if one is not None:
        context |= {
            "why": one.card.get("why", ""),
            "measures": measure_lines(one),
            "drift": drift_words(one),
            "effects": effect_lines(one),
            "chart": calibration_chart(one),
        }
    return render(request, "evaluate/model.html", context)


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Learn anew; the page shows how far it is."""
    start_training(actor=actor_of(request), now=timezone.now())
    return redirect("evaluate:model")
