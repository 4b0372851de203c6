"""Reads of profit forecasts: scenarios, what follows from them, the line on the one-pager."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today
from shangji.lib.money import format_short, round_money
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.queries.decision import DecisionLine, Tone
from shangji.phases.evaluate.queries.risk import risk_events
from shangji.phases.evaluate.rules import cash_flow
from shangji.phases.evaluate.rules.cash_plan import (
    MONTHS,
    Plan,
    Table,
    Terms,
    plan_from_json,
    tabulate,
)
from shangji.phases.evaluate.rules.simulation import simulate
from shangji.phases.evaluate.rules.uncertainty import Event, uncertainty_from_json

#: yearly rates along which the NPV is shown where no single IRR exists: −50 % to 150 %
PROFILE = [step / 50 for step in range(-25, 76)]


def forecasts_of(actor: Actor, opportunity: Opportunity) -> QuerySet[ProfitForecast]:
    """The scenarios of an opportunity, the main one first."""
    rows: QuerySet[ProfitForecast] = model_queryset(ProfitForecast).visible_to(actor)
    return rows.filter(opportunity=opportunity).order_by("-is_main", "id")


def terms_of(forecast: ProfitForecast) -> Terms:
    return Terms(
        period=forecast.period,
        starts_on=forecast.starts_on,
        discount_rate=Decimal(forecast.discount_rate),
        tax_rate=Decimal(forecast.tax_rate),
        currency=forecast.currency,
    )


def worked_out(forecast: ProfitForecast, now: datetime) -> tuple[dict[str, Any], Decimal]:
    """What follows from a scenario today, as stored JSON, and its NPV in money."""
    plan, terms = plan_from_json(forecast.plan), terms_of(forecast)
    events: list[Event] = []
    expected, missing = Decimal(0), list[str]()
    if forecast.with_risks:
        deal = forecast.opportunity
        events, expected, missing = risk_events(deal, forecast.currency, today(now=now))
    table = tabulate(plan, terms, expected)
    worth = sum(cash_flow.discounted(table.rate, _floats(table), table.times))
    result = _measures(table, terms) | {
        "version": 1,
        "npv": worth,
        "expected_risks": str(expected),
        "risks": len(events),
        "risks_missing": missing,
        "simulation": _futures(forecast, plan, terms, events),
    }
    return result, round_money(Decimal(repr(worth)), forecast.currency)


def _floats(table: Table) -> list[float]:
    return [float(one) for one in table.net]


def _measures(table: Table, terms: Terms) -> dict[str, Any]:
    """Rates of return and payback, each only where it exists."""
    flows, by_days = _floats(table), terms.period == "dates"
    found = cash_flow.irr(flows, table.times if by_days else None)
    yearly = None if found.rate is None else _a_year(found.rate, terms.period)
    profile: list[tuple[float, float]] = []
    roots: list[float] = []
    if found.kind == "several":
        rates = [_a_period(rate, terms.period) for rate in PROFILE]
        along = cash_flow.npv_profile(flows, table.times, rates)
        profile = [(rate, npv) for rate, (_r, npv) in zip(PROFILE, along, strict=True)]
        roots = cash_flow.zero_rates(profile)
    mirr = None if by_days else cash_flow.mirr(flows, table.rate, table.rate)
    return {
        "irr": {"kind": found.kind, "rate": yearly},
        "mirr": None if mirr is None else _a_year(mirr, terms.period),
        "payback": cash_flow.payback(flows, table.times),
        "discounted_payback": cash_flow.payback(
            cash_flow.discounted(table.rate, flows, table.times), table.times
        ),
        "profile": profile,
        "roots": roots,
    }


def _a_year(rate: float, period: str) -> float:
    """A rate of a period, compounded to a year."""
    if period == "dates":
        return rate
    return float((1.0 + rate) ** (12 / MONTHS[period]) - 1.0)


def _a_period(rate: float, period: str) -> float:
    if period == "dates":
        return rate
    return cash_flow.per_period(rate, 12 // MONTHS[period])


def _futures(
    forecast: ProfitForecast, plan: Plan, terms: Terms, events: list[Event]
) -> dict[str, Any] | None:
    """The simulation; None where nothing is uncertain."""
    uncertainty = uncertainty_from_json(forecast.simulation)
    if not uncertainty.inputs and not events:
        return None
    return asdict(simulate(plan, terms, uncertainty, events))


def is_stale(forecast: ProfitForecast, now: datetime) -> bool:
    """Whether the risks or rates it counts have changed since it was worked out."""
    if not forecast.with_risks:
        return False
    events, expected, _missing = risk_events(
        forecast.opportunity, forecast.currency, today(now=now)
    )
    stored = forecast.result
    now_counted = (str(expected), len(events))
    return now_counted != (stored.get("expected_risks"), stored.get("risks"))


def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """NPV of the main scenario, with P10 to P90 and the probability of loss."""
    forecast = forecasts_of(actor, opportunity).first()
    if forecast is None or forecast.npv is None:
        return None
    locale = get_language() or "en"

    def money(value: float | Decimal) -> str:
        return format_short(Decimal(value), forecast.currency, locale)

    words = [_("NPV at %(rate)s%% a year") % {"rate": f"{forecast.discount_rate.normalize():f}"}]
    tone: Tone = "good" if forecast.npv > 0 else "bad"
    futures = forecast.result.get("simulation")
    if futures:
        words.append(
            _("P10 to P90 %(low)s to %(high)s, loss in %(share)s%% of %(n)s draws")
            % {
                "low": money(round(futures["p10"])),
                "high": money(round(futures["p90"])),
                "share": round(100 * futures["loss_share"]),
                "n": f"{futures['draws']:,}",
            }
        )
        if tone == "good" and futures["loss_share"] > 0.2:
            tone = "warn"
    if is_stale(forecast, now):
        words.append(_("risks changed since"))
    return DecisionLine(
        label=_("Profit"),
        figure=money(forecast.npv),
        words=" · ".join(words),
        tone=tone,
        url=reverse("evaluate:profit", kwargs={"pk": opportunity.pk}),
    )
