"""The old address of a merged record leads to the record that stands for it."""

import re

from django.http import HttpRequest

from shangji.foundation.access.actor import Actor
from shangji.records.description import by_slug
from shangji.records.merging.queries import survivor_of

_PAGE = re.compile(
    r"(?P<root>/(?:api/v1/)?)(?P<slug>[a-z][a-z0-9-]*)/(?P<pk>[0-9]{1,18})(?P<rest>(?:/.*)?)"
)


def stands_for(request: HttpRequest) -> int | None:
    """Id of the record that stands for the merged one in the address, when the reader sees it.

    Asked only once nothing was found: it costs no other request anything.
    """
    actor: Actor | None = getattr(request, "actor", None)
    found = _PAGE.fullmatch(request.path_info)
    description = by_slug(found["slug"]) if found is not None else None
    if actor is None or found is None or description is None:
        return None
    if not actor.may("read", description.type):
        return None
    return survivor_of(actor, description.type, int(found["pk"]))


def moved_to(request: HttpRequest) -> str:
    """Where a page that was not found is now; "" where it is nowhere, or not the reader's.

    Only for what is read. The answer is not for ever (302): undo brings the old record back.
    """
    found = _PAGE.fullmatch(request.path_info)
    pk = stands_for(request) if request.method in {"GET", "HEAD"} else None
    if pk is None or found is None:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return f"{found['root']}{found['slug']}/{pk}{found['rest']}" + (f"?{query}" if query else "")
