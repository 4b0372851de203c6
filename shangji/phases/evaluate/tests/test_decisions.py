"""Go, no-go, not now: who decides, what moves, what comes back, what undo gives back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.actions import move_to_stage
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.exits import NotReady
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.notices.models import Notice
from shangji.lib.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.decision import (
    Proposal,
    approve_decision,
    decide,
    refuse_decision,
    return_due,
    save_policy,
    withdraw_decision,
)
from shangji.phases.evaluate.factories import make_forecast, make_risk
from shangji.phases.evaluate.models import Decision, DecisionPolicy, Standing
from tests.api.client import program

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BACK = date(2027, 2, 1)


def not_now(on: date | None = BACK) -> Proposal:
    return Proposal("not_now", "Budget only next year", returns_on=on)


def go(key: str = "qualified") -> Proposal:
    return Proposal("go", "Budget and sponsor are there", to_stage=stage(key))


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice, at="assessing", amount=Decimal(300000))


@pytest.fixture
def limit(db: None) -> None:
    DecisionPolicy.objects.create(
        pk=1, approval_over=Decimal(200000), created_at=NOW, updated_at=NOW
    )


def last() -> Operation:
    found = Operation.objects.order_by("-id").first()
    assert found is not None
    return found


def test_go_moves_on_and_keeps_the_figures(alice: Any, actor: Any, deal: Opportunity) -> None:
    make_risk(alice, opportunity=deal)
    made = decide(actor=actor(alice), opportunity=deal, proposal=go("discovery"), now=NOW)
    deal.refresh_from_db()
    assert (deal.stage, deal.phase) == (stage("discovery"), "convert")
    assert made.amount == 300000
    assert "risks" in {line["key"] for line in made.snapshot["lines"]}
    assert Standing.objects.get(opportunity=deal).decision == "go"


def test_go_may_leave_it_where_it_is_and_nowhere_strange(
    alice: Any, actor: Any, deal: Opportunity
) -> None:
    me = actor(alice)
    with pytest.raises(Invalid, match="from the list"):
        decide(actor=me, opportunity=deal, proposal=go("won"), now=NOW)
    decide(actor=me, opportunity=deal, proposal=go("assessing"), now=NOW)
    deal.refresh_from_db()
    assert deal.stage == stage("assessing")


def test_no_go_loses_it_with_a_reason(alice: Any, actor: Any, deal: Opportunity) -> None:
    me = actor(alice)
    with pytest.raises(Invalid) as problem:
        decide(actor=me, opportunity=deal, proposal=Proposal("no_go", "Too far"), now=NOW)
    assert set(problem.value.errors) == {"lost_reason"}
    proposal = Proposal("no_go", "Too far", lost_reason=reason("poor_fit"))
    decide(actor=me, opportunity=deal, proposal=proposal, now=NOW)
    deal.refresh_from_db()
    assert (deal.status, deal.close_reason) == ("lost", reason("poor_fit"))
    with pytest.raises(DomainError, match="Reopen"):
        decide(actor=me, opportunity=deal, proposal=go(), now=NOW)


def test_it_needs_words_and_a_day(alice: Any, actor: Any, deal: Opportunity) -> None:
    me = actor(alice)
    with pytest.raises(Invalid) as problem:
        decide(actor=me, opportunity=deal, proposal=Proposal("not_now", " "), now=NOW)
    assert set(problem.value.errors) == {"reason", "returns_on"}
    with pytest.raises(Invalid):
        decide(actor=me, opportunity=deal, proposal=not_now(NOW.date()), now=NOW)
    with pytest.raises(Invalid):
        decide(actor=me, opportunity=deal, proposal=Proposal("maybe", "x"), now=NOW)


def test_not_now_waits_in_nurture_and_comes_back_by_itself(
    alice: Any, actor: Any, deal: Opportunity
) -> None:
    decide(actor=actor(alice), opportunity=deal, proposal=not_now(), now=NOW)
    deal.refresh_from_db()
    assert (deal.phase, deal.next_step_on) == ("nurture", BACK)
    assert Standing.objects.get(opportunity=deal).returns_on == BACK
    assert return_due(now=datetime(2027, 1, 31, 2, 0, tzinfo=UTC)) == 0
    morning = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
    assert return_due(now=morning) == 1
    assert return_due(now=morning) == 0
    deal.refresh_from_db()
    assert (deal.stage, deal.next_step_on) == (stage("assessing"), BACK)
    assert "评估" in deal.next_step
    assert Notice.objects.get(user=alice, kind="decision.returned").url.endswith("/decision/")
    standing = Standing.objects.get(opportunity=deal)
    assert (standing.decision, standing.returns_on) == ("", None)
    stays = StageMove.objects.filter(opportunity=deal).order_by("id")
    assert [one.stage.key for one in stays] == ["assessing", "nurturing", "assessing"]


def test_what_moved_on_meanwhile_stays_there(alice: Any, actor: Any, deal: Opportunity) -> None:
    decide(actor=actor(alice), opportunity=deal, proposal=not_now(), now=NOW)
    deal.refresh_from_db()
    move_to_stage(actor=actor(alice), opportunity=deal, stage=stage("quote"), now=NOW)
    assert return_due(now=datetime(2027, 3, 1, tzinfo=UTC)) == 0
    deal.refresh_from_db()
    assert deal.stage == stage("quote")
    assert Decision.objects.get().returned_at is not None


def test_undo_gives_back_stage_and_decision(alice: Any, actor: Any, deal: Opportunity) -> None:
    decide(actor=actor(alice), opportunity=deal, proposal=not_now(), now=NOW)
    undo_operation(actor=actor(alice), target=last(), now=NOW)
    deal.refresh_from_db()
    assert (deal.stage, deal.next_step) == (stage("assessing"), "Call")
    assert not Decision.objects.alive().exists()
    assert Standing.objects.get(opportunity=deal).decision == ""
    assert return_due(now=datetime(2027, 3, 1, tzinfo=UTC)) == 0


def test_a_large_one_waits_for_the_leader(
    alice: Any, mei: Any, bob: Any, actor: Any, deal: Opportunity, limit: None
) -> None:
    asked = decide(actor=actor(alice), opportunity=deal, proposal=go(), now=NOW)
    deal.refresh_from_db()
    assert (asked.state, deal.stage) == ("asked", stage("assessing"))
    assert Notice.objects.get(kind="decision.asked").user_id == mei.pk
    with pytest.raises(DomainError, match="waits"):
        decide(actor=actor(alice), opportunity=deal, proposal=go(), now=NOW)
    with pytest.raises(Forbidden):
        approve_decision(actor=actor(alice), decision=asked, now=NOW)
    with pytest.raises(NotFound):
        approve_decision(actor=actor(bob), decision=asked, now=NOW)
    approve_decision(actor=actor(mei), decision=asked, answer="Go on", now=NOW)
    deal.refresh_from_db()
    assert deal.stage == stage("qualified")
    assert Notice.objects.get(kind="decision.answered").user_id == alice.pk
    with pytest.raises(Conflict):
        refuse_decision(actor=actor(mei), decision=asked, answer="No", now=NOW)
    undo_operation(actor=actor(mei), target=last(), now=NOW)
    asked.refresh_from_db()
    deal.refresh_from_db()
    assert (asked.state, asked.decided_at, deal.stage) == ("asked", None, stage("assessing"))


def test_the_leader_refuses_with_a_reason(
    alice: Any, mei: Any, actor: Any, deal: Opportunity, limit: None
) -> None:
    asked = decide(actor=actor(alice), opportunity=deal, proposal=not_now(), now=NOW)
    with pytest.raises(Invalid, match="refused"):
        refuse_decision(actor=actor(mei), decision=asked, answer=" ", now=NOW)
    refuse_decision(actor=actor(mei), decision=asked, answer="Ask the CFO first", now=NOW)
    deal.refresh_from_db()
    assert deal.phase == "evaluate"
    again = decide(actor=actor(alice), opportunity=deal, proposal=go(), now=NOW)
    withdraw_decision(actor=actor(alice), decision=again, now=NOW)
    assert not Decision.objects.alive().filter(state="asked").exists()


def test_the_leader_and_small_ones_need_no_approval(
    alice: Any, mei: Any, actor: Any, deal: Opportunity, limit: None
) -> None:
    assert decide(actor=actor(mei), opportunity=deal, proposal=go(), now=NOW).state == "decided"
    small = make_opportunity(alice, at="assessing", amount=Decimal(199999))
    assert decide(actor=actor(alice), opportunity=small, proposal=go(), now=NOW).state == "decided"


def test_a_decision_needs_the_register_too(alice: Any, actor: Any, deal: Opportunity) -> None:
    DecisionPolicy.objects.create(pk=1, register_over=1000, created_at=NOW, updated_at=NOW)
    with pytest.raises(NotReady):
        decide(actor=actor(alice), opportunity=deal, proposal=go("discovery"), now=NOW)
    assert not Decision.objects.exists()


def test_others_see_nothing_and_readers_decide_nothing(
    charlie: Any, vera: Any, actor: Any, deal: Opportunity
) -> None:
    with pytest.raises(NotFound):
        decide(actor=actor(charlie), opportunity=deal, proposal=go(), now=NOW)
    with pytest.raises(Forbidden):
        decide(actor=actor(vera), opportunity=deal, proposal=go(), now=NOW)


def test_rules_are_set_by_who_may(alice: Any, mei: Any, actor: Any) -> None:
    with pytest.raises(Forbidden):
        save_policy(actor=actor(alice), approval_over=Decimal(1), register_over=None, now=NOW)
    save_policy(actor=actor(mei), approval_over=Decimal(1), register_over=None, now=NOW)
    later = NOW + timedelta(minutes=1)
    save_policy(actor=actor(mei), approval_over=None, register_over=Decimal(5), now=later)
    undo_operation(actor=actor(mei), target=last(), now=later)
    found = DecisionPolicy.objects.get()
    assert (found.approval_over, found.register_over) == (1, None)


# ------------------------------------------------------------------------------------- pages


def test_the_one_pager_decides(alice: Any, sign_in: Any, deal: Opportunity) -> None:
    client = sign_in(alice)
    base = f"/opportunities/{deal.pk}/evaluate"
    page = client.get(f"{base}/decision/").content.decode()
    assert "Nothing was decided yet" in page
    assert "Say what could go wrong" in page
    assert "Comes back" in client.get(f"{base}/decide/not_now/").content.decode()
    answer = client.post(f"{base}/decide/not_now/", {"returns_on": "2020-01-01", "reason": "x"})
    assert (answer.status_code, "after today" in answer.content.decode()) == (422, True)
    answer = client.post(f"{base}/decide/not_now/", {"returns_on": "2099-01-01", "reason": "x"})
    assert answer.status_code == 302
    deal.refresh_from_db()
    assert deal.phase == "nurture"
    assert "Comes back by itself" in client.get(f"{base}/decision/").content.decode()
    assert client.get(f"{base}/decide/nonsense/").status_code == 404
    assert "Not now" in client.get("/decisions/?view=put_off").content.decode()


def test_the_leader_answers_on_the_page(
    alice: Any, mei: Any, sign_in: Any, deal: Opportunity, limit: None
) -> None:
    base = f"/opportunities/{deal.pk}/evaluate"
    data = {"to_stage": stage("qualified").pk, "reason": "Sponsor"}
    page = sign_in(alice).get(f"{base}/decide/go/").content.decode()
    assert "Ask for approval" in page
    assert sign_in(alice).post(f"{base}/decide/go/", data).status_code == 302
    asked = Decision.objects.get()
    assert "Approve" not in sign_in(alice).get(f"{base}/decision/").content.decode()
    leader = sign_in(mei)
    assert "Approve" in leader.get(f"{base}/decision/").content.decode()
    assert leader.post(f"/decisions/{asked.pk}/approve/").status_code == 302
    deal.refresh_from_db()
    assert deal.stage == stage("qualified")


def test_the_one_pager_on_paper(
    alice: Any, charlie: Any, actor: Any, sign_in: Any, deal: Opportunity
) -> None:
    make_risk(alice, opportunity=deal, title="#1 <b> $x$ 风险")
    decide(actor=actor(alice), opportunity=deal, proposal=not_now(), now=NOW)
    url = f"/opportunities/{deal.pk}/evaluate/decision/pdf/"
    answer = sign_in(alice).get(url)
    if answer.status_code == 503:
        pytest.skip("the front end is not built here: no font")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert sign_in(charlie).get(url).status_code == 404


def test_a_program_decides_and_answers(
    alice: Any, mei: Any, deal: Opportunity, limit: None
) -> None:
    base = f"opportunities/{deal.pk}"
    rep, leader = program(alice, NOW), program(mei, NOW)
    keys = {one["key"] for one in rep.get(f"{base}/decision").data}
    assert {"risks", "profit"} <= keys
    asked = rep.post(f"{base}/decide", {"verdict": "no_go", "reason": "x"})
    assert asked.status_code == 422
    body = {"verdict": "go", "reason": "Sponsor", "to_stage": stage("qualified").pk}
    assert rep.post(f"{base}/decide", body).data["state"] == "asked"
    assert rep.post(f"{base}/decision/withdraw").status_code == 204
    assert rep.post(f"{base}/decide", body).data["state"] == "asked"
    assert rep.post(f"{base}/decision/approve", {}).status_code == 403
    assert leader.post(f"{base}/decision/approve", {"answer": "Yes"}).data["state"] == "decided"
    assert leader.post(f"{base}/decision/refuse", {"answer": "No"}).status_code == 409
    make_forecast(alice, opportunity=deal)
    assert rep.get(f"{base}/profit").data[0]["name"] == "As planned"


def test_the_settings_page_explains(mei: Any, sign_in: Any) -> None:
    client = sign_in(mei)
    assert "What a risk register means" in client.get("/settings/decisions/").content.decode()
    data = {"approval_over": "50万", "register_over": ""}
    assert client.post("/settings/decisions/", data).status_code == 302
    assert DecisionPolicy.objects.get().approval_over == 500000
    data["approval_over"] = "many"
    assert client.post("/settings/decisions/", data).status_code == 400


def test_nothing_is_put_off_for_ever(alice: Any, actor: Any, deal: Any) -> None:
    with pytest.raises(Invalid) as problem:
        decide(
            actor=actor(alice),
            opportunity=deal,
            proposal=Proposal("not_now", "Later", returns_on=date(9999, 12, 31)),
            now=NOW,
        )
    assert problem.value.errors == {"returns_on": ["Should be between 2000 and 2100."]}


def test_a_large_one_goes_on_as_it_was_decided(alice: Any, actor: Any) -> None:
    DecisionPolicy.objects.create(pk=1, decision_over=1000, created_at=NOW, updated_at=NOW)
    me, discovery = actor(alice), stage("discovery")
    deal = make_opportunity(alice, at="assessing", amount=Decimal(1000))
    for where in ("discovery", "nurturing"):
        with pytest.raises(NotReady, match="Nobody has decided") as missing:
            move_to_stage(actor=me, opportunity=deal, stage=stage(where), now=NOW)
    assert missing.value.gaps[0].url == f"/opportunities/{deal.pk}/evaluate/decision/"
    decide(actor=me, opportunity=deal, proposal=Proposal("go", "Budget"), now=NOW)
    assert move_to_stage(actor=me, opportunity=deal, stage=discovery, now=NOW).phase == "convert"
    small = make_opportunity(alice, at="assessing", amount=Decimal(999))
    move_to_stage(actor=me, opportunity=small, stage=discovery, now=NOW)
    # put off: the decision itself takes it to nurture
    late = make_opportunity(alice, at="assessing", amount=Decimal(1000))
    proposal = Proposal("not_now", "Next year", returns_on=(NOW + timedelta(days=60)).date())
    decide(actor=me, opportunity=late, proposal=proposal, now=NOW)
    late.refresh_from_db()
    assert late.phase == "nurture"
