"""Assessments become scores: several raters, corrections, undo, versions, what fields say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.channels.models import Touch
from shangji.core.opportunities.actions import edit_opportunity
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.models import Job
from shangji.foundation.workspace.models import ExchangeRate
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.assessments import record_assessment
from shangji.phases.evaluate.actions.scorecards import (
    make_default,
    publish_scorecard,
    save_scorecard,
    use_scorecard,
)
from shangji.phases.evaluate.actions.scoring import fold_all_scores, fold_scores
from shangji.phases.evaluate.defaults.scorecards import FIT, TEMPLATES, TEXTBOOK
from shangji.phases.evaluate.models import Assessment, Scorecard, Standing, StandingPoint
from shangji.phases.evaluate.queries.scorecards import card_in_use, default_card, published
from shangji.phases.evaluate.rules.scorecards import (
    Card,
    check,
    read_document,
    to_document,
)
from shangji.phases.evaluate.rules.scoring import Answer

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
D = Decimal


def answers(*values: int | None, text: str = "") -> dict[str, Answer]:
    keys = ("urgency", "budget", "cycle", "size")
    return {k: Answer(D(v), text) for k, v in zip(keys, values, strict=False) if v is not None}


def assess(user: Any, actor: Any, deal: Opportunity, *values: int | None, at: Any = NOW) -> Any:
    return record_assessment(
        actor=actor(user),
        opportunity=deal,
        version=card_in_use(None),
        answers=answers(*values),
        note=f"Heard {values}",
        now=at,
    )


def standing(deal: Opportunity) -> Standing:
    return Standing.objects.get(pk=deal.pk)


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice)


def test_a_workspace_begins_with_the_textbook_card(db: None) -> None:
    found = default_card()
    assert found is not None and found.number == 1
    assert found.card == TEXTBOOK.card


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_every_template_holds_in_both_languages(template: Any) -> None:
    check(template.card)
    assert read_document(to_document(template.card)) == template.card
    for one in template.card.criteria:
        assert one.name.zh and one.name.en and one.question.zh and one.question.en
        assert one.auto is not None or all(one.anchors[step] for step in (3, 5, 8))


def test_an_assessment_gives_the_score_at_once(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7, 6, 5)
    found = standing(deal)
    assert (found.score, found.grade, found.scored_share) == (D("66.00"), "B", D(100))
    assert found.score_parts == {
        "urgency": ["8", 1],
        "budget": ["7", 1],
        "cycle": ["6", 1],
        "size": ["5", 1],
    }
    points = StandingPoint.objects.filter(opportunity=deal, kind="score")
    assert [one.value for one in points] == [D("66.00")]


def test_the_mean_of_raters_counts(alice: Any, mei: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7, 6, 5)
    assess(mei, actor, deal, 6, None, 6, 5)
    assert standing(deal).score == D("63.00")
    assert standing(deal).score_parts["urgency"] == ["7", 2]


def test_a_correction_takes_the_place_of_the_older_one(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7, 6, 5)
    assess(alice, actor, deal, 5, 7, 6, 5, at=NOW + timedelta(hours=1))
    assert standing(deal).score == D("57.00")
    assert Assessment.objects.alive().count() == 2


def test_undo_lets_the_older_one_count_again(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7, 6, 5)
    assess(alice, actor, deal, 5, 7, 6, 5, at=NOW + timedelta(hours=1))
    last = Operation.objects.latest("id")
    undo_operation(actor=actor(alice), target=last, now=NOW + timedelta(hours=2))
    assert standing(deal).score == D("66.00")


def test_undoing_the_only_one_leaves_no_score(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7, 6, 5)
    undo_operation(actor=actor(alice), target=Operation.objects.latest("id"), now=NOW)
    found = standing(deal)
    assert (found.score, found.grade, found.score_parts) == (None, "", {})


def test_missing_answers_leave_a_band(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 8, 7)
    found = standing(deal)
    assert (found.score, found.score_low, found.score_high) == (D(76), D(38), D(88))
    assert found.scored_share == D(50)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "at least one"),
        ({"urgency": Answer(D(11))}, "Between 0 and 10, is 11"),
        ({"urgency": Answer(D(5), link="javascript:alert(1)")}, "begins with https"),
        ({"misspelt": Answer(D(5))}, "at least one"),
    ],
)
def test_it_refuses_answers_that_do_not_hold(
    alice: Any, actor: Any, deal: Any, given: Any, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        record_assessment(
            actor=actor(alice),
            opportunity=deal,
            version=card_in_use(None),
            answers=given,
            now=NOW,
        )


def test_it_asks_why_an_answer_moves_by_two(alice: Any, actor: Any, deal: Any) -> None:
    assess(alice, actor, deal, 5, 5)
    told = {"actor": actor(alice), "opportunity": deal, "version": card_in_use(None), "now": NOW}
    with pytest.raises(Invalid, match="Moves from 5 to 8") as refused:
        record_assessment(**told, answers=answers(8, 6))
    assert list(refused.value.errors) == ["urgency"]
    record_assessment(**told, answers=answers(8, 6, text="The deadline is public"))
    record_assessment(**told, answers=answers(3, 6), note="It was put off")


def test_assessing_needs_the_right_to_edit(
    vera: Any, charlie: Any, bob: Any, actor: Any, deal: Any
) -> None:
    for user, refusal in ((vera, Forbidden), (charlie, NotFound), (bob, NotFound)):
        with pytest.raises(refusal):
            assess(user, actor, deal, 8)


# ------------------------------------------------------------------------------------- versions


def test_publishing_makes_a_version_and_old_assessments_keep_theirs(
    alice: Any, mei: Any, actor: Any, deal: Any
) -> None:
    made = assess(alice, actor, deal, 8, 7, 6, 5)
    card = Scorecard.objects.get()
    even = TEXTBOOK.card.reweighted(dict.fromkeys(TEXTBOOK.card.weights, D("0.25")))
    save_scorecard(
        actor=actor(mei), scorecard=card, name_zh="四项", name_en="Four", card=even, now=NOW
    )
    assert default_card().card == TEXTBOOK.card  # type: ignore[union-attr]
    version = publish_scorecard(actor=actor(mei), scorecard=card, now=NOW)
    assert version.number == 2
    assert Job.objects.filter(kind="evaluate.rescore").count() == 1
    fold_all_scores(now=NOW)
    assert standing(deal).score == D("65.00")
    made.refresh_from_db()
    assert made.scorecard_version.number == 1 and made.points == D("66.00")
    with pytest.raises(Invalid, match="Nothing changed since version 2"):
        publish_scorecard(actor=actor(mei), scorecard=card, now=NOW)


def test_it_refuses_weights_and_says_their_sum(mei: Any, actor: Any) -> None:
    wrong = TEXTBOOK.card.reweighted({"urgency": D("0.35")})
    with pytest.raises(Invalid, match=r"here they add up to 1\.05"):
        save_scorecard(actor=actor(mei), name_zh="", name_en="X", card=wrong, now=NOW)


def test_only_those_with_the_right_shape_cards(alice: Any, actor: Any) -> None:
    with pytest.raises(Forbidden):
        save_scorecard(actor=actor(alice), name_zh="", name_en="X", card=TEXTBOOK.card, now=NOW)
    with pytest.raises(Forbidden):
        publish_scorecard(actor=actor(alice), scorecard=Scorecard.objects.get(), now=NOW)


def test_the_card_that_gives_the_score_stays_in_use(mei: Any, actor: Any) -> None:
    first = Scorecard.objects.get()
    with pytest.raises(Invalid, match="Let another one do so first"):
        use_scorecard(actor=actor(mei), scorecard=first, on=False, now=NOW)
    second = save_scorecard(actor=actor(mei), name_zh="契合", name_en="Fit", card=FIT.card, now=NOW)
    with pytest.raises(Invalid, match="Publish it first"):
        make_default(actor=actor(mei), scorecard=second, now=NOW)
    publish_scorecard(actor=actor(mei), scorecard=second, now=NOW)
    make_default(actor=actor(mei), scorecard=second, now=NOW)
    use_scorecard(actor=actor(mei), scorecard=first, on=False, now=NOW)
    assert [one.scorecard_id for one in published()] == [second.pk]


# ------------------------------------------------------------------------- fields and touches


@pytest.fixture
def fit(mei: Any, actor: Any) -> Scorecard:
    card = save_scorecard(actor=actor(mei), name_zh="契合", name_en="Fit", card=FIT.card, now=NOW)
    publish_scorecard(actor=actor(mei), scorecard=card, now=NOW)
    return make_default(actor=actor(mei), scorecard=card, now=NOW)


def test_it_computes_from_fields_and_touches(alice: Any, fit: Any) -> None:
    deal = make_opportunity(alice, amount=D(525000), next_step="Call")
    for days, machine in ((1, False), (89, False), (91, False), (1, True)):
        Touch.objects.create(
            opportunity_id=deal.pk, at=NOW - timedelta(days=days), is_machine=machine
        )
    fold_scores([deal.pk], now=NOW)
    assert standing(deal).score_parts == {
        "value": ["5", "525000"],
        "decider": ["3", "else"],
        "touches": ["1.67", "2"],
        "step": ["8", "r0"],
    }
    assert standing(deal).scored_share == D(75)


def test_another_currency_counts_by_its_dated_rate(alice: Any, fit: Any) -> None:
    deal = make_opportunity(alice, amount=D(100000), currency="USD")
    fold_scores([deal.pk], now=NOW)
    assert "value" not in standing(deal).score_parts
    ExchangeRate.objects.create(base="CNY", currency="USD", on=NOW.date(), rate=D("5.25"))
    fold_scores([deal.pk], now=NOW)
    assert standing(deal).score_parts["value"] == ["5", "525000"]


def test_an_edit_asks_for_the_score_anew_and_closed_deals_keep_theirs(
    alice: Any, actor: Any, fit: Any
) -> None:
    deal, won = make_opportunity(alice), make_opportunity(alice, at="won")
    Job.objects.all().delete()
    edit_opportunity(actor=actor(alice), record=deal, values={"amount": D(1000000)}, now=NOW)
    job = Job.objects.get(kind="evaluate.rescore")
    assert job.params == {"ids": [deal.pk]}
    fold_scores([deal.pk, won.pk], now=NOW)
    assert standing(deal).score_parts["value"][0] == "10"
    assert not Standing.objects.filter(pk=won.pk).exists()


def test_a_card_without_computed_criteria_asks_for_no_job(
    alice: Any, actor: Any, deal: Any
) -> None:
    edit_opportunity(actor=actor(alice), record=deal, values={"amount": D(5)}, now=NOW)
    assert not Job.objects.filter(kind="evaluate.rescore").exists()


def test_folding_again_changes_nothing(alice: Any, fit: Any) -> None:
    for _n in range(3):
        make_opportunity(alice)
    assert fold_all_scores(now=NOW) == 3
    assert fold_all_scores(now=NOW) == 0


def test_a_rule_that_no_longer_fits_is_not_scored(alice: Any, mei: Any, actor: Any) -> None:
    document = to_document(FIT.card)
    document["criteria"][2]["auto"]["rules"] = [[["gone.is.1"], "9"]]
    card = read_document(document)
    assert isinstance(card, Card)
    row = save_scorecard(actor=actor(mei), name_zh="", name_en="X", card=card, now=NOW)
    publish_scorecard(actor=actor(mei), scorecard=row, now=NOW)
    make_default(actor=actor(mei), scorecard=row, now=NOW)
    deal = make_opportunity(alice)
    fold_scores([deal.pk], now=NOW)
    assert "decider" not in standing(deal).score_parts


def test_the_statements_do_not_grow_with_rows(
    alice: Any, fit: Any, django_assert_max_num_queries: Any
) -> None:
    for _n in range(30):
        make_opportunity(alice)
    with django_assert_max_num_queries(22):
        assert fold_all_scores(now=NOW) == 30
