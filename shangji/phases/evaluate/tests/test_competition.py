"""Competitors: win rates hidden under five, cards flagged, nobody forced to name one."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.actions import lose_opportunity
from shangji.core.opportunities.factories import make_opportunity, reason
from shangji.core.opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
)
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.rivals import add_rival, remove_rival
from shangji.phases.evaluate.factories.capacity import TIMES
from shangji.phases.evaluate.models import (
    Battlecard,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
)
from shangji.phases.evaluate.queries.competition import matrix, rivals, rivals_on


@pytest.fixture
def rival(db: None) -> Competitor:
    return Competitor.objects.create(name="Hengjie", **TIMES)


def decided(owner: Any, rival: Competitor, at: str, count: int, on: date) -> None:
    for _each in range(count):
        deal = make_opportunity(owner, at=at)
        Opportunity.objects.filter(pk=deal.pk).update(closed_on=on)
        OpportunityCompetitor.objects.create(opportunity=deal, competitor=rival)


def rate_of(user: Any, actor: Any, now: datetime, period: str = "12m") -> Any:
    return rivals(actor(user), now, period)[0].rate


def test_no_rate_under_five(
    rival: Competitor, alice: Any, actor: Any, now: datetime, sign_in: Any
) -> None:
    decided(alice, rival, "won", 3, now.date())
    decided(alice, rival, "lost", 1, now.date())
    rate = rate_of(alice, actor, now)
    assert (rate.won, rate.decided, rate.share) == (3, 4, None)
    page = sign_in(alice).get("/evaluate/competitors/").content.decode()
    assert "3 of 4 won; no rate under 5" in page
    assert "75%" not in page
    decided(alice, rival, "lost", 1, now.date())
    rate = rate_of(alice, actor, now)
    assert rate.share is not None
    # Wilson for 3 of 5
    assert (round(rate.share.low, 3), round(rate.share.high, 3)) == (0.231, 0.882)
    assert "60%" in sign_in(alice).get("/evaluate/competitors/").content.decode()


def test_a_period_counts_what_closed_in_it(
    rival: Competitor, alice: Any, actor: Any, now: datetime
) -> None:
    decided(alice, rival, "won", 2, now.date())
    decided(alice, rival, "lost", 3, now.date() - timedelta(days=500))
    decided(alice, rival, "lost", 4, now.date() - timedelta(days=2000))
    found = [rate_of(alice, actor, now, period).decided for period in ("12m", "24m", "all")]
    assert found == [2, 5, 9]


def test_a_rate_is_of_the_deals_one_sees(
    rival: Competitor, alice: Any, charlie: Any, dana: Any, actor: Any, now: datetime
) -> None:
    decided(alice, rival, "won", 6, now.date())
    decided(charlie, rival, "lost", 6, now.date())
    seen = [rate_of(user, actor, now).decided for user in (alice, charlie, dana)]
    assert seen == [6, 6, 12]


def test_naming_and_taking_off(
    rival: Competitor, alice: Any, vera: Any, charlie: Any, actor: Any, now: datetime
) -> None:
    deal = make_opportunity(alice)
    for name in ("hengjie", "Own team", " Hengjie "):
        add_rival(actor=actor(alice), opportunity=deal, name=name, now=now)
    names = [one.competitor.name for one in rivals_on(actor(alice), deal, now)]
    assert names == ["Hengjie", "Own team"]
    remove_rival(actor=actor(alice), opportunity=deal, competitor_id=rival.pk, now=now)
    names = [one.competitor.name for one in rivals_on(actor(alice), deal, now)]
    assert names == ["Own team"]
    with pytest.raises(Invalid):
        add_rival(actor=actor(alice), opportunity=deal, name="  ", now=now)
    for user, refusal in ((vera, Forbidden), (charlie, NotFound)):
        with pytest.raises(refusal):
            add_rival(actor=actor(user), opportunity=deal, name="X", now=now)


def test_a_deal_is_lost_without_naming_anybody(alice: Any, actor: Any, now: datetime) -> None:
    deal = make_opportunity(alice)
    lost = lose_opportunity(
        actor=actor(alice), opportunity=deal, reason=reason("competitor_price"), now=now
    )
    assert lost.status == "lost"
    assert not deal.competitors.exists()


def card(rival: Competitor, on: date) -> Battlecard:
    return Battlecard.objects.create(
        competitor=rival, title="Win on service", review_by=on, proof="Two visits", **TIMES
    )


@pytest.mark.parametrize(("days", "flagged"), [(-1, True), (0, False)])
def test_a_card_past_its_review_date_is_flagged_wherever_shown(
    rival: Competitor, alice: Any, sign_in: Any, now: datetime, days: int, flagged: bool
) -> None:
    card(rival, today() + timedelta(days=days))
    deal = make_opportunity(alice)
    OpportunityCompetitor.objects.create(opportunity=deal, competitor=rival)
    client = sign_in(alice)
    for url in (
        f"/opportunities/{deal.pk}/evaluate/competition/",
        "/evaluate/competitors/",
        f"/competitors/{rival.pk}/",
    ):
        assert ("Past review" in client.get(url).content.decode()) is flagged, url


def test_the_matrix_shows_the_latest_finding(rival: Competitor, alice: Any, actor: Any) -> None:
    service = RivalCriterion.objects.create(name="Service", **TIMES)
    for rating, on in ((2, date(2026, 3, 1)), (4, date(2026, 9, 1)), (1, date(2025, 9, 1))):
        RivalFinding.objects.create(
            competitor=rival, criterion=service, rating=rating, evidence="Call", on=on, **TIMES
        )
    ours, theirs = matrix(actor(alice), [rival])[0].cells
    assert ours is None
    assert theirs is not None
    assert (theirs.rating, theirs.on) == (4, date(2026, 9, 1))


def test_a_price_names_its_deal_only_to_those_who_see_it(
    rival: Competitor, alice: Any, charlie: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice, name="Secret tender")
    RivalPrice.objects.create(
        competitor=rival,
        offer="Licence",
        amount=Decimal(198000),
        reliability="document",
        on=date(2026, 9, 1),
        opportunity=deal,
        **TIMES,
    )
    url = f"/competitors/{rival.pk}/"
    seen = sign_in(alice).get(url).content.decode()
    assert "Secret tender" in seen
    assert "Quote seen" in seen
    other = sign_in(charlie).get(url).content.decode()
    assert "Licence" in other
    assert "Secret tender" not in other


def test_the_list_asks_no_more_with_more_competitors(
    alice: Any, sign_in: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    client.get("/evaluate/competitors/")
    for place in range(12):
        one = Competitor.objects.create(name=f"Rival {place}", **TIMES)
        decided(alice, one, "won", 1, now.date())
        card(one, date(2026, 1, 1))
    with django_assert_max_num_queries(22):
        assert client.get("/evaluate/competitors/").status_code == 200
