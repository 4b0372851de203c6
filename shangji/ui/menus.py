"""Menus as HTML, made once where all pages of a kind of reader have the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from shangji.lib.markup import escape
from shangji.ui.templatetags.ui import icon


def menu_links(items: Iterable[Mapping[str, Any]]) -> SafeString:
    """Links with an icon: of each item `url`, `icon` and `label`."""
    return SafeString(
        "".join(
            f'<a class="menu-item" href="{escape(one["url"])}">{icon(one["icon"])}'
            f"{escape(one['label'])}</a>"
            for one in items
        )
    )
