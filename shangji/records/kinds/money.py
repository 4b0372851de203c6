"""An amount with its currency on the same row."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape, titled
from shangji.lib.money import format_exact, format_short, parse_money
from shangji.records.kinds.base import Asked, FormatContext, Kind, no_value, plain_decimal


class Money(Kind):
    """A decimal; `currency` is the ORM path of the currency code beside it.

    `code`: the one currency of all values, where no column beside them says it.
    """

    name = "money"
    align = "end"
    input = "money"
    operators: ClassVar = ("gte", "lte", "is", "empty", "filled")

    def __init__(self, currency: str = "currency", *, short: bool = False, code: str = "") -> None:
        self.currency = currency
        self.short = short
        self.code = code

    def paths(self, path: str) -> tuple[str, ...]:
        return (path,) if self.code else (path, self.currency)

    def _code(self, row: Mapping[str, Any]) -> str:
        return self.code or row.get(self.currency) or "CNY"

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        return None if no_value(text) else parse_money(text, locale)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        return format_exact(value, self._code(row), context.locale)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value = row.get(path)
        exact = self.text(row, path, context)
        if value is None or not self.short:
            return escape(exact)
        short = format_short(value, self._code(row), context.locale)
        return titled(short, exact)

    def edit_text(self, value: Any, *, locale: str) -> str:
        if value is None:
            return ""
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        """Without the zeros that the column's places add."""
        value = row.get(path)
        return None if value is None else Decimal(plain_decimal(Decimal(value)) or 0)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: plain_decimal(row[path])

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        kinds = ["string", "number", "null"] if write else ["string", "null"]
        return {"type": kinds, "description": "A decimal such as “1234.50”, exact."}

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        try:
            amount = self.parse(value, actor=actor, locale=locale)
        except ValueError:
            return value
        # rows of several currencies are compared by the number alone
        if amount is not None and self.code:
            return format_exact(amount, self.code, locale)
        return self.edit_text(amount, locale=locale)

    def operand(self, asked: Asked) -> Any:
        return parse_money(asked.value, asked.locale)
