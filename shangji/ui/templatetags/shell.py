"""Long menus of the frame as HTML: a loop of template nodes on every page would cost it more."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from shangji.lib.markup import escape
from shangji.ui.templatetags.ui import icon, number

register = template.Library()

Item = Mapping[str, Any]


def _here(item: Item, current: object) -> str:
    return ' aria-current="page"' if item["key"] == current else ""


def _count(item: Item) -> str:
    count = item.get("count")
    return "" if count is None else f'<span class="count">{number(count)}</span>'


@register.simple_tag
def phase_links(phases: Iterable[Item], current: str) -> SafeString:
    """The five phases in the sidebar, with their counts and keys."""
    found = []
    for place, one in enumerate(phases, 1):
        label = escape(one["label"])
        found.append(
            f'\n<li data-phase="{escape(one["key"])}"><a class="side-link" '
            f'href="{escape(one["url"])}" data-key="g {place}" title="{label}"'
            f'{_here(one, current)}><span class="node-box" aria-hidden="true">'
            f'<span class="node"></span></span><span class="side-text">{label}</span>'
            f"{_count(one)}</a></li>"
        )
    return mark_safe("".join(found))  # noqa: S308 - parts escaped


@register.simple_tag
def nav_links(items: Iterable[Item], current: str) -> SafeString:
    """The places below the phases."""
    found = []
    for one in items:
        label = escape(one["label"])
        hotkey = f' data-key="{escape(one["hotkey"])}"' if one.get("hotkey") else ""
        found.append(
            f'\n<li><a class="side-link" href="{escape(one["url"])}" title="{label}"{hotkey}'
            f'{_here(one, current)}>{icon(one["icon"])}<span class="side-text">{label}</span>'
            f"{_count(one) if one.get('count') else ''}</a></li>"
        )
    return mark_safe("".join(found))  # noqa: S308 - parts escaped
