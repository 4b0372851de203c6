"""What the pages share: who asks, which type, how a change is answered."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import NotFound
from shangji.records.description import by_slug

Page = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as an actor (set by the middleware)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def of_type(page: Callable[..., HttpResponse]) -> Page:
    """A page of one record type: signed in, the slug known, reading the type allowed at all.

    The page is called with (request, description, …) in place of the slug.
    """

    @wraps(page)
    def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        description = by_slug(slug)
        if description is None:
            raise NotFound(_("Not here, or not yours to see."))
        require_type(actor_of(request), "read", description.type)
        return page(request, description, *args, **kwargs)

    return login_required(guarded)


def undo_url(operation_id: int | None) -> str:
    return reverse("records:undo", kwargs={"pk": operation_id}) if operation_id else ""


def toasted(
    response: HttpResponse,
    text: str,
    *,
    undo: int | None = None,
    undo_at: str = "",
    tone: str = "",
    **events: Any,
) -> HttpResponse:
    """Let a fragment's answer say what happened, with its undo: an operation's id, or the address
    to post to when no record changed."""
    detail = {"message": text}
    if undo or undo_at:
        detail["undo"] = undo_at or undo_url(undo)
    if tone:
        detail["tone"] = tone
    triggers = {"sj:toast": detail, **{name.replace("_", ":"): v for name, v in events.items()}}
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response


def done(
    request: HttpRequest, text: str, to: str, *, undo: int | None = None, tone: str = ""
) -> HttpResponse:
    """After a change: a page goes on to `to` and says so; a dialog closes and goes there too."""
    say(request, text, undo=undo, tone=tone)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def say(request: HttpRequest, text: str, *, undo: int | None = None, tone: str = "") -> None:
    """A toast on the next page; `undo` is the id of the operation."""
    level = messages.ERROR if tone == "bad" else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=f"undo:{undo}" if undo else "")


def say_done(request: HttpRequest, text: str) -> None:
    """A toast on the next page that offers to undo what the person did last."""
    last = last_undoable(actor_of(request))
    say(request, text, undo=last.pk if last else None)


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where a form wants to go on to: an address of ours, else the fallback."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    inside = target.startswith("/") and url_has_allowed_host_and_scheme(target, None)
    return target if inside else fallback
