"""The work queue and its rule for other programs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from shangji.core.opportunities.factories import make_opportunity
from tests.api.client import program

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULE = {
    "deadline": 0, "value": 60, "score": 20, "intent": 10, "silence": 10,
    "value_full": "250000", "intent_full": 40, "days_ahead": 14,
}  # fmt: skip


def test_it_gives_a_program_its_persons_queue_with_reasons(alice: Any, charlie: Any) -> None:
    deal = make_opportunity(alice, name="Of Alice")
    make_opportunity(charlie, name="Foreign")
    found = program(alice, NOW).get("work-queue?whose=all").data
    assert [(one["id"], one["place"]) for one in found["items"]] == [(deal.pk, 1)]
    [row] = found["items"]
    parts = sum(Decimal(str(part["points"])) for part in row["parts"])
    assert parts == Decimal(str(row["points"]))
    assert "not scored, counts half" in row["reasons"]


def test_it_changes_the_rule_for_those_who_may(alice: Any, mei: Any) -> None:
    assert program(alice, NOW).ask("PUT", "order-of-work", RULE).status_code == 403
    changed = program(mei, NOW).ask("PUT", "order-of-work", RULE)
    assert (changed.status_code, changed.data["value"], changed.data["version"]) == (200, 60, 1)
    assert program(alice, NOW).get("order-of-work").data["value_full"] == "250000"
    wrong = program(mei, NOW).ask("PUT", "order-of-work", {**RULE, "deadline": 5})
    assert wrong.status_code == 422
    assert "now 105" in wrong.content.decode()
