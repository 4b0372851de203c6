"""Text with headings, lists, emphasis and links."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import BadInput
from shangji.lib.html import clean_html, html_of, text_of
from shangji.lib.markup import escape
from shangji.records.kinds.base import Asked, FormatContext, Kind, data_text
from shangji.records.kinds.text import clean, text_condition, text_matches

#: stands between the plain text and the HTML of a kept value; the cleaner lets none through
MARK = "\x1e"
#: what a list shows of a value
SHORT = 160
#: left where an editor put a list into a paragraph
_NOTHING = re.compile(r"<(p|h2|h3|li|ul|ol)>\s*</\1>")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)


class RichText(Kind):
    """HTML from the one cleaner (lib.html), kept behind its own plain text: lists, search, filters
    and tables read the text, pages and programs the HTML."""

    name = "richtext"
    input = "rich"
    in_cell = False
    is_wide = True
    operators: ClassVar = ("has", "empty", "filled")
    #: characters of HTML
    limit = 40_000

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        """HTML, or plain text whose paragraphs and lines are kept."""
        if len(text) > self.limit:
            raise ValueError(
                _("At most %(limit)s characters, has %(length)s.")
                % {"limit": self.limit, "length": len(text)}
            )
        try:
            html = clean_html(text) if _TAG.search(text) else html_of(clean(text, keep_lines=True))
            html = _NOTHING.sub("", html)
            plain = clean(text_of(html), keep_lines=True)
        except BadInput as problem:
            raise ValueError(str(problem)) from None
        return f"{plain}{MARK}{html}" if plain else ""

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return plain_of(row.get(path))

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value = row.get(path)
        if not value:
            return SafeString("")
        if context.narrow:
            line = " ".join(plain_of(value).split())
            return escape(line if len(line) <= SHORT else f"{line[:SHORT]}…")
        # cleaned again: what a row holds may have come by a way that is not ours
        return mark_safe(f'<div class="rich">{clean_html(html_in(value))}</div>')  # noqa: S308

    def edit_text(self, value: Any, *, locale: str) -> str:
        return html_in(value)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return plain_of(row.get(path))

    def searched(self, value: Any) -> str:
        return plain_of(value)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: html_in(row.get(path))

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        return self.parse(data_text(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {
            "type": ["string", "null"] if write else "string",
            "maxLength": self.limit,
            "description": "HTML: paragraphs, headings, lists, emphasis, links; or plain text.",
        }

    def is_empty(self, path: str) -> Q:
        return Q(**{path: ""})

    def is_blank(self, held: Any) -> bool:
        return held in (None, "")

    def compare(self, path: str, asked: Asked) -> Q:
        return text_condition(f"{path}__sj_plain", "has", self.operand(asked))

    def matches(self, held: Any, asked: Asked) -> bool:
        plain = None if held is None else plain_of(held)
        return text_matches(plain, "has", self.operand(asked))

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        # of a filter the words themselves; of a bulk edit the text of what was written
        if operator in self.operators:
            return value
        return plain_of(self.parse(value, actor=actor, locale=locale))

    def operand(self, asked: Asked) -> str:
        return clean(asked.value[:500], keep_lines=False)


def plain_of(value: Any) -> str:
    """The plain text of a kept value."""
    return str(value or "").partition(MARK)[0]


def html_in(value: Any) -> str:
    """The HTML of a kept value; a text that was kept without is escaped."""
    plain, mark, html = str(value or "").partition(MARK)
    return html if mark else html_of(plain)
