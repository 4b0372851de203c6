"""Registers: entered, weighed, reviewed, closed, undone; who sees and changes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shangji.core.opportunities.actions import bulk_move_to_stage, lose_opportunity, move_to_stage
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.exits import NotReady
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.notices.models import Notice
from shangji.foundation.workspace.models import ExchangeRate
from shangji.lib.errors import DomainError, Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.risk import (
    close_risk,
    escalate_reviews,
    reopen_risk,
    review_risk,
)
from shangji.phases.evaluate.factories import make_risk
from shangji.phases.evaluate.models import DecisionPolicy, Risk, Standing
from shangji.phases.evaluate.queries.risk import decision_line, register_of, risk_events
from shangji.records.actions import create_record, delete_record, edit_record

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def enter(actor: Any, deal: Opportunity, **values: Any) -> Risk:
    row = {
        "title": "Rival bids low",
        "opportunity": deal.pk,
        "category": "market",
        "probability": 4,
        "impact": 5,
        "controllability": 2,
    }
    made = create_record(actor=actor, record_type="risk", values=row | values, now=NOW)
    assert isinstance(made, Risk)
    return made


def last() -> Operation:
    found = Operation.objects.order_by("-id").first()
    assert found is not None
    return found


def test_it_is_weighed_when_entered(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice, currency="CNY")
    risk = enter(actor(alice), deal, chance=30, loss=Decimal(200000))
    risk.refresh_from_db()
    assert (risk.priority, risk.emv, risk.owner_id) == (16, 60000, alice.pk)
    standing = Standing.objects.get(opportunity=deal)
    assert (standing.risk_count, standing.risk_priority) == (1, 16)


def test_undo_and_bin_fold_the_standing_anew(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice)
    risk = enter(actor(alice), deal)
    edit_record(actor=actor(alice), record=risk, values={"controllability": 5}, now=NOW)
    assert Standing.objects.get(opportunity=deal).risk_priority == 4
    undo_operation(actor=actor(alice), target=last(), now=NOW)
    assert Standing.objects.get(opportunity=deal).risk_priority == 16
    delete_record(actor=actor(alice), record=risk, now=NOW)
    standing = Standing.objects.get(opportunity=deal)
    assert (standing.risk_count, standing.risk_priority) == (0, None)


def test_what_is_left_is_never_more_than_before(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice)
    with pytest.raises(Invalid) as problem:
        enter(actor(alice), deal, residual_impact=5, impact=4, residual_probability=5)
    assert set(problem.value.errors) == {"residual_impact", "residual_probability"}
    risk = enter(actor(alice), deal, residual_impact=4, residual_probability=4)
    # lowering the inherent value under what is left is the same fault
    with pytest.raises(Invalid):
        edit_record(actor=actor(alice), record=risk, values={"impact": 3}, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Risk.objects.filter(pk=risk.pk).update(residual_impact=5, impact=4)


def test_it_is_accepted_up_to_a_day(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice)
    with pytest.raises(Invalid, match="up to a day"):
        enter(actor(alice), deal, treatment="accept")
    risk = enter(actor(alice), deal, treatment="accept", accepted_until=date(2026, 11, 22))
    register = register_of(actor(alice), deal, NOW)
    assert register.rows[0].is_expired
    assert register.gaps.expired == 1
    assert risk.treatment == "accept"


def test_people_of_other_teams_see_none_and_readers_change_none(
    alice: Any, mei: Any, charlie: Any, vera: Any, actor: Any
) -> None:
    deal = make_opportunity(alice)
    risk = enter(actor(alice), deal)
    review_risk(actor=actor(mei), risk=risk, review_on=date(2026, 12, 1), now=NOW)
    with pytest.raises(NotFound):
        close_risk(actor=actor(charlie), risk=risk, outcome="passed", now=NOW)
    with pytest.raises(Forbidden):
        close_risk(actor=actor(vera), risk=risk, outcome="passed", now=NOW)
    with pytest.raises(NotFound):
        enter(actor(charlie), deal)


def test_a_review_moves_its_day_on(alice: Any, actor: Any) -> None:
    risk = make_risk(alice, review_on=date(2026, 11, 1))
    with pytest.raises(Invalid, match="after today"):
        review_risk(actor=actor(alice), risk=risk, review_on=TODAY, now=NOW)
    later = NOW + timedelta(hours=1)
    done = review_risk(
        actor=actor(alice),
        risk=risk,
        review_on=date(2026, 12, 10),
        values={"probability": 2},
        now=later,
    )
    assert (done.reviewed_at, done.probability) == (later, 2)
    risk.refresh_from_db()
    assert risk.priority == Decimal("4.8")


def test_it_closes_with_an_outcome_and_opens_again(alice: Any, actor: Any) -> None:
    risk = make_risk(alice)
    with pytest.raises(Invalid, match="how it ended"):
        close_risk(actor=actor(alice), risk=risk, outcome="", now=NOW)
    close_risk(actor=actor(alice), risk=risk, outcome="prevented", note="Contract", now=NOW)
    assert not Standing.objects.filter(opportunity=risk.opportunity, risk_count=1).exists()
    with pytest.raises(DomainError, match="closed"):
        review_risk(actor=actor(alice), risk=risk, review_on=date(2027, 1, 1), now=NOW)
    reopen_risk(actor=actor(alice), risk=risk, now=NOW)
    assert Standing.objects.get(opportunity=risk.opportunity).risk_count == 1


def test_money_ranks_first_and_no_rate_stays_apart(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice)
    guess = make_risk(alice, opportunity=deal, probability=5, impact=5, controllability=1)
    cny = make_risk(alice, opportunity=deal, chance=50, loss=100000, title="Delay")
    usd = make_risk(alice, opportunity=deal, chance=50, loss=20000, currency="USD", title="Tariff")
    eur = make_risk(alice, opportunity=deal, chance=10, loss=1000, currency="EUR")
    ExchangeRate.objects.create(currency="USD", base="CNY", on=date(2026, 11, 1), rate=7)
    register = register_of(actor(alice), deal, NOW)
    assert [row.risk.pk for row in register.rows[:2]] == [usd.pk, cny.pk]
    assert {row.risk.pk for row in register.rows[2:]} == {guess.pk, eur.pk}
    assert register.total == 50000 + 70000
    assert register.apart == [("EUR", Decimal(100))]
    events, expected, missing = risk_events(deal, "CNY", TODAY)
    assert (len(events), expected, missing) == (2, 120000, ["EUR"])


def test_late_reviews_are_told_once_and_go_up(alice: Any, mei: Any, charlie: Any) -> None:
    make_risk(alice, review_on=date(2026, 11, 20), title="Friday")
    make_risk(alice, review_on=date(2026, 11, 2), title="Long ago")
    make_risk(alice, review_on=TODAY, title="Today")
    make_risk(charlie, review_on=date(2026, 11, 20), status="open", title="Elsewhere")
    assert escalate_reviews(now=NOW) == 4
    assert escalate_reviews(now=NOW) == 0
    assert Notice.objects.filter(user=alice).count() == 2
    told = Notice.objects.get(user=mei)
    assert "Long ago" in told.title
    assert Notice.objects.filter(user=charlie).count() == 1


# ------------------------------------------------------------------------- leaving evaluate


@pytest.fixture
def policy(db: None) -> None:
    DecisionPolicy.objects.create(
        pk=1, register_over=Decimal(500000), created_at=NOW, updated_at=NOW
    )


def test_a_large_one_leaves_evaluate_with_a_register(alice: Any, actor: Any, policy: None) -> None:
    me = actor(alice)
    deal = make_opportunity(alice, at="assessing", amount=Decimal(500000))
    with pytest.raises(NotReady) as missing:
        move_to_stage(actor=me, opportunity=deal, stage=stage("discovery"), now=NOW)
    assert [gap.url for gap in missing.value.gaps] == [f"/opportunities/{deal.pk}/evaluate/risks/"]
    move_to_stage(actor=me, opportunity=deal, stage=stage("qualified"), now=NOW)
    risk = enter(me, deal)
    with pytest.raises(NotReady, match="no review day"):
        move_to_stage(actor=me, opportunity=deal, stage=stage("discovery"), now=NOW)
    edit_record(actor=me, record=risk, values={"review_on": date(2026, 12, 1)}, now=NOW)
    moved = move_to_stage(actor=me, opportunity=deal, stage=stage("discovery"), now=NOW)
    assert moved.phase == "convert"


def test_small_ones_lost_ones_and_later_ones_go_freely(
    alice: Any, actor: Any, policy: None
) -> None:
    me = actor(alice)
    small = make_opportunity(alice, at="assessing", amount=Decimal(499999))
    move_to_stage(actor=me, opportunity=small, stage=stage("discovery"), now=NOW)
    late = make_opportunity(alice, at="nurturing", amount=Decimal(900000))
    move_to_stage(actor=me, opportunity=late, stage=stage("discovery"), now=NOW)
    lost = make_opportunity(alice, at="assessing", amount=Decimal(900000))
    lose_opportunity(actor=me, opportunity=lost, reason=reason("price"), now=NOW)
    unknown = make_opportunity(alice, at="assessing", amount=Decimal(1), currency="XAF")
    with pytest.raises(NotReady):
        move_to_stage(actor=me, opportunity=unknown, stage=stage("discovery"), now=NOW)


def test_every_door_asks(alice: Any, actor: Any, policy: None, sign_in: Any) -> None:
    me = actor(alice)
    deals = [make_opportunity(alice, at="assessing", amount=Decimal(900000)) for _n in range(2)]
    make_risk(alice, opportunity=deals[1])
    to = stage("discovery")
    result = bulk_move_to_stage(actor=me, stage=to, ids=[one.pk for one in deals], now=NOW)
    assert (result.done, [pk for pk, _why in result.refused]) == (1, [deals[0].pk])
    assert "No risk is on the register" in result.refused[0][1]
    with pytest.raises(NotReady):
        edit_record(actor=me, record=deals[0], values={"stage": to.pk}, now=NOW)
    client = sign_in(alice)
    url = f"/opportunities/{deals[0].pk}/move/"
    answer = client.post(url, {"stage": to.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "1 thing missing" in page
    assert f"/opportunities/{deals[0].pk}/evaluate/risks/" in page
    deals[0].refresh_from_db()
    assert deals[0].phase == "evaluate"


# ------------------------------------------------------------------------------------- pages


def test_the_pages_show_the_register(
    alice: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    deal = make_opportunity(alice, at="assessing")
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/evaluate/risks/"
    assert "No open risk is on the register" in client.get(url).content.decode()
    for n in range(8):
        make_risk(alice, opportunity=deal, title=f"Risk {n}", chance=10, loss=1000 * (n + 1))
    with django_assert_max_num_queries(14):
        page = client.get(url).content.decode()
    assert page.index("Risk 7") < page.index("Risk 0")
    with django_assert_max_num_queries(14):
        assert "Risk 7" in client.get("/evaluate/risks/").content.decode()
    page = client.get(f"/opportunities/{deal.pk}/").content.decode()
    assert "All risks" in page


def test_a_review_by_page(alice: Any, sign_in: Any) -> None:
    risk = make_risk(alice)
    client = sign_in(alice)
    url = f"/risks/{risk.pk}/review/"
    assert "Next review" in client.get(url).content.decode()
    data = {"review_on": "2020-01-01", "probability": "2", "impact": "2"}
    assert "after today" in client.post(url, data).content.decode()
    data["review_on"] = "2030-01-01"
    assert client.post(url, data).status_code == 302
    risk.refresh_from_db()
    assert (risk.probability, risk.review_on) == (2, date(2030, 1, 1))
    assert client.post(f"/risks/{risk.pk}/close/", {"outcome": "passed"}).status_code == 302
    assert client.post(f"/risks/{risk.pk}/reopen/").status_code == 302
    assert "ERP" in client.get(f"/risks/{risk.pk}/").content.decode()


def test_the_one_pager_has_a_line(alice: Any, actor: Any) -> None:
    deal = make_opportunity(alice)
    assert decision_line(actor(alice), deal, NOW) is None
    make_risk(alice, opportunity=deal, probability=5, impact=5, controllability=1)
    line = decision_line(actor(alice), deal, NOW)
    assert line is not None
    assert (line.figure, line.tone) == ("1 open", "bad")


def test_what_cannot_be_of_a_risk_is_said_by_field(alice: Any, actor: Any) -> None:
    risk = make_risk(alice, residual_probability=3)
    with pytest.raises(Invalid) as problem:
        edit_record(actor=actor(alice), record=risk, values={"loss": Decimal(-5)}, now=NOW)
    assert problem.value.errors == {"loss": ["Should not be below zero."]}
    with pytest.raises(Invalid) as problem:
        review_risk(actor=actor(alice), risk=risk, review_on=date(9999, 12, 31), now=NOW)
    assert problem.value.errors == {"review_on": ["Should be between 2000 and 2100."]}


def test_a_review_names_the_field_that_its_dialog_does_not_show(alice: Any, sign_in: Any) -> None:
    risk = make_risk(alice, probability=3, residual_probability=3)
    soon = (timezone.localdate() + timedelta(days=30)).isoformat()
    given = {"review_on": soon, "probability": "2", "impact": "4"}
    answer = sign_in(alice).post(f"/risks/{risk.pk}/review/", given)
    assert answer.status_code == 422
    assert "Probability after: After treatment at most as before: 2" in answer.content.decode()
