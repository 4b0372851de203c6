"""Rows of evaluation for tests and samples."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from shangji.core.opportunities.factories import NOW, make_opportunity
from shangji.phases.evaluate.actions.risk import keep_register
from shangji.phases.evaluate.models import (
    Assessment,
    Decision,
    ProfitForecast,
    Risk,
    ScorecardVersion,
)
from shangji.phases.evaluate.rules.risk import expected_loss, risk_priority


def make_risk(owner: Any = None, *, opportunity: Any = None, **values: Any) -> Risk:
    """One open risk on an opportunity of the owner, as if it had been there before."""
    deal = opportunity or make_opportunity(owner)
    row: dict[str, Any] = {
        "title": "ERP without documentation",
        "probability": 3,
        "impact": 4,
        "controllability": 3,
        "owner": owner,
        "review_on": NOW.date() + timedelta(days=14),
        "reviewed_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    loss = row.get("loss")
    row["loss"] = None if loss is None else Decimal(loss)
    row["priority"] = risk_priority(row["probability"], row["impact"], row["controllability"])
    row["emv"] = expected_loss(row.get("chance"), row["loss"], row.get("currency", "CNY"))
    risk = Risk.objects.create(opportunity=deal, **row)
    keep_register({deal.pk})
    return risk


def make_assessment(owner: Any = None, *, opportunity: Any = None, **values: Any) -> Assessment:
    """What the owner answered on the card that gives the score: 8 for urgency."""
    deal = opportunity or make_opportunity(owner)
    version = ScorecardVersion.objects.filter(scorecard__is_default=True).latest("number")
    row = {
        "scorecard_id": version.scorecard_id,
        "scorecard_version": version,
        "rater": owner,
        "rated_at": NOW,
        "answers": {"version": 1, "answers": {"urgency": {"value": "8"}}},
        "points": 80,
        "share": 30,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    return Assessment.objects.create(opportunity=deal, **row)


def make_decision(owner: Any = None, *, opportunity: Any = None, **values: Any) -> Decision:
    """One decision that took effect on an opportunity of the owner."""
    deal = opportunity or make_opportunity(owner)
    row = {
        "verdict": "go",
        "reason": "Budget and sponsor are there",
        "decided_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    return Decision.objects.create(opportunity=deal, from_stage_id=deal.stage_id, **row)


def make_forecast(owner: Any = None, *, opportunity: Any = None, **values: Any) -> ProfitForecast:
    """A yearly scenario −100, 39, 59, 55, 20 without tax, not worked out yet."""
    deal = opportunity or make_opportunity(owner)
    line = {"label": "Net", "kind": "income", "values": ["-100", "39", "59", "55", "20"]}
    row = {
        "name": "As planned",
        "period": "year",
        "starts_on": NOW.date(),
        "is_main": True,
        "plan": {"version": 1, "lines": [line], "days": []},
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    return ProfitForecast.objects.create(opportunity=deal, **row)
