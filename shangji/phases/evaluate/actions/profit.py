"""Keep profit forecasts: save a scenario, choose the main one, work it out anew."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.currencies import ISO_CODES
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.queries.profit import worked_out
from shangji.phases.evaluate.rules.cash_plan import MONTHS, Plan, check_plan, plan_to_json
from shangji.phases.evaluate.rules.uncertainty import (
    Uncertainty,
    check_uncertainty,
    uncertainty_to_json,
)
from shangji.phases.evaluate.rules.years import year_fault

#: scenarios kept on one opportunity
MOST = 12


@dataclass(frozen=True)
class Scenario:
    """What a forecast is made of; rates in percent a year."""

    name: str
    currency: str
    period: str
    starts_on: date
    discount_rate: Decimal
    tax_rate: Decimal
    with_risks: bool
    plan: Plan
    uncertainty: Uncertainty


def save_forecast(
    *,
    actor: Actor,
    opportunity: Opportunity,
    scenario: Scenario,
    now: datetime,
    forecast: ProfitForecast | None = None,
    version: int | None = None,
) -> ProfitForecast:
    """Save a scenario, or a new one; the first becomes the main one. What follows from it is
    worked out in the same operation. Invalid names what does not hold."""
    require(actor, "edit", opportunity)
    check_scenario(scenario)
    with operation(actor, "profit.save", now=now) as op:
        if forecast is None:
            return insert_forecast(op, opportunity, scenario)
        op.lock(opportunity)
        return change_forecast(op, op.lock(forecast), scenario, version=version)


def insert_forecast(op: Recorder, opportunity: Opportunity, scenario: Scenario) -> ProfitForecast:
    """A checked scenario inside an open operation; the first one becomes the main one."""
    op.lock(opportunity)
    rows = ProfitForecast.objects.alive().filter(opportunity=opportunity)
    if rows.count() >= MOST:
        raise DomainError(_("At most %(n)s scenarios; delete one first.") % {"n": MOST})
    is_main = not rows.filter(is_main=True).exists()
    made = ProfitForecast(opportunity=opportunity, is_main=is_main, **_values(scenario))
    return op.created(made)


def change_forecast(
    op: Recorder, record: ProfitForecast, scenario: Scenario, *, version: int | None = None
) -> ProfitForecast:
    """A locked forecast as a checked scenario says, inside an open operation."""
    return op.update(record, _values(scenario), version=version)


def choose_main(*, actor: Actor, forecast: ProfitForecast, now: datetime) -> ProfitForecast:
    """Let the one-pager count with this scenario."""
    require(actor, "edit", forecast)
    with operation(actor, "profit.choose", now=now) as op:
        return choose_locked(op, op.lock(forecast))


def choose_locked(op: Recorder, record: ProfitForecast) -> ProfitForecast:
    """The same for a locked scenario inside an open operation."""
    rows = ProfitForecast.objects.alive().filter(opportunity=record.opportunity_id)
    for other in rows.filter(is_main=True).exclude(pk=record.pk).select_for_update():
        op.update(other, {"is_main": False})
    return op.update(record, {"is_main": True})


def recalculate(*, actor: Actor, forecast: ProfitForecast, now: datetime) -> ProfitForecast:
    """The same scenario with the risks and rates of today."""
    require(actor, "edit", forecast)
    with operation(actor, "profit.recalculate", now=now) as op:
        record = op.lock(forecast)
        op.note(record, "calculated", None, now.isoformat())
        return record


def delete_forecast(*, actor: Actor, forecast: ProfitForecast, now: datetime) -> None:
    """Into the bin; another scenario becomes the main one (`keep_main`)."""
    require(actor, "edit", forecast)
    with operation(actor, "profit.delete", now=now) as op:
        op.deleted(op.lock(forecast))


def keep_main(op: Recorder, records: list[Record]) -> None:
    """After scenarios went into the bin or came out of it: the main one lies outside it, and
    there is one as long as there are any."""
    flipped = [one for one in op.changes if one.kind in (Change.DELETED, Change.RESTORED)]
    ids = {one.record_id for one in flipped if one.record_type == ProfitForecast.record_type}
    rows = [one for one in records if isinstance(one, ProfitForecast) and one.pk in ids]
    for row in rows:
        if row.deleted_at is not None and row.is_main:
            op.update(row, {"is_main": False})
    for pk in sorted({row.opportunity_id for row in rows}):
        alive = ProfitForecast.objects.alive().filter(opportunity=pk)
        if not alive.filter(is_main=True).exists():
            heir = alive.order_by("id").select_for_update().first()
            if heir is not None:
                op.update(heir, {"is_main": True})


def fold_forecasts(op: Recorder, records: list[Record]) -> None:
    """After every operation on forecasts, undo included: what follows from the plan."""
    for record in records:
        if isinstance(record, ProfitForecast) and record.deleted_at is None:
            result, npv = worked_out(record, op.now)
            record.result, record.npv, record.calculated_at = result, npv, op.now
            ProfitForecast.objects.filter(pk=record.pk).update(
                result=result, npv=npv, calculated_at=op.now
            )


def _values(scenario: Scenario) -> Mapping[str, Any]:
    return {
        "name": scenario.name.strip()[:80],
        "currency": scenario.currency,
        "period": scenario.period,
        "starts_on": scenario.plan.days[0] if scenario.plan.days else scenario.starts_on,
        "discount_rate": scenario.discount_rate,
        "tax_rate": scenario.tax_rate,
        "with_risks": scenario.with_risks,
        "plan": plan_to_json(scenario.plan),
        "simulation": uncertainty_to_json(scenario.uncertainty),
    }


def check_scenario(scenario: Scenario) -> None:
    """Everything a scenario must hold. Invalid names the field, "plan" and "simulation" too."""
    errors: dict[str, list[str]] = {}
    if not scenario.name.strip():
        errors["name"] = [_("Give the scenario a name.")]
    if scenario.currency not in ISO_CODES:
        errors["currency"] = [_("There is no currency “%(code)s”.") % {"code": scenario.currency}]
    if fault := year_fault((scenario.starts_on, *scenario.plan.days)):
        errors["starts_on"] = [fault]
    if scenario.period not in (*MONTHS, "dates"):
        errors["period"] = [_("Choose month, quarter, year or days.")]
    if not -100 < scenario.discount_rate <= 1000:
        errors["discount_rate"] = [_("Above −100 and at most 1000 percent a year.")]
    if not 0 <= scenario.tax_rate <= 100:
        errors["tax_rate"] = [_("0 to 100 percent.")]
    if errors:
        raise Invalid(errors)
    check_plan(scenario.plan, scenario.period)
    check_uncertainty(scenario.uncertainty, [one.label for one in scenario.plan.lines])
