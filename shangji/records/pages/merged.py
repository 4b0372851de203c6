"""The old address of a merged record leads to the record that stands for it."""

import re

from django.http import HttpRequest

from shangji.foundation.access.actor import Actor
from shangji.records.description import by_slug
from shangji.records.merging.queries import survivor_of

_PAGE = re.compile(r"/(?P<slug>[a-z][a-z0-9-]*)/(?P<pk>[0-9]{1,18})(?P<rest>/.*)")


def moved_to(request: HttpRequest) -> str:
    """Where a page that was not found is now; "" where it is nowhere, or not the reader's.

    Only for what is read, and only once nothing was found: it costs no other page anything. The
    answer is not for ever (302): undo brings the old record back.
    """
    actor: Actor | None = getattr(request, "actor", None)
    found = _PAGE.fullmatch(request.path_info)
    if actor is None or found is None or request.method not in {"GET", "HEAD"}:
        return ""
    description = by_slug(found["slug"])
    if description is None or not actor.may("read", description.type):
        return ""
    pk = survivor_of(actor, description.type, int(found["pk"]))
    if pk is None:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return f"/{found['slug']}/{pk}{found['rest']}" + (f"?{query}" if query else "")
