"""The doors of saved views."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.lib.errors import NotFound
from shangji.records.actions.saved_views import (
    change_view,
    choose_first_view,
    delete_view,
    save_view,
)
from shangji.records.description import RecordDescription
from shangji.records.listing.state import ListState, preset_state, read_state
from shangji.records.models import SavedView
from shangji.records.pages.answers import actor_of, done, of_type, safe_next


@of_type
@require_POST
def view_save(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    view = save_view(
        actor=actor_of(request),
        description=description,
        name=request.POST.get("name", ""),
        shared_with=request.POST.get("shared_with", "private"),
        state=posted_state(request, description),
        now=timezone.now(),
    )
    return done(request, _("View “%(name)s” saved") % {"name": view.name}, _url(description, view))


@of_type
@require_POST
def view_change(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    actor = actor_of(request)
    view = change_view(
        actor=actor,
        description=description,
        view=_view(actor, description, pk),
        name=request.POST.get("name", ""),
        shared_with=request.POST.get("shared_with", "private"),
        state=posted_state(request, description),
        now=timezone.now(),
    )
    return done(request, _("View “%(name)s” saved") % {"name": view.name}, _url(description, view))


@of_type
@require_POST
def view_delete(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    actor = actor_of(request)
    view = _view(actor, description, pk)
    operation_id = delete_view(actor=actor, view=view, now=timezone.now())
    to = reverse("records:list", kwargs={"slug": description.slug})
    text = _("View “%(name)s” deleted") % {"name": view.name}
    return done(request, text, to, undo=operation_id)


@of_type
@require_POST
def view_first(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Open the list with `view`, for oneself or, with `for_role`, for `role`; "clear" takes the
    choice back."""
    for_role = request.POST.get("for_role", "")
    clear = request.POST.get("clear") or for_role == "clear"
    view = "" if clear else request.POST.get("view", "")[:40]
    role = request.POST.get("role", "")[:40] if for_role else ""
    undo = choose_first_view(
        actor=actor_of(request), description=description, view=view, role=role, now=timezone.now()
    )
    to = reverse("records:list", kwargs={"slug": description.slug})
    to = safe_next(request, to)
    if undo is None:
        return done(request, _("Nothing was changed"), to)
    text = _("The list opens with this view") if view else _("The list opens as before")
    return done(request, text, to, undo=undo)


def posted_state(request: HttpRequest, description: RecordDescription) -> ListState:
    """The whole state that a list's forms carry: `f` (several), `sort`, `group`, `columns`."""
    actor = actor_of(request)
    first = preset_state(description, actor, "")
    assert first is not None
    bare = replace(first, view="", conditions=())
    return read_state(description, actor, request.POST, bare)


def _view(actor: Actor, description: RecordDescription, pk: int) -> SavedView:
    view = get_visible(SavedView, actor, pk)
    if view.of_type != description.type:
        raise NotFound(_("There is no such view."))
    return view


def _url(description: RecordDescription, view: SavedView) -> str:
    return f"{reverse('records:list', kwargs={'slug': description.slug})}?view={view.pk}"
