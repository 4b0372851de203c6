"""A register from a sheet: weighed, folded into the standing, refused with the cause."""

from collections.abc import Callable
from typing import Any

from shangji.core.opportunities.factories import make_opportunity
from shangji.phases.evaluate.models import Risk, Standing
from shangji.records.imports.models import Import

KEYS = (
    "title", "opportunity", "category", "probability", "impact", "controllability",
    "chance", "loss", "treatment", "residual_impact",
)  # fmt: skip
RISKS: dict[str, Any] = {
    "type": "risk",
    "columns": [{"header": key, "field": key} for key in KEYS],
}
SHEET = (
    ",".join(KEYS)
    + """
Rival bids low,MES,市场,4,5,2,30,20万,减轻,4
Too good,MES,technical,2,2,3,,,,5
Elsewhere,Not there,technical,2,2,3,,,,
"""
)


def test_it_brings_a_register(bring: Callable[..., Import], alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice, name="MES")
    run = bring(SHEET, RISKS, actor(alice))
    risk = Risk.objects.get()
    assert (risk.opportunity, risk.category, risk.treatment) == (deal, "market", "mitigate")
    assert (risk.priority, risk.emv, risk.owner_id) == (16, 60000, alice.pk)
    assert Standing.objects.get(opportunity=deal).risk_count == 1
    causes = [cause for one in run.failures.all() for _header, cause in one.causes]
    assert len(causes) == 2
    assert any("2 or less" in one for one in causes)
