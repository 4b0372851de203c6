"""`{% record_tabs record as tabs %}`, `{% record_aside … %}` and `{% record_head … %}`."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils import timezone

from shangji.records.listing.place import Place, place_in_list
from shangji.records.panels import Panel, panels

register = template.Library()


@dataclass
class Tab:
    """A tab as a template shows it."""

    key: str
    label: Any
    url: str
    count: int | None
    current: bool


@dataclass
class Shown:
    """The open tab, or a sheet: a template and what it needs."""

    key: str
    label: Any
    template: str
    context: dict[str, Any]


@dataclass
class Tabs:
    items: list[Tab]
    open: Shown | None


@register.simple_tag(takes_context=True)
def record_tabs(context: Any, record: Any) -> Tabs:
    """Tabs of a record's page; the one of `?tab=` is open, else the first."""
    request, actor = context["request"], context["actor"]
    found = panels(actor, record, "tab")
    if not found:
        return Tabs([], None)
    asked = request.GET.get("tab", "")
    chosen = next((one for one in found if one.key == asked), found[0])
    keep = request.GET.get("in", "")
    items = []
    for one in found:
        query = request.GET.copy()
        query.clear()
        if one is not found[0]:
            query["tab"] = one.key
        if keep:
            query["in"] = keep
        count = one.count(actor, record) if one.count else None
        url = f"{request.path}?{query.urlencode()}" if query else request.path
        items.append(Tab(one.key, one.label, url, count or None, one is chosen))
    return Tabs(items, _shown(chosen, context, record))


@register.simple_tag(takes_context=True)
def record_head(context: Any, record: Any) -> list[Shown]:
    """The marks beside a record's title."""
    return [_shown(one, context, record) for one in panels(context["actor"], record, "head")]


@register.simple_tag(takes_context=True)
def record_aside(context: Any, record: Any) -> list[Shown]:
    """The sheets beside a record's facts."""
    return [_shown(one, context, record) for one in panels(context["actor"], record, "aside")]


def _shown(one: Panel, context: Any, record: Any) -> Shown:
    request = context["request"]
    given = one.context(context["actor"], record, timezone.now(), request.GET)
    return Shown(one.key, one.label, one.template, given)


@register.simple_tag(takes_context=True)
def list_place(context: Any, record: Any) -> Place | None:
    """Where the record stands in the list it was opened from (`?in=`, else the Referer)."""
    request = context["request"]
    origin = request.GET.get("in", "")
    if not origin:
        came = urlsplit(request.headers.get("Referer", ""))
        if came.netloc != request.get_host():
            return None
        origin = f"{came.path}?{came.query}" if came.query else came.path
    return place_in_list(context["actor"], record, origin)
