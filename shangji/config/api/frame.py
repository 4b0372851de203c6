"""What every door under /api/v1/ stands in: who asks, how often, at most once, our refusals."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from shangji.foundation.people.limits import TooMany, take
from shangji.lib import problems
from shangji.lib.errors import DomainError, Invalid, MergedAway, NotFound
from shangji.records.api.doors import authenticate
from shangji.records.api.once import once
from shangji.records.api.reading import read_body
from shangji.records.pages.merged import stands_for


class Body(Parser):
    """Bodies are read in one place, with its limits."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request)


def api_of(namespace: str, routers: Iterable[Router]) -> NinjaAPI:
    """An API of these routers; of two that fit an address, the first answers."""
    api = NinjaAPI(
        title="Shangji",
        version="1",
        urls_namespace=namespace,
        openapi_url=None,
        docs_url=None,
        parser=Body(),
    )
    for router in routers:
        api.add_router("", router)
    for fault, answer in _ANSWERS.items():
        api.add_exception_handler(fault, answer)
    return api


def addresses(api: NinjaAPI) -> dict[str, URLPattern]:
    """One pattern for each address of an API; ninja gives one for each method."""
    found: dict[str, URLPattern] = {}
    for one in api.urls[0]:
        route = str(one.pattern)
        if route and isinstance(one, URLPattern):
            name = name_of(route)
            found.setdefault(name, path(route, standing(one.callback), name=name))
    return found


def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of what was sent in a body is 422, of an address 400. What was merged names what
    stands for it, and is not redirected: a change must not reach another record unasked."""
    into = stands_for(request) if type(error) is NotFound else None
    error = error if into is None else MergedAway(into)
    of_body = isinstance(error, Invalid) and request.method in {"POST", "PATCH", "PUT"}
    return problems.answer(error, 422 if of_body else None)


def formed(request: HttpRequest, error: Any) -> HttpResponse:
    """A form was sent and read as one on its way here; doors take JSON."""
    return problems.answer(problems.Unsupported(_("The body should be JSON.")))


def missing(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.nothing_here()


def unread(request: HttpRequest, error: Any) -> HttpResponse:
    """ninja wraps what the reader of bodies raised."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, DomainError):
        return refused(request, cause)
    return problems.answer(problems.Unreadable(str(error)), error.status_code)


def misfit(request: HttpRequest, error: Any) -> HttpResponse:
    """What a schema refused, field by field."""
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = [str(part) for part in one["loc"] if part not in {"body", "query", "path"}]
        errors.setdefault(".".join(place[1:] or place), []).append(_said(one))
    return refused(request, Invalid(errors))


def _said(one: dict[str, Any]) -> str:
    """The commonest faults in words of ours."""
    if one["type"] == "missing":
        return _("This is needed.")
    if one["type"].startswith("int"):
        return _("Should be a whole number.")
    if one["type"].startswith("date"):
        return _("Should be a date such as 2026-11-23.")
    return str(one["msg"])


_ANSWERS: dict[type[Exception], Any] = {
    DomainError: refused,
    RawPostDataException: formed,
    Http404: missing,
    HttpError: unread,
    ValidationError: misfit,
}


def name_of(route: str) -> str:
    """A name from the address: opportunities/{int:pk}/move is `opportunities-pk-move`."""
    return "-".join(part.strip("<>{}").rpartition(":")[2] for part in route.split("/") if part)


def standing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of ninja: who asks, how often, at most once; refusals in our words."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        allowance = None
        try:
            actor = authenticate(request)
            allowance = take(actor.user_id or 0, timezone.now())
            response = once(request, actor, lambda: view(request, **kwargs))
        except TooMany as error:
            allowance = error.allowance
            response = problems.answer(error, headers={"Retry-After": str(allowance.reset)})
        except DomainError as error:
            response = refused(request, error)
        if response.status_code == 405:
            allow = response.headers.get("Allow", "")
            refusal = problems.NotAllowed(_("This address answers %(allow)s.") % {"allow": allow})
            response = problems.answer(refusal, headers={"Allow": allow})
        for name, value in (allowance.headers if allowance else {}).items():
            response.headers[name] = value
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # authenticate() asks for the token
    answered.login_required = False  # type: ignore[attr-defined]  # it answers 401 by itself
    return answered
