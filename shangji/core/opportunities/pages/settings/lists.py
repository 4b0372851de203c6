"""Settings of reasons, competitors and channels."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.channels.models import Channel
from shangji.core.opportunities.actions.lists import (
    delete_competitor,
    save_channel,
    save_competitor,
    save_reason,
    use_channel,
    use_reason,
)
from shangji.core.opportunities.forms import read_id
from shangji.core.opportunities.forms.settings import ChannelForm, CompetitorForm, ReasonForm
from shangji.core.opportunities.models import Competitor, Reason
from shangji.core.opportunities.queries.settings import (
    channel_lines,
    competitor_lines,
    reason_lines,
    setting_row,
)
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid
from shangji.records.pages.answers import actor_of, done

#: address names where they differ from the page's key
_PAGES = {"competitors": "competitors_settings"}


@login_required
@require_GET
def reasons(request: HttpRequest) -> HttpResponse:
    """Why deals are won and lost, in two levels."""
    lines = reason_lines(actor_of(request))
    context = {
        "settings_page": "reasons",
        "outcomes": [
            {"key": "lost", "title": _("Why deals are lost"), "lines": lines["lost"]},
            {"key": "won", "title": _("Why deals are won"), "lines": lines["won"]},
        ],
    }
    return render(request, "opportunities/settings/reasons.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change a reason, or add one under `?outcome=` or `?parent=`."""
    actor = actor_of(request)
    reason_lines(actor)
    row: Reason | None = setting_row(actor, Reason, pk) if pk is not None else None
    above = read_id(request.GET, "parent")
    parent: Reason | None = setting_row(actor, Reason, above) if above is not None else None
    outcome = row.outcome if row else parent.outcome if parent else request.GET.get("outcome", "")
    start = {key: getattr(row, key) for key in ("name_zh", "name_en", "needs_note")} if row else {}
    form = ReasonForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            save_reason(
                actor=actor,
                outcome=outcome,
                parent=row.parent if row else parent,
                reason=row,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Invalid as problem:
            form.add_error(None, str(problem.message))
        else:
            return _back(request, "reasons", _("Reason saved"))
    title = row.name if row else _("New reason")
    if parent is not None:
        title = _("New reason under %(name)s") % {"name": parent.name}
    return _form(request, form, title, "reasons")


@login_required
@require_POST
def reason_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a reason or no longer."""
    actor = actor_of(request)
    row = setting_row(actor, Reason, pk)
    use_reason(actor=actor, reason=row, on=bool(request.POST.get("on")), now=timezone.now())
    return _back(request, "reasons", _("Reasons saved"))


@login_required
@require_GET
def competitors(request: HttpRequest) -> HttpResponse:
    context = {"settings_page": "competitors", "lines": competitor_lines(actor_of(request))}
    return render(request, "opportunities/settings/competitors.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def competitor(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change a competitor or add one."""
    actor = actor_of(request)
    competitor_lines(actor)
    row: Competitor | None = setting_row(actor, Competitor, pk) if pk is not None else None
    start = {"name": row.name, "website": row.website} if row else {}
    form = CompetitorForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            save_competitor(actor=actor, competitor=row, now=timezone.now(), **form.cleaned_data)
        except Invalid as problem:
            form.add_error("name", str(problem.message))
        else:
            return _back(request, "competitors", _("Competitor saved"))
    return _form(request, form, row.name if row else _("New competitor"), "competitors")


@login_required
@require_POST
def competitor_delete(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = setting_row(actor, Competitor, pk)
    delete_competitor(actor=actor, competitor=row, now=timezone.now())
    return _back(request, "competitors", _("%(name)s is in the bin.") % {"name": row.name})


@login_required
@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    context = {"settings_page": "channels", "lines": channel_lines(actor_of(request))}
    return render(request, "opportunities/settings/channels.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def channel(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change a channel or add one."""
    actor = actor_of(request)
    channel_lines(actor)
    row: Channel | None = setting_row(actor, Channel, pk) if pk is not None else None
    start = {key: getattr(row, key) for key in ("name_zh", "name_en", "kind")} if row else {}
    form = ChannelForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        save_channel(actor=actor, channel=row, now=timezone.now(), **form.cleaned_data)
        return _back(request, "channels", _("Channel saved"))
    return _form(request, form, row.name if row else _("New channel"), "channels")


@login_required
@require_POST
def channel_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a channel or no longer."""
    actor = actor_of(request)
    row = setting_row(actor, Channel, pk)
    use_channel(actor=actor, channel=row, on=bool(request.POST.get("on")), now=timezone.now())
    return _back(request, "channels", _("Channels saved"))


def _back(request: HttpRequest, page: str, text: str) -> HttpResponse:
    last = last_undoable(actor_of(request))
    to = reverse(f"opportunities:{_PAGES.get(page, page)}")
    return done(request, text, to, undo=last.pk if last else None)


def _form(request: HttpRequest, form: Any, title: str, page: str) -> HttpResponse:
    context = {
        "settings_page": page,
        "form": form,
        "title": title,
        "cancel_url": reverse(f"opportunities:{_PAGES.get(page, page)}"),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "opportunities/settings/form.html", context, status=status)
