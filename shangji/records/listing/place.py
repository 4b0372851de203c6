"""Where a record stands in the list or board it was opened from: previous, next, number."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import DomainError
from shangji.lib.values import dataclass
from shangji.records import saved_views
from shangji.records.conditions import Condition, Reason, reasons
from shangji.records.description import RecordDescription, describe
from shangji.records.first_views import asked_view
from shangji.records.listing.patience import patience
from shangji.records.listing.query import ListQuery, capped_count
from shangji.records.listing.state import read_state

#: how far into a list the place is looked for
REACH = 500
#: seconds a record's page spends on it
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Place:
    """`number` is None beyond reach; `url` leads back to the list."""

    url: str
    label: Any
    number: int | None = None
    count: int = 0
    previous_url: str = ""
    next_url: str = ""
    #: why the record is in the list; "" for a list without a filter
    why_url: str = ""


def place_in_list(actor: Actor, record: Any, origin: str) -> Place | None:
    """The place of a record in the list of an address; None when that is no list of its type.

    Args:
        origin: path and query of the list or board.
    """
    description = describe(record.record_type)
    try:
        query, label = _list_of(description, actor, origin)
        if query is None:
            return None
        with patience(LOOK_SECONDS):
            ids = query.ids(0, REACH + 1)
    except DomainError:
        return None
    if record.pk not in ids[:REACH]:
        return Place(origin, label)
    at = ids.index(record.pk)
    count = len(ids) if len(ids) <= REACH else capped_count(query.base, 100_000)
    around = [ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None]
    links = [
        ""
        if pk is None
        else reverse("records:page", kwargs={"slug": description.slug, "pk": pk})
        + "?"
        + urlencode({"in": origin})
        for pk in around
    ]
    why = reverse("records:why", kwargs={"slug": description.slug, "pk": record.pk})
    why_url = f"{why}?{urlencode({'in': origin})}" if query.conditions else ""
    return Place(origin, label, at + 1, count, *links, why_url)


def why_in_list(
    actor: Actor, record: Any, origin: str, now: datetime
) -> tuple[Any, list[Reason]] | None:
    """The list of an address and why the record is in it; None when that is no list of its type.

    Args:
        origin: path and query of the list or board. Invalid when its filter does not hold.
    """
    description = describe(record.record_type)
    query, label = _list_of(description, actor, origin)
    if query is None:
        return None
    return label, reasons(description, actor, query.conditions, record, now)


def _list_of(
    description: RecordDescription, actor: Actor, origin: str
) -> tuple[ListQuery | None, Any]:
    """The list of an address of ours, and what it is called."""
    parts = urlsplit(origin[:4000])
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None, ""
    return _query(description, actor, parts.path, QueryDict(parts.query))


def _query(
    description: RecordDescription, actor: Actor, path: str, params: QueryDict
) -> tuple[ListQuery | None, Any]:
    """The list of an address. A board of a phase is its open rows by next step."""
    try:
        found = resolve(path)
    except Resolver404:
        return None, ""
    base, view = saved_views.base_state(description, actor, asked_view(description, actor, params))
    label = getattr(view, "label", None) or getattr(view, "name", None) or description.plural
    if found.view_name == "records:list" and found.kwargs.get("slug") == description.slug:
        state = read_state(description, actor, params, base)
        return ListQuery(description, actor, state.conditions, state.sort), label
    phase = found.kwargs.get("phase")
    if phase and found.view_name == "opportunities:phase" and description.slug == "opportunities":
        state = read_state(description, actor, params, base)
        open_rows = (Condition("phase", "is", phase),)
        given = state.conditions if "f" in params else ()
        return ListQuery(description, actor, (*open_rows, *given), "next_step_on"), label
    return None, ""
