"""What the pages here share: who asks, and how a refusal comes back in the form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.people.forms.fields import Versioned
from shangji.lib.errors import Conflict, DomainError, Invalid

Page = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as an actor (set by the middleware)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def with_right(right: str) -> Callable[[Page], Page]:
    """A page for people who hold a right outside records; 403 for others."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require_right(actor_of(request), right)
            return page(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def carried_out(form: forms.Form, change: Callable[[], object]) -> bool:
    """Run an action; what it refuses is written onto the form. True when it was done."""
    try:
        change()
    except Invalid as refusal:
        for key, texts in refusal.errors.items():
            for text in texts:
                form.add_error(key if key in form.fields else None, text)
        return False
    except Conflict as refusal:
        form.refused_with = refusal.status  # type: ignore[attr-defined]
        if isinstance(form, Versioned):
            form.catch_up()
        form.add_error(None, str(refusal.message))
        for key, (_mine, theirs) in refusal.fields.items():
            text = _("Now it is: %(theirs)s") % {"theirs": _shown(form, key, theirs)}
            form.add_error(key if key in form.fields else None, text)
        return False
    return True


def answer(
    request: HttpRequest, template: str, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    """The page with its form; 400 or 409 when the form was refused."""
    status = getattr(form, "refused_with", 400) if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def done(
    request: HttpRequest, text: str, to: str, *args: object, undo: bool = False
) -> HttpResponse:
    """Say what happened, with `undo` offer to take it back, and go on to a page."""
    _say(request, text, undo)
    return redirect(to, *args)


def tried(
    request: HttpRequest, change: Callable[[], object], text: str, *, undo: bool = False
) -> None:
    """Run an action behind a bare button; a refusal becomes a message."""
    try:
        change()
    except DomainError as refusal:
        if refusal.status not in {400, 409}:
            raise
        messages.error(request, str(refusal.message))
    else:
        _say(request, text, undo)


def _say(request: HttpRequest, text: str, undo: bool) -> None:
    last = last_undoable(actor_of(request)) if undo else None
    messages.success(request, text, extra_tags=f"undo:{last.pk}" if last else "")


def _shown(form: forms.Form, key: str, value: object) -> object:
    field = form.fields.get(key)
    if isinstance(field, forms.ModelChoiceField) and value is not None:
        return field.queryset.filter(pk=value).first() or value
    if isinstance(field, forms.ChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[call-overload]
    return _("empty") if value in (None, "") else value
