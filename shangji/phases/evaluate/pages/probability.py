"""The win rates of one opportunity, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.phases.evaluate.pages.drift import drift_chart
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.probability import chances_of, glance_of
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


def glance(actor: Actor, record: Opportunity, now: Any, query: Any) -> dict[str, Any]:
    """The sheet beside an opportunity: predicted win rate and intent, with their pages."""
    return {
        "glance": glance_of(actor, record, now),
        "is_open": record.status == Opportunity.OPEN,
        "url": reverse("evaluate:probability", kwargs={"pk": record.pk}),
        "intent_url": reverse("evaluate:intent", kwargs={"pk": record.pk}),
    }
