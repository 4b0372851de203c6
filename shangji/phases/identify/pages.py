"""The open pool: look, claim, return."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.lib.errors import Invalid
from shangji.phases.identify.actions import claim_opportunities, return_to_pool
from shangji.phases.identify.queries import pool
from shangji.records.kinds.text import clean

PAGE_SIZE = 50


class SignedIn(HttpRequest):
    """A request of a signed-in person (ActorMiddleware)."""

    actor: Actor


@require_safe
def pool_page(request: SignedIn) -> HttpResponse:
    require_type(request.actor, "read", "opportunity")
    text = clean(request.GET.get("q", "")[:100], keep_lines=False)
    rows = pool(request.actor, text=text).select_related("account", "stage", "channel")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page", "1")[:6])
    may_claim = request.actor.may("edit", "opportunity")
    return render(
        request, "identify/pool.html", {"page": page, "text": text, "may_claim": may_claim}
    )


@require_POST
def claim(request: SignedIn) -> HttpResponse:
    given = request.POST.getlist("ids")[:500]
    ids = [int(text) for text in given if text.isdecimal() and len(text) < 19]
    if not ids:
        raise Invalid({"ids": [_("Choose at least one.")]})
    taken = claim_opportunities(actor=request.actor, ids=ids, now=timezone.now())
    left = len(set(ids)) - taken
    text = ngettext("%(n)s claimed", "%(n)s claimed", taken) % {"n": taken}
    if left:
        text += _(", %(n)s were gone") % {"n": left}
    messages.success(request, text)
    return redirect("identify:pool")


@require_POST
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return_to_pool(actor=request.actor, opportunity_id=pk, reason=reason, now=timezone.now())
    messages.success(request, _("Returned to the open pool"))
    return redirect("identify:pool")
