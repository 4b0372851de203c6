"""Several of a list of options, kept as a JSON list in the order of the options."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.base import Asked, FormatContext, Kind, no_value
from shangji.records.kinds.choice import Choice, Option, mark


class Several(Kind):
    """Options as a choice has them; values without a comma."""

    name = "several"
    input = "boxes"
    operators: ClassVar = ("in", "empty", "filled")

    def __init__(self, options: Sequence[Option]) -> None:
        self._choice = Choice(options)

    @property
    def options(self) -> Sequence[Option]:
        return self._choice.options

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        words = text[:4000].replace("，", ",").replace("、", ",").replace(";", ",").split(",")
        chosen = {
            self._choice.parse(word, actor=actor, locale=locale)
            for word in words
            if not no_value(word)
        }
        return [one.value for one in self.options if one.value in chosen]

    def _chosen(self, value: Any) -> list[Option]:
        held = set(value or ())
        return [one for one in self.options if one.value in held]

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return pgettext("list", ", ").join(str(one.label) for one in self._chosen(row.get(path)))

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        chosen = self._chosen(row.get(path))
        if not chosen:
            return SafeString("")
        marks = "".join(mark(one) for one in chosen)
        return mark_safe(f'<span class="tags">{marks}</span>')  # noqa: S308 - escaped

    def edit_text(self, value: Any, *, locale: str) -> str:
        return ", ".join(str(one.label) for one in self._chosen(value))

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return ", ".join(str(one.label) for one in self._chosen(row.get(path)))

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: row.get(path) or []

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        if not isinstance(value, list):
            return super().read_data(value, actor=actor)
        if any(not isinstance(word, str) or "," in word for word in value):
            raise ValueError(_("Should be a list of options."))
        return self.parse(",".join(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        values = [one.value for one in self.options]
        return {"type": "array", "items": {"type": "string", "enum": values}}

    def is_empty(self, path: str) -> Q:
        return Q(**{path: []})

    def is_blank(self, held: Any) -> bool:
        return held in (None, [])

    def compare(self, path: str, asked: Asked) -> Q:
        found = Q(pk__in=[])
        for one in self.operand(asked):
            found |= Q(**{f"{path}__contains": json.dumps(one)})
        return found

    def matches(self, held: Any, asked: Asked) -> bool:
        return bool(set(held or ()) & set(self.operand(asked)))

    def operand(self, asked: Asked) -> list[str]:
        found: list[str] = self._choice.operand(asked)
        return found

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return self._choice.value_label(operator, value, actor=actor, locale=locale)
