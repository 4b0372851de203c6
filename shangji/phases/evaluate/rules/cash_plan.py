"""The cash-flow table of a forecast: read from stored JSON, checked, added up by period."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.dates import add_months
from shangji.lib.errors import Invalid
from shangji.lib.money import round_money
from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.cash_flow import after_tax, per_period, year_fractions

VERSION = 1
INCOME, COST = "income", "cost"
MOST_LINES, MOST_PERIODS = 12, 60
#: months in one period; "dates" has none
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LIMIT = Decimal(10) ** 13


class BrokenPlan(ValueError):
    """Stored JSON that is no plan; the message says where."""


@dataclass(frozen=True)
class Line:
    """Income or a cost, one amount a period; amounts are given without sign."""

    label: str
    kind: str
    values: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.values, Decimal(0))


@dataclass(frozen=True)
class Plan:
    """All lines over the same periods; `days` only where each column has its own day."""

    lines: tuple[Line, ...]
    days: tuple[date, ...] = ()

    @property
    def periods(self) -> int:
        return max((len(one.values) for one in self.lines), default=len(self.days))


@dataclass(frozen=True)
class Terms:
    """How a plan is valued: period, first day, yearly rates in percent, currency."""

    period: str
    starts_on: date
    discount_rate: Decimal
    tax_rate: Decimal
    currency: str


@dataclass(frozen=True)
class Table:
    """A plan added up, one value a period; money rounded to the currency."""

    income: list[Decimal]
    costs: list[Decimal]
    risks: list[Decimal]
    taxes: list[Decimal]
    net: list[Decimal]
    running: list[Decimal]
    #: when each period falls, in periods; in years where the columns have days of their own
    times: list[float] = field(default_factory=list)
    #: rate per unit of `times`
    rate: float = 0.0


def check_plan(plan: Plan, period: str) -> None:
    """Limits and agreement of a plan. Invalid names the line and what is expected."""
    errors: list[str] = []
    if not plan.lines:
        errors.append(_("A forecast has at least one line."))
    if len(plan.lines) > MOST_LINES:
        errors.append(_("At most %(n)s lines; add small ones together.") % {"n": MOST_LINES})
    if not 1 <= plan.periods <= MOST_PERIODS:
        errors.append(_("A forecast has 1 to %(n)s periods.") % {"n": MOST_PERIODS})
    for number, line in enumerate(plan.lines, 1):
        if not line.label.strip():
            errors.append(_("Line %(n)s has no name.") % {"n": number})
        if line.kind not in (INCOME, COST):
            errors.append(_("Line %(n)s is neither income nor cost.") % {"n": number})
        if any(not one.is_finite() or abs(one) >= _LIMIT for one in line.values):
            errors.append(_("Line %(n)s has an amount that is too large.") % {"n": number})
    if period == "dates":
        if len(plan.days) != plan.periods:
            errors.append(_("Each column needs a day."))
        elif list(plan.days) != sorted(set(plan.days)):
            errors.append(_("The days should rise from left to right."))
    if errors:
        raise Invalid({"plan": errors})


def plan_to_json(plan: Plan) -> dict[str, Any]:
    return {
        "version": VERSION,
        "lines": [
            {"label": one.label, "kind": one.kind, "values": [str(v) for v in one.values]}
            for one in plan.lines
        ],
        "days": [day.isoformat() for day in plan.days],
    }


def plan_from_json(data: Any) -> Plan:
    """A plan from stored JSON. BrokenPlan says what does not hold."""
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        raise BrokenPlan("version: should be 1")
    try:
        lines = tuple(
            Line(str(one["label"]), str(one["kind"]), tuple(Decimal(v) for v in one["values"]))
            for one in data["lines"]
        )
        days = tuple(date.fromisoformat(one) for one in data.get("days", ()))
    except (KeyError, TypeError, ValueError, InvalidOperation) as problem:
        raise BrokenPlan(f"lines: {problem}") from None
    plan = Plan(lines, days)
    if any(len(one.values) != plan.periods for one in plan.lines):
        raise BrokenPlan("lines: should have the same number of periods")
    return plan


def timing(terms: Terms, plan: Plan) -> tuple[list[float], float]:
    """When each period falls and the rate per unit of that: periods, or years for days."""
    yearly = float(terms.discount_rate) / 100
    if terms.period == "dates":
        return year_fractions(plan.days), yearly
    count = 12 // MONTHS[terms.period]
    return [float(t) for t in range(plan.periods)], per_period(yearly, count)


def period_starts(terms: Terms, plan: Plan) -> list[date]:
    """The first day of each period, or its own day."""
    if terms.period == "dates":
        return list(plan.days)
    step = MONTHS[terms.period]
    return [add_months(terms.starts_on, step * n) for n in range(plan.periods)]


def tabulate(plan: Plan, terms: Terms, expected_risks: Decimal = Decimal(0)) -> Table:
    """Income, costs, expected risks, tax and what is left of each period.

    The expected loss of the risks is spread evenly over the periods. Tax is a share of the
    profit, with losses carried forward.
    """
    count = plan.periods
    currency = terms.currency
    income = _added(plan.lines, INCOME, count)
    costs = _added(plan.lines, COST, count)
    risks = spread(expected_risks, count, currency)
    profits = [i - c - r for i, c, r in zip(income, costs, risks, strict=True)]
    shares = after_tax([float(one) for one in profits], float(terms.tax_rate) / 100)
    taxes = [round_money(Decimal(repr(one)), currency) for one in shares]
    net = [profit - tax for profit, tax in zip(profits, taxes, strict=True)]
    running, total = [], Decimal(0)
    for one in net:
        total += one
        running.append(total)
    times, rate = timing(terms, plan)
    return Table(income, costs, risks, taxes, net, running, times, rate)


def spread(total: Decimal, count: int, currency: str) -> list[Decimal]:
    """An amount in equal parts that add up to it; the first ones carry what rounding leaves."""
    if not count:
        return []
    part = round_money(total / count, currency)
    parts = [part] * count
    parts[0] += total - part * count
    return parts


def _added(lines: Sequence[Line], kind: str, count: int) -> list[Decimal]:
    sums = [Decimal(0)] * count
    for line in lines:
        if line.kind == kind:
            sums = [a + b for a, b in zip(sums, line.values, strict=True)]
    return sums
