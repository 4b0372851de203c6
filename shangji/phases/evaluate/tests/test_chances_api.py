"""Intent, win probability, models and the lift report for other programs."""

from datetime import datetime
from typing import Any

from shangji.core.activities.actions import log_activity
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from tests.api.client import program


def test_it_answers_intent_with_its_events(alice: Any, now: datetime) -> None:
    deal = make_opportunity(alice)
    log_activity(actor=Actor(alice), kind="call", text="Asked for a demo", about=deal, now=now)
    found = program(alice, now).get(f"opportunities/{deal.pk}/intent").data
    assert found["rule"] == 0
    assert [(one["source"], one["left_out"]) for one in found["events"]] == [("activity", "")]


def test_it_answers_three_win_rates(alice: Any, now: datetime) -> None:
    deal = make_opportunity(alice, at="quote", probability_manual=70)
    found = program(alice, now).get(f"opportunities/{deal.pk}/win-probability").data
    assert (found["default"], found["manual"], found["predicted"]) == (50, 70, None)


def test_it_changes_the_rule_with_the_right(alice: Any, mei: Any, now: datetime) -> None:
    rule = {"half_life_days": 7, "lines": [{"by": "touch", "points": 3}]}
    assert program(alice, now).ask("PUT", "intent-rule", rule).status_code == 403
    assert program(mei, now).ask("PUT", "intent-rule", rule).data["number"] == 1
    found = program(alice, now).get("intent-rule").data
    assert found["half_life_days"] == 7
    assert found["lines"] == [{"by": "touch", "value": "", "points": 3.0, "cap": 20}]


def test_it_learns_on_request_and_tells_models_and_lift(mei: Any, now: datetime) -> None:
    client = program(mei, now)
    assert client.post("win-models", {}).data["job"] > 0
    assert client.get("win-models").data == {"items": []}
    lift = client.get("lift").data
    assert (lift["decided"], lift["by_grade"], lift["by_chance"]) == (0, [], [])
