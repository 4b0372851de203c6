"""The competitors on one deal, and all of them with win rates."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.checks import get_visible, require_type
from shangji.phases.evaluate.actions.rivals import add_rival, remove_rival
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.competition import (
    MINIMUM_DEALS,
    PERIODS,
    known_names,
    matrix,
    rivals,
    rivals_on,
)
from shangji.records.pages.answers import actor_of, done


@login_required
@require_safe
def competition(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else is after this deal, with their cards; nobody has to be named."""
    actor = actor_of(request)
    context = section_context(request, pk, "competition")
    require_type(actor, "read", "competitor")
    lines = rivals_on(actor, context["opportunity"], timezone.now())
    context |= {
        "lines": lines,
        "columns": [one.competitor for one in lines],
        "matrix": matrix(actor, [one.competitor for one in lines]) if lines else [],
        "known": known_names(actor) if context["may_edit"] else [],
        "minimum": MINIMUM_DEALS,
        "may_add": actor.may("create", "battlecard"),
        "here": request.path,
    }
    return render(request, "evaluate/competition.html", context)


@login_required
@require_POST
def rival_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a competitor on this deal."""
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    name = request.POST.get("name", "")
    add_rival(actor=actor, opportunity=opportunity, name=name, now=timezone.now())
    to = reverse("evaluate:competition", kwargs={"pk": pk})
    return done(request, _("%(name)s noted") % {"name": name.strip()}, to)


@login_required
@require_POST
def rival_remove(request: HttpRequest, pk: int, competitor: int) -> HttpResponse:
    """Take a competitor off this deal."""
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    remove_rival(actor=actor, opportunity=opportunity, competitor_id=competitor, now=timezone.now())
    return done(
        request, _("Taken off the list"), reverse("evaluate:competition", kwargs={"pk": pk})
    )


@login_required
@require_safe
def competitors(request: HttpRequest) -> HttpResponse:
    """Every competitor: win rate in a period, open deals, cards."""
    actor = actor_of(request)
    require_type(actor, "read", "competitor")
    asked = request.GET.get("period", "")
    period = asked if asked in {key for key, _label, _years in PERIODS} else PERIODS[0][0]
    lines = rivals(actor, timezone.now(), period)
    context = {
        "phase": "evaluate",
        "phase_page": "competitors",
        "lines": lines,
        "matrix": matrix(actor, [one.competitor for one in lines[:8]]),
        "shown": [one.competitor for one in lines[:8]],
        "periods": [(key, label, key == period) for key, label, _years in PERIODS],
        "minimum": MINIMUM_DEALS,
        "may_make": actor.may("create", "competitor"),
    }
    return render(request, "evaluate/competitors.html", context)
