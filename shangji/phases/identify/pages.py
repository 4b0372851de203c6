"""The open pool: look, claim, return."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangji.core.activities.pages.follow_up import back
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.answers import record_url, show_dialog
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Forbidden, Invalid
from shangji.phases.identify.actions import claim_opportunities, return_to_pool
from shangji.phases.identify.queries import pool
from shangji.records.kinds.text import clean
from shangji.records.pages.answers import say, say_done

PAGE_SIZE = 50


class SignedIn(HttpRequest):
    """A request of a signed-in person (ActorMiddleware)."""

    actor: Actor


@require_safe
def pool_page(request: SignedIn) -> HttpResponse:
    require_type(request.actor, "read", "opportunity")
    hidden = request.actor.hidden_fields("opportunity")
    # whoever may not know the names learns none by trying words
    text = "" if "name" in hidden else clean(request.GET.get("q", "")[:100], keep_lines=False)
    rows = pool(request.actor, text=text).select_related("account", "stage", "channel")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page", "1")[:6])
    may_claim = request.actor.may("edit", "opportunity")
    context = {"page": page, "text": text, "may_claim": may_claim, "hidden": hidden}
    return render(request, "identify/pool.html", context)


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
    say_done(request, text)
    return redirect("identify:pool")


@require_http_methods(["GET", "POST"])
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    """Ask why, then give it back."""
    record = get_visible(Opportunity, request.actor, pk)
    if not may_give_back(request.actor, record):
        raise Forbidden(_("You may not give this back to the open pool."))
    errors: dict[str, list[str]] = {}
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            return_to_pool(
                actor=request.actor, opportunity_id=pk, reason=reason, now=timezone.now()
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            # without undo: who gave it away may take it back by claiming it
            say(request, _("Returned to the open pool"))
            return back(request, reverse("identify:pool"))
    context = {
        "opportunity": record,
        "reason": reason,
        "errors": errors,
        "title": _("Return to the open pool"),
        "verb": _("Return"),
        "cancel_url": record_url(pk),
    }
    return show_dialog(request, "identify/return.html", context, status=422 if errors else 200)


def may_give_back(actor: Actor, record: Opportunity) -> bool:
    """Whether the actor uses the pool and may take it from its owner."""
    uses = actor.role.grant("opportunity").pool
    return uses and model_queryset(Opportunity).allows(actor, "assign", record)
