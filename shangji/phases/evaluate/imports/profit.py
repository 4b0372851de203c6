"""Profit forecasts from a sheet: a row is a scenario, its cash flow the lines of one cell."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.profit import (
    Scenario,
    change_forecast,
    check_scenario,
    choose_locked,
    insert_forecast,
)
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.record.cash import CashLines, Days, Together, Unsure
from shangji.phases.evaluate.rules import cash_text
from shangji.phases.evaluate.rules.cash_plan import Plan
from shangji.phases.evaluate.rules.uncertainty import Uncertainty
from shangji.records.description import Field
from shangji.records.imports.rows import ImportRows

LINES, UNSURE, TOGETHER, DAYS = "lines", "unsure", "together", "days"
_CASH = {LINES: CashLines(), UNSURE: Unsure(), TOGETHER: Together(), DAYS: Days()}
_NEEDED = ("name", "opportunity", LINES)
_BROUGHT = (
    *("opportunity", "is_main", "currency", "period", "starts_on", "discount_rate"),
    *("tax_rate", "with_risks", "name", *_CASH),
)
#: where a fault of the whole scenario stands in a sheet
_COLUMN_OF = {"plan": LINES, "simulation": UNSURE}


class ForecastRows(ImportRows):
    """Each row by the action: checked as on its page, then worked out."""

    one_by_one: ClassVar[bool] = True
    #: a scenario with uncertain lines is drawn 20,000 times: about a tenth of a second
    chunk: ClassVar[int] = 25

    def fields(self) -> tuple[Field, ...]:
        return tuple(
            replace(one, writable=True, required=one.key in _NEEDED)
            for one in self.description.fields
            if one.key in _BROUGHT
        )

    # -------------------------------------------------------------------------------- checking

    def check(self, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
        if record is not None:
            if not values:
                return {}
            if "opportunity" in values:
                return {"opportunity": [_("A forecast stays with its opportunity.")]}
            if values.get("is_main") is False:
                return {"is_main": [_("Choose another scenario as the main one instead.")]}
        currency = current_workspace().currency
        if record is None and values.get("opportunity") is not None:
            try:
                deal = get_visible(Opportunity, actor, values["opportunity"])
                require(actor, "edit", deal)
            except (Forbidden, NotFound) as problem:
                return {"opportunity": [str(problem.message)]}
            currency = deal.currency or currency
        if record is None and not values.get(LINES):
            return {}  # told as missing
        try:
            check_scenario(self._scenario(values, record, currency))
        except Invalid as problem:
            return {_COLUMN_OF.get(key, key): texts for key, texts in problem.errors.items()}
        return {}

    def _scenario(self, values: Mapping[str, Any], record: Any, currency: str) -> Scenario:
        """What a row says, over what the record holds. Invalid names a column."""

        def said(key: str, otherwise: Any = None) -> Any:
            if values.get(key) is not None:
                return values[key]
            return otherwise if record is None else self.current(record, key)

        lines = said(LINES) or []
        given = values.get("period")
        days = values.get(DAYS) or ([] if given and given != "dates" else said(DAYS) or [])
        days = tuple(date.fromisoformat(day) for day in days)
        starts_on = days[0] if days else said("starts_on")
        if starts_on is None:
            raise Invalid({"starts_on": [_("Say when the first period begins.")]})
        period = given or ("dates" if days else said("period", "month"))
        if days and period != "dates":
            raise Invalid({DAYS: [_("Only a scenario with days of its own has them.")]})
        return Scenario(
            name=said("name", ""),
            currency=str(said("currency") or currency).upper(),
            period=period,
            starts_on=starts_on,
            discount_rate=Decimal(said("discount_rate", 10)),
            tax_rate=Decimal(said("tax_rate", 0)),
            with_risks=bool(said("with_risks", True)),
            plan=Plan(cash_text.lines_of(lines), days),
            uncertainty=_uncertainty(said(UNSURE, []), said(TOGETHER, []), lines),
        )

    # --------------------------------------------------------------------------------- writing

    def insert_one(self, op: Recorder, values: Mapping[str, Any]) -> int:
        """One new scenario; it becomes the main one when the row says so, or is the first."""
        deal = get_visible(Opportunity, op.actor, values["opportunity"])
        require(op.actor, "edit", deal)
        currency = deal.currency or current_workspace().currency
        scenario = self._scenario(values, None, currency)
        check_scenario(scenario)
        made = insert_forecast(op, deal, scenario)
        if values.get("is_main") and not made.is_main:
            made = choose_locked(op, made)
        return made.pk

    def current(self, record: Any, key: str) -> Any:
        if key in _CASH:
            return _CASH[key].of(record.plan, record.simulation) or None
        return super().current(record, key)

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, ProfitForecast)
        require(op.actor, "edit", record)
        scenario = self._scenario(values, record, record.currency)
        check_scenario(scenario)
        changed = change_forecast(op, record, scenario)
        return choose_locked(op, changed) if values.get("is_main") else changed


def _uncertainty(unsure: Any, together: Any, lines: Any) -> Uncertainty:
    try:
        inputs = cash_text.inputs_of(unsure or [], lines)
    except ValueError as problem:
        raise Invalid({UNSURE: [str(problem)]}) from None
    try:
        return Uncertainty(inputs, cash_text.pairs_of(together or [], lines))
    except ValueError as problem:
        raise Invalid({TOGETHER: [str(problem)]}) from None
