"""The API under /api/v1/: every app's doors in one place, loaded with a program's first request.

`urls.py` names this module and does not import it: ninja and its schemas cost a start 130 ms and
10 MB, which a process that serves only pages does not pay.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from shangji.core.activities.api import router as activities
from shangji.core.contacts.api import router as contacts
from shangji.core.opportunities.api import router as opportunities
from shangji.foundation.people.limits import TooMany, take
from shangji.lib import problems
from shangji.lib.errors import DomainError, Invalid, MergedAway, NotFound
from shangji.phases.evaluate.api import ROUTERS as EVALUATE
from shangji.phases.identify.api import router as pool
from shangji.records.api.around import named
from shangji.records.api.around import router as around
from shangji.records.api.doors import actor_of, authenticate, door
from shangji.records.api.many import router as many
from shangji.records.api.merging import router as merging
from shangji.records.api.once import once
from shangji.records.api.openapi import openapi
from shangji.records.api.page import read_page
from shangji.records.api.reading import read_body
from shangji.records.api.records import router as records
from shangji.records.api.showing import json_answer
from shangji.records.pages.merged import stands_for

#: every app adds its router here; routes of every type last, so that named ones come first
ROUTERS = (
    opportunities,
    activities,
    contacts,
    pool,
    *EVALUATE,
    named,
    many,
    merging,
    records,
    around,
)


class Body(Parser):
    """Bodies are read in one place, with its limits."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request)


own = Router(tags=["API"])


@own.get("/openapi.json", **door("own", returns="Document"))
def document(request: HttpRequest) -> HttpResponse:
    """Describe the API of this workspace as OpenAPI 3.1, as far as you may know of it."""
    return json_answer(openapi(described(), actor_of(request)))


api = NinjaAPI(
    title="Shangji",
    version="1",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    parser=Body(),
)
for _router in (own, *ROUTERS):
    api.add_router("", _router)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of what was sent in a body is 422, of an address 400. What was merged names what
    stands for it, and is not redirected: a change must not reach another record unasked."""
    into = stands_for(request) if type(error) is NotFound else None
    error = error if into is None else MergedAway(into)
    of_body = isinstance(error, Invalid) and request.method in {"POST", "PATCH", "PUT"}
    return problems.answer(error, 422 if of_body else None)


@api.exception_handler(RawPostDataException)
def formed(request: HttpRequest, error: Any) -> HttpResponse:
    """A form was sent and read as one on its way here; doors take JSON."""
    return problems.answer(problems.Unsupported(_("The body should be JSON.")))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.nothing_here()


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: Any) -> HttpResponse:
    """ninja wraps what the reader of bodies raised."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, DomainError):
        return refused(request, cause)
    return problems.answer(problems.Unreadable(str(error)), error.status_code)


@api.exception_handler(ValidationError)
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


@cache
def described() -> dict[str, Any]:
    """Ninja's document of all doors; records.api.openapi makes a reader's of it."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The API to read: every door, with what it takes and answers."""
    shown = read_page(openapi(described(), actor_of(request)), described())
    return render(request, "records/api.html", {"sections": shown, "base_url": settings.BASE_URL})


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address under /api/v1/ that leads nowhere."""
    return problems.nothing_here()


def _name(route: str) -> str:
    """A name from the address: opportunities/{int:pk}/move is `opportunities-pk-move`."""
    return "-".join(part.strip("<>{}").rpartition(":")[2] for part in route.split("/") if part)


def _door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
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


def _urls() -> list[URLPattern]:
    """One pattern an address; ninja gives one for each method."""
    found: dict[str, URLPattern] = {}
    for one in api.urls[0]:
        route = str(one.pattern)
        if route and isinstance(one, URLPattern):
            found.setdefault(route, path(route, _door(one.callback), name=_name(route)))
    return [
        path("", page, name="page"),
        *found.values(),
        re_path(r"^(?P<rest>.*)$", _door(nowhere), name="nowhere"),
    ]


urlpatterns = _urls()


def doors() -> list[tuple[str, str, Any]]:
    """Every door: the name of its route, its method in small letters, ninja's operation."""
    return [
        (_name(bound.prefix + route), method.lower(), operation)
        for bound in api._get_bound_routers()
        for route, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]
