"""Long menus of the toolbar as HTML: thirty template loops would cost more than the rows."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape
from shangji.records.conditions.fields import may_ask
from shangji.records.description import RecordDescription, describe


def filter_links(
    description: RecordDescription,
    actor: Actor,
    url: str,
    query: str,
    *,
    prefix: str = "",
    target: str = "filter-menu",
) -> SafeString:
    """One link a field; htmx puts its form into the menu, without script the page opens it.

    Args:
        prefix: a link's key with a point, for the fields behind it.
        target: id of the menu.
    """
    keys = tuple(one.key for one in description.visible_fields(actor) if one.filterable)
    rows = tuple(one.key for one in description.related if may_ask(actor, one))
    pattern = _links(get_language(), description.type, description.edition, (*keys, *rows), prefix)
    for mark, text in ((_URL, url), (_QUERY, query), (_TARGET, target)):
        pattern = pattern.replace(mark, escape(text))
    return SafeString(pattern)


_URL, _QUERY, _TARGET = "\x01", "\x02", "\x03"


@lru_cache(maxsize=200)
def _links(
    language: str | None, record_type: str, edition: int, keys: tuple[str, ...], prefix: str
) -> str:
    """The links of a language and of what a role may know, without address and query."""
    description = describe(record_type)
    fields = {one.key: one for one in (*description.fields, *description.related)}
    return "".join(
        f'<a href="{_QUERY}&amp;filter={prefix}{key}" '
        f'hx-get="{_URL}{_QUERY}&amp;filter={prefix}{key}" '
        f'hx-target="#{_TARGET}" hx-swap="innerHTML">{escape(fields[key].label)}</a>'
        for key in keys
    )


def column_boxes(description: RecordDescription, actor: Actor, chosen: Sequence[str]) -> SafeString:
    """A tick box a field, those shown first and in their order."""
    keys = tuple(one.key for one in description.visible_fields(actor))
    shown = tuple(chosen)
    return _boxes(get_language(), description.type, description.edition, keys, shown)


@lru_cache(maxsize=200)
def _boxes(
    language: str | None,
    record_type: str,
    edition: int,
    keys: tuple[str, ...],
    chosen: tuple[str, ...],
) -> SafeString:
    fields = {one.key: one for one in describe(record_type).fields}
    return format_html_join(
        "",
        '<label class="check"><input class="form-check-input" type="checkbox" name="columns" '
        'value="{}"{}><span>{}</span></label>',
        (
            (key, SafeString(" checked") if key in chosen else "", fields[key].label)
            for key in (*chosen, *(key for key in keys if key not in chosen))
            if key in keys
        ),
    )


def hidden_inputs(pairs: Iterable[tuple[str, str]], but: str = "") -> SafeString:
    """Hidden inputs of a form, without those named `but`."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, value) for name, value in pairs if name != but),
    )


def option_boxes(name: str, options: Iterable[tuple[str, object]], on: Sequence[str]) -> SafeString:
    """Tick boxes of one name for options."""
    boxes = format_html_join(
        "",
        '<label class="check"><input class="form-check-input" type="checkbox" name="{}" '
        'value="{}"{}><span>{}</span></label>',
        (
            (name, value, SafeString(" checked") if value in on else "", label)
            for value, label in options
        ),
    )
    return format_html('<div class="checks scroll-checks">{}</div>', boxes)


_CURRENT = ' aria-current="true"'
_menus: dict[tuple[Any, ...], str] = {}


def choice_links(
    description: RecordDescription,
    items: Sequence[tuple[str, object]],
    query: str,
    current: str = "",
) -> SafeString:
    """A link for each key with its label, put together once for a language and these keys.

    Args:
        query: the address with \x02 where the key stands.
    """
    keys = tuple(key for key, _label in items)
    told = (get_language(), description.type, description.edition, keys, current)
    pattern = _menus.get(told)
    if pattern is None:
        if len(_menus) > 500:
            _menus.clear()
        pattern = _menus[told] = "".join(
            f'<a href="{_URL}{escape(key)}{_QUERY}"'
            f"{_CURRENT if key == current else ''}>{escape(str(label))}</a>"
            for key, label in items
        )
    before, _mark, after = query.partition("%02")
    return SafeString(pattern.replace(_URL, escape(before)).replace(_QUERY, escape(after)))
