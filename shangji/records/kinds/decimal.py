"""Numbers with decimals."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.money import decimal_mark
from shangji.records.kinds.base import FormatContext, Kind, in_figures, no_value, plain_decimal


class Number(Kind):
    name = "number"
    align = "end"
    operators: ClassVar = ("gte", "lte", "is", "not", "empty", "filled")

    def __init__(self, decimals: int = 4, maximum: Decimal = Decimal(10) ** 14) -> None:
        self.decimals = decimals
        self.maximum = maximum

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        plain = text.strip().replace(" ", "").replace("−", "-")
        if decimal_mark(locale) == ",":
            plain = plain.replace(".", "").replace(",", ".")
        plain = plain.replace(",", "")
        try:
            number = Decimal(plain) if len(plain) <= 40 else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(_("Should be a number."))
        if abs(number) >= self.maximum:
            raise ValueError(_("The number is too large."))
        if number != round(number, self.decimals):
            raise ValueError(_("At most %(n)s decimals.") % {"n": self.decimals})
        return number

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        text = f"{value:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace("-", "−")

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        # SQLite keeps an added number as a float, which comes back with fifteen digits
        plain = plain_decimal(row.get(path))
        return None if plain is None else Decimal(plain)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: plain_decimal(row[path])

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return in_figures(self, value, actor=actor, locale=locale)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        kinds = ["string", "number", "null"] if write else ["string", "null"]
        return {"type": kinds, "description": "A decimal such as “1234.50”, exact."}

    def edit_text(self, value: Any, *, locale: str) -> str:
        if value is None:
            return ""
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
