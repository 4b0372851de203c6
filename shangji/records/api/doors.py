"""What an app's `api.py` uses: who asks, what a door needs, how a changed record is answered.

docs/how-to/add-an-api-endpoint.md shows one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_type
from shangji.foundation.audit.models import Record
from shangji.lib.errors import Forbidden, NotFound
from shangji.lib.problems import Unauthorized
from shangji.records import slugs  # noqa: F401 - `{record:slug}` in routes of every type
from shangji.records.api.showing import json_answer, saved_data
from shangji.records.description import RecordDescription, by_slug, describe
from shangji.records.history import last_operation

#: doors of every type: the type is the `slug` of the address
ANY = "*"
#: where addresses of the API begin
ROOT = "/api/v1/"
#: what a door may ask of the actor, each with its table in the access matrix
VERBS = frozenset(
    "read edit delete restore assign merge give_back log create list many many_edit many_delete"
    " upsert claim read_file edit_file own own_thing right".split()
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def door(
    verb: str,
    record_type: str = "",
    *,
    returns: str = "",
    example: Any = None,
    right: str = "",
    kinds: Sequence[str] = (),
    args: Mapping[str, Any] | None = None,
    status: Sequence[int] = (200,),
    body: str = "",
    query: Sequence[Mapping[str, Any]] = (),
    upload: bool = False,
    is_bytes: bool = False,
) -> dict[str, Any]:
    """Arguments of a route: `@router.post("/opportunities/{int:pk}/win", **door("edit", …))`.

    Args:
        verb: what the action behind it asks, one of VERBS; the access matrix tests the route so.
        record_type: the type whose record `pk` is; without one the door is about no record.
        returns: the record type the answer is; "" when the route names a schema itself with
            ninja's `response=`. Doors of every type: "*", "page" or a name of `api.shapes`.
        status: what it answers when it does its work.
        body: doors of every type: the schema of the body, `*` for the type's name.
        query: parameters of the address, as in OpenAPI.
        example: a body that works, shown in the description and sent by tests.
        right: for the verb "right", the right outside records.
        kinds: of the doors of every type, those it serves; all when left out.
        args: further parts of the address, as an example that works.
        upload: the body is a form with a file. is_bytes: the answer is a file.
    """
    assert verb in VERBS, verb
    said = {
        "x-verb": verb,
        "x-record": record_type,
        "x-returns": returns,
        "x-right": right,
        "x-kinds": tuple(kinds),
        "x-args": dict(args or {}),
        "x-status": tuple(status),
        "x-body": body,
        "x-query": tuple(query),
        "x-upload": upload,
        "x-bytes": is_bytes,
        "x-example": example,
    }
    return {"openapi_extra": said}


def authenticate(request: HttpRequest) -> Actor:
    """Who asks: the key's person (found by the middleware), or the session's with its token.

    Raises Unauthorized, or Forbidden for a change from a browser without the CSRF token.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Unauthorized(_("This address is for programs with a key and people who signed in."))
    if actor.door == "api":
        return actor
    if request.method not in _SAFE and _forged(request):
        raise Forbidden(_("This request came without the token of your session. Reload the page."))
    request.actor = Actor(actor.user, "api")  # type: ignore[attr-defined]
    return actor_of(request)


def _forged(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is not None


def actor_of(request: HttpRequest) -> Actor:
    """The actor `authenticate` found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def of_slug(request: HttpRequest, slug: str) -> RecordDescription:
    """The type of an address, which the actor may read at all. NotFound or Forbidden."""
    description = by_slug(slug)
    if description is None:
        raise NotFound(_("Not here, or not yours to see."))
    require_type(actor_of(request), "read", description.type)
    return description


def seen(request: HttpRequest, record_type: str, pk: int) -> Any:
    """The record of an id, as far as the actor may know of it."""
    require_type(actor_of(request), "read", record_type)
    return get_visible(describe(record_type).model, actor_of(request), pk)


def record_answer(request: HttpRequest, record: Record, status: int = 200) -> HttpResponse:
    """A record as it stands after a change, with what undoes it in the header `Operation`, and of
    one that was made its address in `Location`."""
    data = saved_data(actor_of(request), record)
    headers = {"Operation": str(last_operation(record) or "")}
    if status == 201:
        headers["Location"] = f"{ROOT}{describe(record.record_type).slug}/{record.pk}"
    return json_answer(data, status, **headers)
