"""The cash flow of a forecast as fields: texts in a table (rules/cash_text.py), whole in JSON."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import titled
from shangji.phases.evaluate.rules import cash_text
from shangji.phases.evaluate.rules.cash_plan import COST, BrokenPlan, plan_from_json
from shangji.phases.evaluate.rules.uncertainty import Uncertainty, uncertainty_from_json
from shangji.records.kinds.base import FormatContext, Kind

Data = cash_text.Data


class _Cash(Kind):
    """A part of a plan as plain data; the row has `plan` and `simulation`."""

    inline = False
    is_cut: ClassVar = True
    operators: ClassVar = ()

    @abstractmethod
    def of(self, plan: Any, simulation: Any) -> Any:
        """The part of stored documents; empty where they are broken."""

    @abstractmethod
    def cell_text(self, found: Any) -> str:
        """The part in one cell of a file."""

    @abstractmethod
    def read(self, text: str, locale: str) -> Any:
        """The part from such a cell. ValueError names the line."""

    def _row(self, row: Mapping[str, Any]) -> Any:
        return self.of(row.get("plan"), row.get("simulation"))

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        return self.read(text, locale) or None

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return self.cell_text(self._row(row)).replace("\n", " · ")

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.cell_text(self._row(row))

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        return titled(self.text(row, path, context))

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return self._row

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "object"}}


def lines_in(plan: Any) -> Data:
    """The lines of a stored plan; none where it is broken."""
    try:
        return cash_text.lines_data(plan_from_json(plan).lines)
    except BrokenPlan:
        return []


def _unsure(simulation: Any) -> Uncertainty:
    try:
        return uncertainty_from_json(simulation)
    except ValueError:
        return Uncertainty()


class CashLines(_Cash):
    """Income and costs by period."""

    name = "cash_lines"

    def of(self, plan: Any, simulation: Any) -> Any:
        return lines_in(plan)

    def cell_text(self, found: Any) -> str:
        return cash_text.lines_text(found)

    def read(self, text: str, locale: str) -> Any:
        return cash_text.read_lines(text, locale)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        """Each line with its sum, which fits a list."""
        parts = []
        for one in self._row(row):
            total = sum((Decimal(value) for value in one["values"]), Decimal(0))
            sign = "−" if one["kind"] == COST else ""
            parts.append(f"{one['label']} {sign}{total:,.0f}")
        return " · ".join(parts)


class Unsure(_Cash):
    """How sure each line is."""

    name = "cash_unsure"

    def of(self, plan: Any, simulation: Any) -> Any:
        return cash_text.inputs_data(_unsure(simulation).inputs, lines_in(plan))

    def cell_text(self, found: Any) -> str:
        return cash_text.inputs_text(found)

    def read(self, text: str, locale: str) -> Any:
        return cash_text.read_inputs(text)


class Together(_Cash):
    """Which lines move together."""

    name = "cash_together"

    def of(self, plan: Any, simulation: Any) -> Any:
        return cash_text.pairs_data(_unsure(simulation).correlations, lines_in(plan))

    def cell_text(self, found: Any) -> str:
        return cash_text.pairs_text(found)

    def read(self, text: str, locale: str) -> Any:
        return cash_text.read_pairs(text)


class Days(_Cash):
    """A day for each column, where the period is days of their own."""

    name = "cash_days"

    def of(self, plan: Any, simulation: Any) -> Any:
        try:
            return [day.isoformat() for day in plan_from_json(plan).days]
        except BrokenPlan:
            return []

    def cell_text(self, found: Any) -> str:
        return cash_text.days_text(found)

    def read(self, text: str, locale: str) -> Any:
        return cash_text.read_days(text)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "format": "date"}}
