"""Free words on a record, kept as a JSON list."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import F, Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape
from shangji.lib.text import lower_ascii
from shangji.records.kinds.base import Asked, FormatContext, Kind
from shangji.records.kinds.text import clean
from shangji.records.lookups import AmongWords

LIMIT = 20


class Tags(Kind):
    """At most twenty words of forty characters; stored sorted and once each."""

    name = "tags"
    operators: ClassVar = ("has", "empty", "filled")
    limit = LIMIT

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if len(text) > 2000:
            raise ValueError(_("At most %(n)s tags.") % {"n": LIMIT})
        words = {clean(w, keep_lines=False) for w in text.replace("，", ",").split(",")} - {""}
        if len(words) > LIMIT:
            raise ValueError(_("At most %(n)s tags.") % {"n": LIMIT})
        if any(len(word) > 40 for word in words):
            raise ValueError(_("A tag has at most 40 characters."))
        return sorted(words)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return ", ".join(row.get(path) or [])

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        words = row.get(path) or []
        if not words:
            return SafeString("")
        marks = "".join(f'<span class="tag">{escape(word)}</span>' for word in words)
        return mark_safe(f'<span class="tags">{marks}</span>')  # noqa: S308 - escaped

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: row.get(path) or []

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        if not isinstance(value, list):
            return super().read_data(value, actor=actor)
        if any(not isinstance(word, str) or "," in word or "，" in word for word in value):
            raise ValueError(_("Should be a list of words without a comma."))
        return self.parse(",".join(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        words = {"type": "string", "maxLength": 40}
        return {"type": "array", "items": words, "maxItems": self.limit}

    def edit_text(self, value: Any, *, locale: str) -> str:
        return ", ".join(value or [])

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def is_empty(self, path: str) -> Q:
        return Q(**{path: []})

    def is_blank(self, held: Any) -> bool:
        return held in (None, [])

    def compare(self, path: str, asked: Asked) -> Q:
        return Q(AmongWords(F(path), self.operand(asked)))

    def matches(self, held: Any, asked: Asked) -> bool:
        word = self.operand(asked)
        return any(lower_ascii(one) == word for one in held or [])

    def operand(self, asked: Asked) -> str:
        """The word looked for, its letters small."""
        return lower_ascii(clean(asked.value[:40], keep_lines=False))
