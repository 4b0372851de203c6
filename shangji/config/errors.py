"""Error answers: they name the thing and the way out."""

import json
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shangji.lib import problems
from shangji.lib.errors import Conflict, DomainError, Invalid

#: where programs ask; they are answered in JSON
API_PREFIX = "/api/v1/"
#: seconds after which a browser or a script may ask a busy database again
RETRY_AFTER = 5


def answer_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A toast for a fragment request, a page for the rest, with the error's status."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        detail: dict[str, object] = {"message": str(error.message), "tone": "bad"}
        if isinstance(error, Conflict):
            detail["fields"] = {key: list(pair) for key, pair in error.fields.items()}
        if isinstance(error, Invalid):
            detail["errors"] = error.errors
        return HttpResponse(
            json.dumps(detail),
            status=error.status,
            content_type="application/json",
            headers={"HX-Trigger": json.dumps({"sj:toast": detail}), "HX-Reswap": "none"},
        )
    return page(request, error.status, str(error.message), error)


def page(
    request: HttpRequest, status: int, message: str, error: DomainError | None = None
) -> HttpResponse:
    titles = {
        400: _("This could not be read"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Changed meanwhile"),
        413: _("Too large"),
        429: _("Too many tries"),
        503: _("Busy"),
    }
    context = {
        "status": status,
        "title": titles.get(status, _("Something went wrong")),
        "message": message,
        "conflicts": error.fields if isinstance(error, Conflict) else {},
        "errors": _besides(message, error) if isinstance(error, Invalid) else {},
    }
    return render(request, "ui/error.html", context, status=status)


def _besides(message: str, error: Invalid) -> dict[str, list[str]]:
    """What is wrong field by field, without what the message says already."""
    rest = {key: [str(text) for text in texts] for key, texts in error.errors.items()}
    return {key: texts for key, texts in rest.items() if texts != [message]}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        return problems.nothing_here()
    return page(request, 404, _("Not here, or not yours to see."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403, _("Your role does not allow this."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400, _("The request could not be read. Go back and try again."))


def too_many(request: HttpRequest) -> HttpResponse:
    """What allauth answers who tries too fast."""
    return page(request, 429, _("Too many tries. Wait a minute, then go on."))


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw; a database that is away or full is told as such."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return database_away(request, error)
    if request.path_info.startswith(API_PREFIX):
        return problems.answer(DomainError(_("We wrote it down. Nothing was changed.")), 500)
    return page(
        request, 500, _("We wrote it down. Nothing was changed. Try again, or go back to Today.")
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request, 403, _("This form is too old or came from elsewhere. Reload and try again.")
    )


def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 with a time to come back, or 507 for a full disk; asks the database for nothing."""
    full = "full" in str(error) or "No space left" in str(error)
    message = (
        _("The disk of the server is full. Nothing was saved. An administrator makes room.")
        if full
        else _("The database is busy. Nothing was saved. Try again in a moment.")
    )
    status = 507 if full else 503
    headers = {} if full else {"Retry-After": str(RETRY_AFTER)}
    if request.path_info.startswith(API_PREFIX):
        return problems.answer(DomainError(message), status, headers)
    if request.headers.get("HX-Request"):
        detail = {"message": message, "tone": "bad"}
        headers |= {"HX-Trigger": json.dumps({"sj:toast": detail}), "HX-Reswap": "none"}
        return HttpResponse(
            json.dumps(detail), status=status, headers=headers, content_type="application/json"
        )
    title = _("Disk full") if full else _("Busy")
    context = {"status": status, "title": title, "message": message, "conflicts": {}, "errors": {}}
    return HttpResponse(render_to_string("ui/error.html", context), status=status, headers=headers)
