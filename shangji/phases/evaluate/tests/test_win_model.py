"""Training and predicting in a workspace: rows, rights, pages, and what stays untouched."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.opportunities.actions.move import move_to_stage
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.audit.models import Change
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.notices.models import Notice
from shangji.lib.errors import Forbidden
from shangji.phases.evaluate.actions.win_model import (
    predict_all,
    predict_some,
    start_training,
    train_model,
)
from shangji.phases.evaluate.models import Standing, StandingPoint, WinModel
from shangji.phases.evaluate.queries.assessments import sheet_of
from shangji.phases.evaluate.queries.probability import glance_of
from shangji.phases.evaluate.queries.risk import aside_rows
from shangji.phases.evaluate.rules import training
from shangji.phases.evaluate.rules.training import train

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def make_history(owner: Any, count: int, *, signal: bool, won_share: float = 0.4) -> None:
    """Decided opportunities of two years, written as they went; renewals win, if `signal`."""
    rng = Random(5)
    lost, won, first = stage("lost"), stage("won"), stage("discovery")
    rows, moves = [], []
    for number in range(count):
        kind = rng.choice(("new", "renewal"))
        share = (0.75 if kind == "renewal" else 0.12) if signal else won_share
        end = won if rng.random() < share else lost
        opened = NOW - timedelta(days=30 + 700 * (count - number) / count)
        closed = opened + timedelta(days=rng.randrange(15, 60))
        closed = min(closed, NOW - timedelta(days=1))
        rows.append(
            Opportunity(
                name=f"Past {number}",
                owner=owner,
                stage=end,
                pipeline_id=end.pipeline_id,
                phase=end.phase,
                status=end.kind,
                kind=kind,
                opened_on=opened.date(),
                stage_entered_at=closed,
                closed_at=closed,
                closed_on=closed.date(),
                created_at=opened,
                updated_at=closed,
            )
        )
        moves.append((opened, closed, end))
    Opportunity.objects.bulk_create(rows)
    StageMove.objects.bulk_create(
        one
        for row, (opened, closed, end) in zip(rows, moves, strict=True)
        for one in (
            StageMove(opportunity=row, stage=first, entered_at=opened, left_at=closed),
            StageMove(opportunity=row, from_stage=first, stage=end, entered_at=closed),
        )
    )


_TAUGHT: list[Any] = []


def taught(*found: Any, **terms: Any) -> Any:
    """What the history of `learned` teaches, learned once for all tests: it is always the same."""
    if not _TAUGHT:
        _TAUGHT.append(train(*found, **terms))
    return _TAUGHT[0]


@pytest.fixture
def learned(alice: Any, monkeypatch: pytest.MonkeyPatch) -> WinModel:
    make_history(alice, 700, signal=True)
    with monkeypatch.context() as once:
        once.setattr(training, "train", taught)
        model = train_model(actor=system_actor(), now=NOW)
    assert model.outcome == "learned", model.card
    return model


def test_it_learns_predicts_and_says_why(alice: Any, learned: WinModel) -> None:
    renewal = make_opportunity(alice, at="discovery", kind="renewal", now=NOW - timedelta(days=20))
    plain = make_opportunity(alice, at="discovery", now=NOW - timedelta(days=20))
    predict_all(now=NOW)
    renewal.refresh_from_db()
    plain.refresh_from_db()
    assert renewal.probability_predicted > 50 > plain.probability_predicted
    why = Standing.objects.get(opportunity=renewal).prediction
    assert why["model"] == learned.number
    term, value, points = why["reasons"][0]
    assert (term, value) == ("kind", "renewal")
    assert points > 10
    point = StandingPoint.objects.get(opportunity=renewal, kind="probability")
    assert (point.value, point.source) == (renewal.probability_predicted, f"model:{learned.number}")


def test_it_never_touches_the_manual_figure_the_version_or_the_ledger(
    alice: Any, learned: WinModel
) -> None:
    deal = make_opportunity(alice, probability_manual=70)
    before = Opportunity.objects.values(
        "version", "updated_at", "probability", "probability_manual"
    )
    here, changes = before.get(pk=deal.pk), Change.objects.count()
    predict_all(now=NOW)
    assert before.get(pk=deal.pk) == here
    assert Change.objects.count() == changes
    deal.refresh_from_db()
    assert deal.probability_predicted is not None


def test_a_decided_one_keeps_no_prediction_and_a_reopened_one_gets_one(
    alice: Any, learned: WinModel
) -> None:
    deal = make_opportunity(alice, at="quote")
    predict_all(now=NOW)
    actor = Actor(alice)
    deal.refresh_from_db()
    assert deal.probability_predicted is not None
    deal = move_to_stage(
        actor=actor, opportunity=deal, stage=stage("lost"), reason=reason("price"), now=NOW
    )
    run_all_jobs()
    deal.refresh_from_db()
    assert (deal.probability_predicted, deal.probability) == (None, 0)
    move_to_stage(actor=actor, opportunity=deal, stage=stage("quote"), now=NOW)
    run_all_jobs()
    deal.refresh_from_db()
    assert 1 <= deal.probability_predicted <= 99


def test_it_gives_the_base_rate_where_nothing_beats_it(alice: Any, sign_in: Any) -> None:
    make_history(alice, 600, signal=False)
    deal = make_opportunity(alice)
    model = train_model(actor=system_actor(), now=NOW)
    assert (model.outcome, model.card["why"]) == ("base_rate", "no_gain")
    predict_all(now=NOW)
    deal.refresh_from_db()
    assert deal.probability_predicted == round(100 * model.card["base"])
    client = sign_in(alice)
    assert "Nothing beats the base rate here" in client.get("/evaluate/model/").content.decode()
    page = client.get(f"/opportunities/{deal.pk}/evaluate/probability/").content.decode()
    assert "every open opportunity has the base rate" in page


def test_it_tells_the_keepers_once_when_the_world_moved(
    alice: Any, mei: Any, dana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_history(alice, 240, signal=True)
    level = {"before": 0.087, "after": 0.125, "n": [900, 700], "moved": True}

    def moved(*table: Any, **given: Any) -> Any:
        trained = train(*table, **given)
        trained.card["drift"] = {"level": level, "features": []}
        return trained

    monkeypatch.setattr("shangji.phases.evaluate.rules.training.train", moved)
    train_model(actor=system_actor(), now=NOW)
    told = Notice.objects.filter(kind="win_model.drift")
    assert {one.user_id for one in told} == {mei.pk, dana.pk}
    assert {one.title for one in told} == {"The won share moved from 8.7% to 12.5%"}
    train_model(actor=system_actor(), now=NOW + timedelta(days=7))
    assert told.count() == 2


def test_below_the_sample_it_shows_the_count_and_does_not_guess(alice: Any, sign_in: Any) -> None:
    make_history(alice, 60, signal=True)
    deal = make_opportunity(alice)
    Opportunity.objects.filter(pk=deal.pk).update(probability_predicted=44)
    train_model(actor=system_actor(), now=NOW)
    predict_all(now=NOW)
    deal.refresh_from_db()
    assert deal.probability_predicted is None
    page = sign_in(alice).get("/evaluate/model/").content.decode()
    assert "nothing is guessed" in page
    assert "60 decided opportunities" in page


def test_it_keeps_old_models(alice: Any, learned: WinModel, sign_in: Any) -> None:
    second = train_model(actor=system_actor(), now=NOW)
    assert [one.number for one in WinModel.objects.order_by("number")] == [1, 2]
    page = sign_in(alice).get(f"/evaluate/model/?number={learned.number}").content.decode()
    assert "an older one" in page
    assert second.number == 2
    assert sign_in(alice).get("/evaluate/model/?number=9").status_code == 404


def test_its_card_tells_how_good_it_is(alice: Any, learned: WinModel, sign_in: Any) -> None:
    page = sign_in(alice).get("/evaluate/model/").content.decode()
    for text in ("Order (AUC)", "Brier score", "Calibration error", "Type: Renewal"):
        assert text in page, text


def test_learning_anew_takes_the_right_and_runs_once(alice: Any, mei: Any, sign_in: Any) -> None:
    with pytest.raises(Forbidden):
        start_training(actor=Actor(alice), now=NOW)
    client = sign_in(mei)
    for _n in range(2):
        assert client.post("/evaluate/model/train/").status_code == 302
    assert Job.objects.filter(kind="evaluate.train").count() == 1
    run_all_jobs()
    model = WinModel.objects.get()
    assert (model.outcome, model.created_by_id) == ("refused", mei.pk)


def test_its_pages_ask_as_often_for_many_as_for_few(
    alice: Any, learned: WinModel, sign_in: Any
) -> None:
    client = sign_in(alice)

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    deal = make_opportunity(alice, at="quote")
    urls = (
        f"/opportunities/{deal.pk}/evaluate/probability/", "/evaluate/model/", "/evaluate/lift/",
    )  # fmt: skip
    few = [queries(url) for url in urls]
    more = [make_opportunity(alice, at="quote") for _n in range(15)]
    predict_some([one.pk for one in more], now=NOW)
    assert [queries(url) for url in urls] == few


def test_the_report_takes_values_as_they_stood(alice: Any, sign_in: Any) -> None:
    make_history(alice, 80, signal=True)
    points = []
    for deal in Opportunity.objects.exclude(closed_on=None):
        then, late = (40, 95) if deal.status == "won" else (20, 5)
        for days, value in ((31, then), (1, late)):
            points.append(
                StandingPoint(
                    opportunity=deal,
                    kind="score",
                    on=deal.closed_on - timedelta(days=days),
                    value=value,
                    source="test",
                )
            )
    StandingPoint.objects.bulk_create(points)
    client = sign_in(alice)
    page = client.get("/evaluate/lift/?before=30")
    part = page.context["parts"][0]
    assert {row["band"].label: row["band"].n for row in part["rows"]}.keys() == {"C", "D"}
    on_the_day = client.get("/evaluate/lift/?before=0").context["parts"][0]
    assert {row["band"].label for row in on_the_day["rows"]} == {"A", "D"}


def test_the_report_is_empty_below_the_sample(alice: Any, sign_in: Any) -> None:
    page = sign_in(alice).get("/evaluate/lift/").content.decode()
    assert "below that nothing is guessed" in page


def test_the_sheets_beside_an_opportunity_share_one_query(alice: Any, learned: WinModel) -> None:
    deal = make_opportunity(alice, at="quote", kind="renewal", now=NOW - timedelta(days=20))
    predict_some([deal.pk], now=NOW)
    deal.refresh_from_db()
    actor = Actor(alice)
    glance_of(actor, Opportunity.objects.get(pk=deal.pk), NOW)
    with CaptureQueriesContext(connection) as found:
        glance = glance_of(actor, deal, NOW)
        assert sheet_of(deal, NOW) is None
        assert aside_rows(actor, deal, NOW) == []
    # the day is the workspace's, which a process keeps outside of tests
    assert len([one for one in found.captured_queries if "workspace_" not in one["sql"]]) == 1
    assert glance.predicted == deal.probability_predicted
    assert "Type: Renewal" in [one.words for one in glance.reasons]
