"""The API under /api/v1/: every app's doors in one place, loaded with a program's first request.

`urls.py` names this module and does not import it: ninja and its schemas cost a start 130 ms and
10 MB, which a process that serves only pages does not pay.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from shangji.core.opportunities.api import router as opportunities
from shangji.lib import problems
from shangji.lib.errors import DomainError, Invalid
from shangji.phases.evaluate.api import ROUTERS as EVALUATE
from shangji.records.api.doors import authenticate
from shangji.records.api.reading import read_body
from shangji.records.api.records import router as records

#: every app adds its router here; routes of every type last, so that named ones come first
ROUTERS = (opportunities, *EVALUATE, records)


class Body(Parser):
    """Bodies are read in one place, with its limits."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request)


api = NinjaAPI(
    title="Shangji",
    version="1",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=authenticate,
    parser=Body(),
)
for _router in ROUTERS:
    api.add_router("", _router)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of what was sent in a body is 422, of an address 400."""
    of_body = isinstance(error, Invalid) and request.method in {"POST", "PATCH", "PUT"}
    return problems.answer(error, 422 if of_body else None)


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


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address under /api/v1/ that leads nowhere."""
    return problems.nothing_here()


def _name(route: str) -> str:
    """A name from the address: opportunities/{int:pk}/move is `opportunities-pk-move`."""
    return "-".join(part.strip("<>{}").rpartition(":")[2] for part in route.split("/") if part)


def _door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of ninja: lets programs in without a session, and refuses a method in our words."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = view(request, **kwargs)
        if response.status_code == 405:
            allow = response.headers.get("Allow", "")
            error = problems.NotAllowed(_("This address answers %(allow)s.") % {"allow": allow})
            return problems.answer(error, headers={"Allow": allow})
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
    return [*found.values(), re_path(r"^(?P<rest>.*)$", _door(nowhere), name="nowhere")]


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
