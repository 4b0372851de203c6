"""The market of an opportunity, and all markets."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.checks import get_visible, require_type
from shangji.phases.evaluate.actions.market import set_market
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.models import Market
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.market import (
    market_of,
    markets_to_choose,
    share_of_market,
    size_of,
    sizes_of,
)
from shangji.records.history import last_operation
from shangji.records.pages.answers import actor_of, done


@login_required
@require_safe
def market(request: HttpRequest, pk: int) -> HttpResponse:
    """How large the market of this opportunity is, by both routes."""
    actor = actor_of(request)
    context = section_context(request, pk, "market")
    require_type(actor, "read", "market")
    now = timezone.now()
    chosen = market_of(context["opportunity"])
    size = size_of(actor, chosen, now) if chosen else None
    context |= {
        "market": chosen,
        "size": size,
        "share": share_of_market(actor, context["opportunity"], size, now) if size else None,
        "markets": markets_to_choose(actor),
        "may_add": actor.may("create", "market_input"),
        "may_make": actor.may("create", "market"),
        "here": request.path,
    }
    return render(request, "evaluate/market.html", context)


@login_required
@require_POST
def market_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the opportunity into a market, or out of any."""
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    wanted = id_in(request.POST.get("market", ""))
    chosen = get_visible(Market, actor, wanted) if wanted is not None else None
    row = set_market(actor=actor, opportunity=opportunity, market=chosen, now=timezone.now())
    said = _("Market: %(name)s") % {"name": chosen.name} if chosen else _("In no market now")
    to = reverse("evaluate:market", kwargs={"pk": pk})
    return done(request, said, to, undo=last_operation(row))


@login_required
@require_safe
def markets(request: HttpRequest) -> HttpResponse:
    """Every market with its size."""
    actor = actor_of(request)
    require_type(actor, "read", "market")
    context = {
        "phase": "evaluate",
        "phase_page": "markets",
        "sizes": sizes_of(actor, timezone.now()),
        "may_make": actor.may("create", "market"),
    }
    return render(request, "evaluate/markets.html", context)
