"""Risks, profit forecasts and decisions of the demo's opportunities in evaluate and convert."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.workspace.queries import today
from shangji.lib.dates import add_months
from shangji.phases.evaluate.actions.risk import keep_register
from shangji.phases.evaluate.actions.standing import keep_standing
from shangji.phases.evaluate.models import Decision, DecisionPolicy, ProfitForecast, Risk
from shangji.phases.evaluate.queries.profit import worked_out
from shangji.phases.evaluate.rules.cash_plan import COST, INCOME, Line, Plan, plan_to_json
from shangji.phases.evaluate.rules.risk import expected_loss, risk_priority
from shangji.phases.evaluate.rules.uncertainty import Input, Uncertainty, uncertainty_to_json

#: class, title, P, I, C, chance, share of the amount lost, treatment, action
_RISKS: tuple[tuple[str, str, int, int, int, int | None, int, str, str], ...] = (
    ("technical", "ERP 接口无文档", 4, 4, 2, 40, 12, "mitigate", "首周做接口验证"),
    ("market", "赛远报价低约 12%", 3, 4, 3, 35, 10, "mitigate", "突出实施周期与案例"),
    ("policy", "技改补贴年底截止", 2, 3, 3, 20, 6, "transfer", "合同写明补贴归客户申请"),
    ("customer", "决策人可能调岗", 2, 5, 3, None, 0, "mitigate", "请副总经理加入例会"),
    ("delivery", "实施人手年前排满", 4, 3, 4, 30, 8, "mitigate", "预留两名顾问"),
    ("financial", "回款周期偏长", 3, 3, 4, 25, 5, "avoid", "首付款不低于 40%"),
    ("legal", "数据需留在厂内", 2, 4, 4, None, 0, "mitigate", "按私有部署报价"),
    ("technical", "现场网络条件不明", 3, 2, 4, 30, 3, "accept", ""),
    ("market", "客户同时考虑自研", 2, 4, 2, 20, 15, "", ""),
)
#: the opportunity of the pictures carries the first three
_PICTURE = "MES 二期"
_PHASES = ("evaluate", "convert", "nurture")
_WHY = {
    "go": "预算和负责人都已明确，方案与产能匹配。",
    "not_now": "客户预算要到明年才下来，先保持联系。",
}


def tell_risks(now: datetime, *, seed: int = 7) -> None:
    """Registers, one or two scenarios each, and a few decisions: from the same seed the same."""
    rng, day = Random(seed), today(now=now)
    rows = Opportunity.objects.filter(status="open", phase__in=_PHASES, owner__isnull=False)
    deals = [one for one in rows.select_related("owner").order_by("pk") if one.amount]
    DecisionPolicy.objects.create(
        pk=1,
        approval_over=Decimal(500_000),
        register_over=None,
        created_at=now,
        updated_at=now,
    )
    risks: list[Risk] = []
    for deal in deals:
        known = deal.name.endswith(_PICTURE)
        if not known and rng.random() > 0.45:
            continue
        count = 3 if known else rng.randrange(1, 5)
        start = 0 if known else rng.randrange(len(_RISKS))
        for n in range(count):
            risks.append(_risk(rng, deal, _RISKS[(start + n) % len(_RISKS)], now, day, known))
    Risk.objects.bulk_create(risks, batch_size=200)
    keep_register({one.opportunity_id for one in risks})
    chosen = [one for one in deals if one.name.endswith(_PICTURE)]
    # one of the pictures may stand in evaluate itself: it depends on the day
    chosen += [one for one in deals if one.phase == "evaluate" and one not in chosen][:8]
    for deal in chosen:
        _forecast(rng, deal, now)
    _decisions(rng, deals, now, day)


def _risk(rng: Random, deal: Opportunity, row: Any, now: datetime, day: Any, known: bool) -> Risk:
    category, title, p, i, c, chance, share, treatment, action = row
    late = not known and rng.random() < 0.12
    loss = None
    if chance is not None and deal.amount is not None:
        loss = (deal.amount * share / 100).quantize(Decimal(100))
    made = now - timedelta(days=rng.randrange(5, 40))
    return Risk(
        opportunity=deal,
        title=title,
        category=category,
        probability=p,
        impact=i,
        controllability=c,
        priority=risk_priority(p, i, c),
        chance=chance if loss is not None else None,
        loss=loss,
        currency=deal.currency,
        emv=expected_loss(chance, loss, deal.currency),
        treatment=treatment,
        action=action,
        action_due_on=day + timedelta(days=rng.randrange(3, 20)) if action else None,
        residual_probability=max(p - 1, 1) if action else None,
        residual_impact=i if action else None,
        accepted_until=day + timedelta(days=60) if treatment == "accept" else None,
        owner=deal.owner,
        review_on=day + timedelta(days=-rng.randrange(1, 9) if late else rng.randrange(2, 30)),
        reviewed_at=made,
        created_at=made,
        updated_at=made,
        created_by=deal.owner,
    )


def _forecast(rng: Random, deal: Opportunity, now: datetime) -> None:
    """A plan over a year: delivery is paid first, income follows, upkeep stays."""
    amount = deal.amount or Decimal(0)

    def part(percent: int) -> Decimal:
        return (amount * percent / 100).quantize(Decimal(100))

    months = 12
    income, work, bought, upkeep = ([Decimal(0)] * months for _n in range(4))
    for n, share in enumerate((30, 15, 15, 10, 10, 5, 5, 5, 5), start=3):
        income[n] = part(share)
    for n in range(6):
        work[n] = part(rng.randrange(6, 9))
    bought[0], bought[1] = part(14), part(6)
    for n in range(6, months):
        upkeep[n] = part(1)
    lines = (
        Line("软件与实施", INCOME, tuple(income)),
        Line("实施人工", COST, tuple(work)),
        Line("硬件采购", COST, tuple(bought)),
        Line("维护", COST, tuple(upkeep)),
    )
    unsure = Uncertainty(
        (Input(0, "pert", 80, 100, 105), Input(1, "pert", 85, 100, 150)),
        ((0, 1, -0.3),),
    )
    first = add_months(today(now=now).replace(day=1), 1)
    for place, (name, rate) in enumerate((("按计划", 10), ("谨慎", 14))):
        row = ProfitForecast(
            opportunity=deal,
            name=name,
            currency=deal.currency,
            period="month",
            starts_on=first,
            discount_rate=Decimal(rate),
            tax_rate=Decimal(25),
            is_main=place == 0,
            plan=plan_to_json(Plan(lines)),
            simulation=uncertainty_to_json(unsure),
            created_at=now,
            updated_at=now,
            created_by=deal.owner,
            calculated_at=now,
        )
        row.result, row.npv = worked_out(row, now)
        row.save()


def _decisions(rng: Random, deals: list[Opportunity], now: datetime, day: Any) -> None:
    """Some were put off and come back by themselves, some go on, one waits for approval."""
    waits = False
    for deal in deals:
        big = deal.currency == "CNY" and deal.amount is not None and deal.amount >= 500_000
        if deal.phase == "nurture" and rng.random() < 0.4:
            back = day + timedelta(days=rng.randrange(20, 120))
            _decision(deal, "not_now", now, returns_on=back)
            values = {"decision": "not_now", "decided_at": now, "returns_on": back}
            keep_standing(deal.pk, values)
        elif deal.phase == "evaluate" and big and not waits:
            waits = True
            _decision(deal, "go", now, state="asked", decided_at=None, decided_by=None)
        elif deal.phase == "convert" and rng.random() < 0.3:
            _decision(deal, "go", now)
            keep_standing(deal.pk, {"decision": "go", "decided_at": now})


def _decision(deal: Opportunity, verdict: str, now: datetime, **values: Any) -> None:
    row = {
        "opportunity": deal,
        "verdict": verdict,
        "reason": _WHY[verdict],
        "from_stage_id": deal.stage_id,
        "amount": deal.amount,
        "currency": deal.currency,
        "asked_by": deal.owner,
        "decided_by": deal.owner,
        "decided_at": now - timedelta(days=3),
        "created_at": now - timedelta(days=3),
        "updated_at": now - timedelta(days=3),
        "created_by": deal.owner,
    }
    Decision.objects.create(**(row | values))
