"""Error answers: they name the thing and the way out."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangji.lib.errors import Conflict, DomainError, Invalid


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
        503: _("Busy"),
    }
    context = {
        "status": status,
        "title": titles.get(status, _("Something went wrong")),
        "message": message,
        "conflicts": error.fields if isinstance(error, Conflict) else {},
        "errors": error.errors if isinstance(error, Invalid) else {},
    }
    return render(request, "ui/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404, _("Not here, or not yours to see."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403, _("Your role does not allow this."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400, _("The request could not be read. Go back and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    return page(
        request, 500, _("We wrote it down. Nothing was changed. Try again, or go back to Today.")
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request, 403, _("This form is too old or came from elsewhere. Reload and try again.")
    )
