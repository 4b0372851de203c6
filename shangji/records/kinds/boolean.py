"""Yes or no."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.base import Asked, FormatContext, Kind

_YES = {"1", "true", "yes", "y", "on", "是", "有", "对"}
_NO = {"", "0", "false", "no", "n", "off", "否", "无", "错"}


class Boolean(Kind):
    name = "boolean"
    input = "checkbox"
    operators: ClassVar = ("is",)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        word = text.strip().casefold()[:10]
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise ValueError(_("Should be yes or no."))

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return gettext("Yes") if row.get(path) else gettext("No")

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: bool(row.get(path))

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": "boolean"}

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "1" if value else ""

    def compare(self, path: str, asked: Asked) -> Q:
        yes = Q(**{path: True})
        return yes if self.parse(asked.value, actor=asked.actor, locale=asked.locale) else ~yes

    def matches(self, held: Any, asked: Asked) -> bool:
        return bool(bool(held) == self.parse(asked.value, actor=asked.actor, locale=asked.locale))

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return gettext("Yes") if value.casefold() in _YES else gettext("No")
