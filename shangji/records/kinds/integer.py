"""Whole numbers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.money import decimal_mark
from shangji.records.kinds.base import Asked, FormatContext, Kind, in_figures, no_value


class Whole(Kind):
    name = "whole"
    align = "end"
    input = "number"
    operators: ClassVar = ("gte", "lte", "is", "not", "empty", "filled")

    def __init__(self, minimum: int = -(10**12), maximum: int = 10**12, group: bool = True) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.group = group

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        grouped = "." if decimal_mark(locale) == "," else ","
        plain = (
            text.strip()
            .replace(grouped, "")
            .replace("\u00a0", "")
            .replace(" ", "")
            .replace("−", "-")
        )
        if len(plain) > 20 or not plain.lstrip("+-").isdecimal() or plain.count("-") > 1:
            raise ValueError(_("Should be a whole number."))
        number = int(plain)
        if not self.minimum <= number <= self.maximum:
            raise ValueError(
                _("Should be between %(minimum)s and %(maximum)s.")
                % {"minimum": self.minimum, "maximum": self.maximum}
            )
        return number

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return in_figures(self, value, actor=actor, locale=locale)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        kinds = ["integer", "null"]
        if not write:
            return {"type": kinds}
        return {"type": kinds, "minimum": self.minimum, "maximum": self.maximum}

    def compare(self, path: str, asked: Asked) -> Q:
        found = super().compare(path, asked)
        if asked.operator in {"is", "not"}:
            return found
        # Django drops a bound beyond the column's range, and would let NULL in
        return found & Q(**{f"{path}__isnull": False})

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        return f"{value:,}".replace("-", "−") if self.group else str(value)
