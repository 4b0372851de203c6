"""The win rates of one opportunity, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shangji.phases.evaluate.pages.drift import drift_chart
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.probability import chances_of
from shangji.records.pages.answers import actor_of


@require_safe
def probability(request: HttpRequest, pk: int) -> HttpResponse:
    """Stage default, by hand, predicted: side by side, with the reasons of the last."""
    context = section_context(request, pk, "probability")
    chances = chances_of(actor_of(request), context["opportunity"], now=timezone.now())
    context |= {
        "chances": chances,
        "chart": None if chances.drift.is_empty else drift_chart(chances.drift),
    }
    return render(request, "evaluate/probability.html", context)
