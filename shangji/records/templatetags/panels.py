"""`{% record_tabs record as tabs %}`, `{% record_aside … %}`, `{% record_head … %}` and
`{% record_menu … %}`."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangji.lib.values import dataclass
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
    phone: bool = False


@dataclass
class Shown:
    """The open tab, or a sheet: a template and what it needs."""

    key: str
    label: Any
    template: str
    context: dict[str, Any]


@dataclass
class Tabs:
    """`at`: what a phone shows, where facts and people have no column of their own: "main",
    "facts" or "people". At a desk they stand beside the open tab."""

    items: list[Tab]
    open: Shown | None
    at: str = "main"


@register.simple_tag(takes_context=True)
def record_tabs(context: Any, record: Any, people: int | None = None) -> Tabs:
    """Tabs of a record's page; the one of `?tab=` is open, else the first.

    Args:
        people: how many people the sheet of people beside the facts names; without one, none.
    """
    request, actor = context["request"], context["actor"]
    found = panels(actor, record, "tab")
    if not found:
        return Tabs([], None)
    asked = request.GET.get("tab", "")
    chosen = next((one for one in found if one.key == asked), found[0])
    on_phone = {"facts": (_("Facts"), None)}
    if people is not None:
        on_phone["people"] = (pgettext("deal", "People"), people or None)
    at = asked if asked in on_phone else "main"

    def address(key: str) -> str:
        given = {"tab": key, "in": request.GET.get("in", "")}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{request.path}?{query}" if query else request.path

    items = []
    for one in found:
        count = one.count(actor, record) if one.count else None
        url = address("" if one is found[0] else one.key)
        items.append(Tab(one.key, one.label, url, count or None, one is chosen))
    items[1:1] = [
        Tab(key, label, address(key), count, key == at, phone=True)
        for key, (label, count) in on_phone.items()
    ]
    return Tabs(items, _shown(chosen, context, record), at)


@register.simple_tag(takes_context=True)
def record_head(context: Any, record: Any) -> list[Shown]:
    """The marks beside a record's title."""
    return [_shown(one, context, record) for one in panels(context["actor"], record, "head")]


@register.simple_tag(takes_context=True)
def record_aside(context: Any, record: Any) -> list[Shown]:
    """The sheets beside a record's facts."""
    return [_shown(one, context, record) for one in panels(context["actor"], record, "aside")]


@register.simple_tag(takes_context=True)
def record_menu(context: Any, record: Any) -> list[Shown]:
    """What apps above let somebody do with a record, as lines of its menu."""
    return [_shown(one, context, record) for one in panels(context["actor"], record, "menu")]


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
