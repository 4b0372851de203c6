"""The workspace in settings: name and places, currencies and dated rates."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.people.actions.workspace import delete_rate, edit_workspace, set_rate
from shangji.foundation.people.forms.workspace import RateForm, WorkspaceForm
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    with_right,
)
from shangji.foundation.workspace.models import ExchangeRate, Workspace
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.ui.settings_nav import first_url

RIGHT = "settings.workspace"


@login_required
@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """Settings: the first page that is this person's, else the profile."""
    return redirect(first_url(actor_of(request)) or "people:profile")


@with_right(RIGHT)
def workspace_edit(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    row = Workspace.objects.get(pk=current_workspace().pk)
    form = WorkspaceForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_workspace(actor=actor, **values)):
            return done(request, _("The workspace was changed."), "people:workspace")
    return answer(request, "people/workspace.html", form, {"settings_page": "workspace"})


@with_right(RIGHT)
def currencies(request: HttpRequest) -> HttpResponse:
    """Rates that hold today, all dated ones, and a form for the next."""
    actor, base = actor_of(request), current_workspace().currency
    form = RateForm(request.POST or None, base=base, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: set_rate(actor=actor, **values)):
            return done(request, _("The rate was written down."), "people:currencies")
    rows = ExchangeRate.objects.order_by("currency", "-on", "base")
    holding = {(rate.source, rate.on) for rate in rates_on(today())}
    context = {
        "settings_page": "currencies",
        "base": base,
        "rates": [(row, row.base == base and (row.currency, row.on) in holding) for row in rows],
    }
    return answer(request, "people/currencies.html", form, context)


@with_right(RIGHT)
@require_POST
def rate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ExchangeRate, pk=pk)
    delete_rate(actor=actor_of(request), rate=row, now=timezone.now())
    return done(request, _("The rate is gone."), "people:currencies")
