"""Hits as HTML: a loop of template nodes would cost as much as the look into the index."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from shangji.foundation.search.queries import Hit
from shangji.lib.markup import escape
from shangji.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def hit_lines(hits: Iterable[Hit], icons: bool = False) -> SafeString:
    """The lines of a sheet, a link each; `icons=True` where they are of several types."""
    return mark_safe(  # noqa: S308 - parts escaped
        "".join(
            f'<li><a class="row grow" href="{escape(hit.url)}">{icon(hit.icon) if icons else ""}'
            f'<span class="semi cut">{escape(hit.title)}</span>'
            f"{_second(hit, 'ink-3 cut')}</a></li>"
            for hit in hits
        )
    )


@register.simple_tag
def hit_options(hits: Iterable[Hit]) -> SafeString:
    """The same as options of the palette."""
    return mark_safe(  # noqa: S308 - parts escaped
        "".join(
            f'<li><a role="option" href="{escape(hit.url)}">{icon(hit.icon)}'
            f'<span class="cut">{escape(hit.title)}</span>'
            f"{_second(hit, 'end ink-3 cut')}</a></li>"
            for hit in hits
        )
    )


def _second(hit: Hit, css: str) -> str:
    return f'<span class="{css}">{escape(hit.subtitle)}</span>' if hit.subtitle else ""
