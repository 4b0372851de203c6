"""Web addresses: http and https only."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.text import Text


class Web(Text):
    name = "web"
    input = "url"

    def __init__(self) -> None:
        super().__init__(300)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        value = super().parse(text, actor=actor, locale=locale)
        if not value:
            return ""
        if "://" not in value:
            value = f"https://{value}"
        try:
            parts = urlsplit(value)
            host = parts.hostname
        except ValueError:
            host = None
        if not host or "." not in host or parts.scheme not in {"http", "https"} or " " in value:
            raise ValueError(_("Should be a web address such as company.com."))
        return value

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value = row.get(path) or ""
        if not value.startswith(("http://", "https://")):
            return escape(value)
        shown = value.split("://", 1)[1].rstrip("/")
        return mark_safe(  # noqa: S308 - escaped
            f'<a href="{escape(value)}" target="_blank" '
            f'rel="noopener noreferrer">{escape(shown)}</a>'
        )
