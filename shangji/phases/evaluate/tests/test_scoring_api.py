"""Scores for other programs: assess, read, rank, compare."""

from datetime import datetime
from typing import Any

from shangji.core.opportunities.factories import make_opportunity
from tests.api.client import program

GOLDEN = ((8, 7, 6, 5), (5, 6, 7, 8), (7, 8, 5, 6))
KEYS = ("urgency", "budget", "cycle", "size")


def given(values: Any) -> dict[str, Any]:
    return {"answers": {k: {"value": v} for k, v in zip(KEYS, values, strict=False)}}


def test_a_program_assesses_reads_ranks_and_compares(alice: Any, now: datetime) -> None:
    client = program(alice, now)
    deals = [make_opportunity(alice) for _one in GOLDEN]
    for deal, values in zip(deals, GOLDEN, strict=True):
        answer = client.post(f"opportunities/{deal.pk}/assess", given(values))
        assert answer.status_code == 200 and answer.data["raters"] == 1
    first = client.get(f"opportunities/{deals[0].pk}/score").data
    assert (first["points"], first["grade"], first["share"]) == ("66.00", "B", "1.0")
    ranks = client.get("ranking").data["items"]
    assert [(one["rank"], one["tied"]) for one in ranks] == [(1, False), (2, True), (2, True)]
    ids = "&".join(f"ids={deal.pk}" for deal in deals)
    found = client.get(f"comparison?{ids}").data
    assert [one["total"] for one in found["items"]] == ["6.6000", "6.4000", "6.4000"]
    assert found["ties"] == [{"rank": 2, "ids": [deals[2].pk, deals[1].pk], "first_by": "urgency"}]
    turns = {one["criterion"]: one for one in found["turning_points"] if one["at"] == "0.2500"}
    assert turns["urgency"]["when"] == "below" and turns["size"]["when"] == "above"


def test_a_refusal_names_the_criterion(alice: Any, now: datetime) -> None:
    client, deal = program(alice, now), make_opportunity(alice)
    assert client.post(f"opportunities/{deal.pk}/assess", given([11])).status_code == 422
    assert client.post(f"opportunities/{deal.pk}/assess", {"answers": {}}).status_code in (400, 422)


def test_the_cards_in_use_say_their_criteria(alice: Any, now: datetime) -> None:
    card = program(alice, now).get("scorecards-in-use").data["items"][0]
    assert card["is_default"] and [c["weight"] for c in card["definition"]["criteria"]] == [
        "0.3",
        "0.2",
        "0.3",
        "0.2",
    ]
