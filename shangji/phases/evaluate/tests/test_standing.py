"""The present values of an opportunity in lists: sorted, filtered, hidden, never doubled."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.phases.evaluate.actions.standing import keep_point, keep_standing
from shangji.phases.evaluate.models import StandingPoint
from shangji.records.conditions import read_nodes
from shangji.records.description import describe
from shangji.records.listing.query import ListQuery

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def scored(alice: Any) -> None:
    for name, score, grade in (("Middle", "64", "B"), ("Best", "82.5", "A"), ("Worst", "30", "D")):
        deal = make_opportunity(alice, name=name)
        keep_standing(deal.pk, {"score": Decimal(score), "grade": grade})
    make_opportunity(alice, name="Unscored")


def names(page: str) -> list[str]:
    found = ("Best", "Middle", "Worst", "Unscored")
    return sorted((one for one in found if f">{one}<" in page), key=lambda one: page.index(one))


def test_it_sorts_by_score_with_the_unscored_last(alice: Any, scored: None, sign_in: Any) -> None:
    page = sign_in(alice).get("/opportunities/?sort=-score").content.decode()
    assert names(page) == ["Best", "Middle", "Worst", "Unscored"]


def test_it_filters_by_grade(alice: Any, scored: None, sign_in: Any) -> None:
    client = sign_in(alice)
    assert names(client.get("/opportunities/?f=grade.is.A").content.decode()) == ["Best"]
    page = client.get("/opportunities/?f=score.gte.60").content.decode()
    assert set(names(page)) == {"Best", "Middle"}


def test_it_keeps_one_point_a_day(alice: Any) -> None:
    deal = make_opportunity(alice)
    for hours, value in ((0, "50"), (1, "60"), (24, "70")):
        at = NOW + timedelta(hours=hours)
        keep_point(deal.pk, StandingPoint.SCORE, Decimal(value), source="test", now=at)
    points = StandingPoint.objects.filter(opportunity=deal).order_by("on")
    assert [int(one.value) for one in points] == [60, 70]


def test_a_list_finds_who_was_decided_and_who_was_not(alice: Any, actor: Any) -> None:
    """Whoever has nothing of Evaluate yet has no standing at all, and was not decided either."""
    going, plain = make_opportunity(alice), make_opportunity(alice)
    keep_standing(going.pk, {"decision": "go"})

    def found(condition: str) -> list[int]:
        query = ListQuery(
            description=describe("opportunity"),
            actor=actor(alice),
            conditions=read_nodes([condition]),
        )
        return list(query.base.values_list("pk", flat=True))

    assert found("decision.is.go") == [going.pk]
    assert found("decision.empty.") == [plain.pk]
