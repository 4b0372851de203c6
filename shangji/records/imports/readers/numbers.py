"""Readers of amounts, numbers and percents."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.errors import BadInput
from shangji.lib.money import decimal_mark, read_amount
from shangji.lib.money.rounding import CONTEXT
from shangji.lib.sheets import Cell
from shangji.records.imports.readers.base import Reader, text_of
from shangji.records.kinds import Money, Whole

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?", re.ASCII)
#: what a multiplier may meet: amounts in millionths are long
_LONG_NUMBER = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,8})?", re.ASCII)
#: whole numbers as programs write them that know only decimals
_WHOLE_FLOAT = re.compile(r"(-?[0-9]{1,15})\.0{1,8}", re.ASCII)


class NumberReader(Reader):
    """Amounts and whole numbers; typed cells keep their digits."""

    def parse(self, cell: Cell) -> Any:
        kind = self.field.kind
        value: Any
        if self.column.times and _LONG_NUMBER.fullmatch(text_of(cell).strip()):
            value = Decimal(text_of(cell).strip())
        elif isinstance(kind, Money) and self._is_plain(cell):
            value = Decimal(text_of(cell))
        elif isinstance(cell, int | float) and cell == cell:
            value = kind.parse(text_of(cell), actor=self.actor, locale="en")
        elif (whole := _WHOLE_FLOAT.fullmatch(text_of(cell).strip())) and isinstance(kind, Whole):
            value = kind.parse(whole[1], actor=self.actor, locale="en")
        else:
            value = super().parse(cell)
        if value is None or not self.column.times:
            return value
        product = CONTEXT.multiply(Decimal(value), Decimal(self.column.times))
        if product != product.quantize(Decimal("0.0001"), context=CONTEXT):
            raise ValueError(_("An amount has at most four decimals."))
        if not isinstance(kind, Whole):
            return kind.parse(format(product, "f"), actor=self.actor, locale="en")
        return kind.parse(format(product.to_integral_value(), "f"), actor=self.actor, locale="en")

    def _is_plain(self, cell: Cell) -> bool:
        if type(cell) is not str or not _PLAIN_NUMBER.fullmatch(cell):
            return False
        return "." not in cell or decimal_mark(self.mapping.locale) == "."

    def currency_of(self, cell: Cell) -> str:
        """The currency an amount names itself ("€45,000", "45000 USD"); "" when it names none."""
        if type(cell) is not str or not cell.strip() or _PLAIN_NUMBER.fullmatch(cell):
            return ""
        try:
            return read_amount(cell, self.mapping.locale)[1] or ""
        except BadInput:
            return ""


class PercentReader(Reader):
    """Whole percents; decimals are rounded. A column of fractions (0.45 and 1) is of hundredths."""

    _fractions = False

    def prepare(self, cells: Sequence[Cell]) -> None:
        numbers = [found for cell in set(cells) if (found := self._number(cell)) is not None]
        fractions = any(0 < one < 1 for one in numbers) and all(one <= 1 for one in numbers)
        if fractions != self._fractions:
            self.forget()
            self._fractions = fractions

    def _number(self, cell: Cell) -> Decimal | None:
        text = text_of(cell).strip()
        if decimal_mark(self.mapping.locale) == "," and type(cell) is str:
            text = text.replace(",", ".")
        return Decimal(text) if _LONG_NUMBER.fullmatch(text) else None

    def parse(self, cell: Cell) -> Any:
        number = self._number(cell)
        if number is not None and self._fractions:
            number *= 100
        if number is None:
            text = text_of(cell).strip()
            number = self._number(text.rstrip("%％ ")) if text.endswith(("%", "％")) else None
        if number is None:
            return super().parse(cell)
        rounded = number.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return self.field.kind.parse(format(rounded, "f"), actor=self.actor, locale="en")
