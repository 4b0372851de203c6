"""Every door of every app under /api/v1/, loaded with the first request for one that is not plain.

`urls.py` names this module and does not import it: schemas and doors of their own cost a start
100 ms, which is paid by whom needs them (plain.py has what programs ask most).
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from ninja import Router

from shangji.config.api import plain
from shangji.config.api.frame import addresses, api_of, name_of, standing
from shangji.core.activities.api import router as activities
from shangji.core.contacts.api import router as contacts
from shangji.core.opportunities.api import router as opportunities
from shangji.lib import problems
from shangji.phases.evaluate.api import ROUTERS as EVALUATE
from shangji.phases.identify.api import router as pool
from shangji.records.api.around import named
from shangji.records.api.around import router as around
from shangji.records.api.doors import actor_of, door
from shangji.records.api.many import router as many
from shangji.records.api.merging import router as merging
from shangji.records.api.openapi import openapi
from shangji.records.api.page import read_page
from shangji.records.api.records import router as records
from shangji.records.api.showing import json_answer

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


own = Router(tags=["API"])


@own.get("/openapi.json", **door("own", returns="Document"))
def document(request: HttpRequest) -> HttpResponse:
    """Describe the API of this workspace as OpenAPI 3.1, as far as you may know of it."""
    return json_answer(openapi(described(), actor_of(request)))


api = api_of("api", (own, *ROUTERS))


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


def doors() -> list[tuple[str, str, Any]]:
    """Every door: the name of its route, its method in small letters, ninja's operation."""
    found = []
    for bound in api._get_bound_routers():
        for route, view in bound.path_operations.items():
            name = name_of(bound.prefix + route)
            space = "api-plain" if name in plain.ADDRESSES else "api"
            for operation in view.operations:
                found += [(f"{space}:{name}", m.lower(), operation) for m in operation.methods]
    return found


urlpatterns = [
    path("", page, name="page"),
    *(one for name, one in addresses(api).items() if name not in plain.ADDRESSES),
    re_path(r"^(?P<rest>.*)$", standing(nowhere), name="nowhere"),
]
