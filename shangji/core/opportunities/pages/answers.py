"""How the pages of opportunities answer: a dialog or a page with the same form, then a toast."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.queries import last_undoable
from shangji.records.pages.answers import actor_of, done, safe_next


def record_url(pk: int) -> str:
    return reverse("records:page", kwargs={"slug": "opportunities", "pk": pk})


def editable(request: HttpRequest, pk: int) -> tuple[Actor, Opportunity]:
    """The actor and an opportunity it may edit. NotFound unseen, Forbidden when only seen."""
    actor = actor_of(request)
    record = get_visible(Opportunity, actor, pk)
    require(actor, "edit", record)
    return actor, record


def show_dialog(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The form as a dialog for a fragment request, else as a page of its own."""
    context = {"title": "", "action": request.get_full_path(), "dialog": template, **context}
    if request.headers.get("HX-Request"):
        return render(request, template, context, status=status)
    return render(request, "opportunities/dialog_page.html", context, status=status)


def changed(request: HttpRequest, actor: Actor, record: Opportunity, text: str) -> HttpResponse:
    """Back to the record, with a toast that offers to undo what was just done."""
    last = last_undoable(actor)
    to = safe_next(request, record_url(record.pk))
    return done(request, text, to, undo=last.pk if last else None)
