"""Reads of risk registers: of one opportunity, of all, and what a register still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.lib.money import Rate, Totals, format_short, round_money
from shangji.lib.values import dataclass
from shangji.phases.evaluate.choices.risk import RISK_CLASSES, RISK_OUTCOMES, TREATMENTS
from shangji.phases.evaluate.models import Risk
from shangji.phases.evaluate.queries.decision import DecisionLine, Tone
from shangji.phases.evaluate.queries.money import rate_table
from shangji.phases.evaluate.queries.standing import stood
from shangji.phases.evaluate.rules.risk import (
    Level,
    RegisterGaps,
    RiskState,
    cell_level,
    heat_counts,
    is_expired,
    is_overdue,
    rank_key,
    register_gaps,
    risk_level,
    risk_priority,
)
from shangji.phases.evaluate.rules.uncertainty import Event

_CLASS = {one.value: one.label for one in RISK_CLASSES}
_TREATMENT = {one.value: one.label for one in TREATMENTS}
_OUTCOME = {one.value: one.label for one in RISK_OUTCOMES}
#: how each level is said and toned
LEVEL_TONES: dict[Level, Tone] = {"high": "bad", "mid": "warn", "low": "plain"}


@dataclass(frozen=True)
class RiskRow:
    """A risk as registers show it."""

    risk: Risk
    level: Level
    category: Any
    treatment: Any
    outcome: Any
    is_overdue: bool
    is_expired: bool
    #: priority after treatment, at the same controllability; None without residual values
    residual: Decimal | None
    #: EMV in the workspace's currency; None without money or without a rate
    home_emv: Decimal | None


@dataclass(frozen=True)
class HeatCell:
    """One of the 25 cells of the map."""

    probability: int
    impact: int
    count: int
    level: Level


@dataclass
class Register:
    """The open risks in order of weight, the closed ones, and what they add up to."""

    rows: list[RiskRow]
    closed: list[RiskRow]
    heat: list[list[HeatCell]]
    gaps: RegisterGaps
    #: sum of the EMVs in the workspace's currency, with the rates that went in
    total: Decimal
    currency: str
    rates: tuple[Rate, ...] = ()
    apart: list[tuple[str, Decimal]] = field(default_factory=list)
    with_money: int = 0


def register_of(actor: Actor, opportunity: Opportunity, now: datetime) -> Register:
    """The register of one opportunity, ranked by expected loss where it is known."""
    rows = _visible(actor).filter(opportunity=opportunity)
    return _register(rows.order_by("id"), now)


def open_register(actor: Actor, now: datetime) -> Register:
    """Open risks of all open opportunities an actor sees."""
    rows = _visible(actor).filter(status=Risk.OPEN, opportunity__status="open")
    return _register(rows.select_related("opportunity", "owner").order_by("id"), now)


def aside_rows(actor: Actor, opportunity: Opportunity, now: datetime) -> list[RiskRow]:
    """Open risks for the sheet beside the opportunity, most pressing first: one query, and none
    where its standing counts none."""
    found = stood(opportunity, now)
    if found is None or not found.standing.risk_count:
        return []
    day = today(now=now)
    rows = _visible(actor).filter(opportunity=opportunity, status=Risk.OPEN)
    return [risk_row(one, day, {}) for one in rows.order_by("-priority", "id")[:6]]


def _visible(actor: Actor) -> QuerySet[Risk]:
    found: QuerySet[Risk] = model_queryset(Risk).visible_to(actor).select_related("owner")
    return found


def _register(rows: Iterable[Risk], now: datetime) -> Register:
    day = today(now=now)
    home = current_workspace().currency
    risks = list(rows)
    foreign = any(one.emv is not None and one.currency != home for one in risks)
    rates = rates_on(day) if foreign else ()
    table = {one.source: one.rate for one in rates} | {home: Decimal(1)}
    shown = [risk_row(one, day, table, home) for one in risks]
    live = [one for one in shown if one.risk.status == Risk.OPEN]
    live.sort(key=lambda one: (rank_key(one.home_emv, one.risk.priority), one.risk.pk))
    money = [one.risk for one in live if one.risk.emv is not None]
    sums = Totals([(one.currency, one.emv or Decimal(0)) for one in money]).convert(home, rates)
    return Register(
        rows=live,
        closed=[one for one in shown if one.risk.status != Risk.OPEN],
        heat=heat_map([one.risk for one in live]),
        gaps=register_gaps([state_of(one) for one in risks], day),
        total=sums.amount,
        currency=home,
        rates=sums.used,
        apart=list(sums.apart),
        with_money=len(money),
    )


def risk_row(risk: Risk, day: date, table: dict[str, Decimal], home: str = "") -> RiskRow:
    state, residual = state_of(risk), None
    if risk.residual_probability is not None or risk.residual_impact is not None:
        residual = risk_priority(
            risk.residual_probability or risk.probability,
            risk.residual_impact or risk.impact,
            risk.controllability,
        )
    emv = None
    if risk.emv is not None and risk.currency in table:
        emv = round_money(risk.emv * table[risk.currency], home)
    return RiskRow(
        risk=risk,
        level=risk_level(risk.priority),
        category=_CLASS.get(risk.category, risk.category),
        treatment=_TREATMENT.get(risk.treatment, ""),
        outcome=_OUTCOME.get(risk.outcome, ""),
        is_overdue=is_overdue(state, day),
        is_expired=is_expired(state, day),
        residual=residual,
        home_emv=emv,
    )


def heat_map(risks: Sequence[Risk]) -> list[list[HeatCell]]:
    """Five lines from the most to the least probable, five columns by rising impact."""
    counts = heat_counts((one.probability, one.impact) for one in risks)
    return [
        [HeatCell(p, i, counts[p, i], cell_level(p, i)) for i in range(1, 6)]
        for p in range(5, 0, -1)
    ]


def state_of(risk: Risk) -> RiskState:
    return RiskState(
        is_open=risk.status == Risk.OPEN,
        owner_id=risk.owner_id,
        review_on=risk.review_on,
        accepted_until=risk.accepted_until,
    )


def page_facts(actor: Actor, risk: Risk, now: datetime) -> dict[str, Any]:
    """What a risk's own page shows beside its fields."""
    return {
        "row": risk_row(risk, today(now=now), {}),
        "register_url": reverse("evaluate:risks_of", kwargs={"pk": risk.opportunity_id}),
    }


def late_risks(day: date) -> list[Risk]:
    """Open risks of open opportunities whose review or acceptance has run out before a day."""
    late = Q(review_on__lt=day) | Q(accepted_until__lt=day)
    rows = Risk.objects.alive().filter(late, status=Risk.OPEN)
    rows = rows.filter(opportunity__deleted_at=None, opportunity__status="open")
    return list(rows.select_related("owner", "opportunity__owner").order_by("pk"))


def states_of(opportunity: Opportunity) -> list[RiskState]:
    """For the rule on leaving evaluate: all risks, whoever asks."""
    return [state_of(one) for one in Risk.objects.alive().filter(opportunity=opportunity)]


def gap_words(gaps: RegisterGaps) -> list[str]:
    """What a register lacks, each as a sentence."""
    if gaps.is_empty:
        return [_("No risk is on the register.")]
    words = []
    if gaps.unowned:
        words.append(
            ngettext("%(n)s risk has no owner.", "%(n)s risks have no owner.", gaps.unowned)
            % {"n": gaps.unowned}
        )
    if gaps.undated:
        words.append(
            ngettext(
                "%(n)s risk has no review day.", "%(n)s risks have no review day.", gaps.undated
            )
            % {"n": gaps.undated}
        )
    if gaps.overdue:
        words.append(
            ngettext(
                "The review of %(n)s risk is overdue.",
                "The reviews of %(n)s risks are overdue.",
                gaps.overdue,
            )
            % {"n": gaps.overdue}
        )
    if gaps.expired:
        words.append(
            ngettext(
                "The acceptance of %(n)s risk has run out.",
                "The acceptances of %(n)s risks have run out.",
                gaps.expired,
            )
            % {"n": gaps.expired}
        )
    return words


def risk_events(
    opportunity: Opportunity, currency: str, day: date
) -> tuple[list[Event], Decimal, list[str]]:
    """Open risks with money, in one currency, for a forecast.

    Returns the events, their expected loss (rounded to the currency), and the currencies that
    stayed out for want of a dated rate.
    """
    rows = Risk.objects.alive().filter(opportunity=opportunity, status=Risk.OPEN, emv__isnull=False)
    events, expected, missing = [], Decimal(0), set()
    table = rate_table(day, currency)
    for risk in rows.order_by("pk"):
        rate = table.get(risk.currency)
        if rate is None:
            missing.add(risk.currency)
            continue
        loss = round_money((risk.loss or Decimal(0)) * rate, currency)
        chance = Decimal(risk.chance or 0) / 100
        expected += round_money(loss * chance, currency)
        events.append(Event(risk.title, float(chance), float(loss)))
    return events, expected, sorted(missing)


def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """How many risks are open, the highest of them, what they are expected to cost."""
    register = register_of(actor, opportunity, now)
    if not register.rows and not register.closed:
        return None
    levels = [one.level for one in register.rows]
    high, count = levels.count("high"), len(levels)
    figure = ngettext("%(n)s open", "%(n)s open", count) % {"n": count}
    parts = []
    if register.with_money:
        money = format_short(register.total, register.currency, get_language() or "en")
        parts.append(_("expected loss %(money)s") % {"money": money})
    if high:
        parts.append(ngettext("%(n)s high", "%(n)s high", high) % {"n": high})
    parts += [one.rstrip(".。") for one in gap_words(register.gaps)] if register.rows else []
    tone: Tone = "good"
    if high:
        tone = "bad"
    elif not register.gaps.complete or "mid" in levels:
        tone = "warn"
    return DecisionLine(
        label=_("Risks"),
        figure=figure,
        words=" · ".join(parts) or _("All looked after."),
        tone=tone,
        url=reverse("evaluate:risks_of", kwargs={"pk": opportunity.pk}),
    )
