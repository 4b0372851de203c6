"""The assess page, the sheet and marks on the opportunity, settings of scorecards."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.roles import REP_GRANT
from shangji.foundation.access.scope import Scope
from shangji.phases.evaluate.actions.standing import keep_standing
from shangji.phases.evaluate.defaults.scorecards import TEMPLATES, TEXTBOOK
from shangji.phases.evaluate.factories import make_assessment
from shangji.phases.evaluate.forms.scorecards import of_card
from shangji.phases.evaluate.models import Assessment, Scorecard, Standing
from shangji.phases.evaluate.pages.assessments import head_panel, score_panel
from shangji.phases.evaluate.queries import ranking
from shangji.phases.evaluate.rules.scorecards import read_document

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
D = Decimal


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice, name="Deal")


def page_of(deal: Opportunity) -> str:
    return reverse("evaluate:scorecard", kwargs={"pk": deal.pk})


def given(**values: str) -> dict[str, str]:
    keys = {"u": "urgency", "b": "budget", "c": "cycle", "s": "size"}
    return {f"v-{keys[key]}": value for key, value in values.items()}


def test_it_assesses_without_script(alice: Any, deal: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    page = client.get(page_of(deal)).content.decode()
    assert "How soon must the customer solve this?" in page
    assert "A known deadline; missing it costs them" in page
    answer = client.post(
        page_of(deal),
        {**given(u="8", b="7", c="6", s=""), "t-urgency": "Shutdown in May", "l-urgency": "/x/"},
        follow=True,
    )
    page = answer.content.decode()
    assert "Assessment saved" in page and "Shutdown in May" in page
    row = Assessment.objects.get()
    assert row.answers["answers"]["urgency"] == {
        "value": "8",
        "text": "Shutdown in May",
        "link": "/x/",
    }
    assert Standing.objects.get(pk=deal.pk).scored_share == D(80)
    assert "Not everything is answered" in page


def test_it_shows_what_is_wrong_and_keeps_what_was_typed(
    alice: Any, deal: Any, sign_in: Any
) -> None:
    data = {**given(u="12"), "t-urgency": "typed before"}
    answer = sign_in(alice).post(page_of(deal), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Between 0 and 10, is 12." in page and "typed before" in page


def test_it_shows_the_score_beside_the_opportunity(alice: Any, deal: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    where = reverse("records:page", kwargs={"slug": "opportunities", "pk": deal.pk})
    assert "not assessed" in client.get(where).content.decode()
    client.post(page_of(deal), given(u="9", b="9", c="9", s="0"))
    page = client.get(where).content.decode()
    assert 'data-grade="B"' in page.split("</h1>")[0]
    assert "A known deadline; missing it costs them" in page
    assert f"{page_of(deal)}#c-urgency" in page
    assert "+12" in page and "−10" in page
    board = client.get("/phases/identify/").content.decode()
    assert 'data-grade="B"' in board


def test_the_score_costs_one_query_on_the_page(
    alice: Any, deal: Any, sign_in: Any, django_assert_max_num_queries: Any, settings: Any
) -> None:
    sign_in(alice).post(page_of(deal), given(u="9", b="9", c="9", s="0"))
    record = Opportunity.objects.get(pk=deal.pk)
    with django_assert_max_num_queries(2):  # the standing, and the workspace's day
        head_panel(None, record, NOW, {})  # type: ignore[arg-type]
        score_panel(None, record, NOW, {})  # type: ignore[arg-type]


def test_a_role_that_hides_scores_shows_none(alice: Any, deal: Any, sign_in: Any) -> None:
    blind = Role(
        "custom",
        "Blind",
        "",
        replace(Grant(), read=Scope.OWN, edit=Scope.OWN, hidden=frozenset({"score", "grade"})),
    )
    role = CustomRole.objects.create(
        name="Blind", definition=role_to_json(blind), created_at=NOW, updated_at=NOW
    )
    alice.role = f"custom:{role.pk}"
    alice.save()
    client = sign_in(alice)
    assert client.get(page_of(deal)).status_code == 403
    assert client.get(reverse("evaluate:ranking")).status_code == 403
    where = reverse("records:page", kwargs={"slug": "opportunities", "pk": deal.pk})
    assert "not assessed" not in client.get(where).content.decode()


# ------------------------------------------------------------------------------------- settings


def typed(card: Any, **changes: str) -> dict[str, Any]:
    """The editor's form as a browser sends it."""
    form = of_card(card.name, card.card)
    data: dict[str, Any] = {
        "name_zh": form.name_zh,
        "name_en": form.name_en,
        "keys": [row.key for row in form.rows],
        "grade_a": "80",
        "grade_b": "60",
        "grade_c": "40",
        "least_share": "50",
        "tie": form.tie_break,
        "group_key": [one[0] for one in form.groups],
        "group_zh": [one[1] for one in form.groups],
        "group_en": [one[2] for one in form.groups],
    }
    for row in form.rows:
        data |= {f"{row.key}-{name}": text for name, text in row.texts.items()}
        data |= {
            f"{row.key}-weight": row.weight,
            f"{row.key}-kind": row.kind,
            f"{row.key}-group": row.group,
            f"{row.key}-otherwise": row.otherwise,
            f"{row.key}-number": row.number,
            f"{row.key}-low": row.low,
            f"{row.key}-high": row.high,
            f"{row.key}-days": row.days,
            f"{row.key}-rule_field": [one.field for one in row.rules],
            f"{row.key}-rule_op": [one.operator for one in row.rules],
            f"{row.key}-rule_value": [one.value for one in row.rules],
            f"{row.key}-rule_points": [one.points for one in row.rules],
            f"{row.key}-rule_joined": ["and" if one.joined else "" for one in row.rules],
        }
    return data | changes


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_the_editor_gives_a_card_back_as_it_was(template: Any, mei: Any, sign_in: Any) -> None:
    client = sign_in(mei)
    assert client.get(f"/settings/scorecards/new/?from={template.key}").status_code == 200
    answer = client.post("/settings/scorecards/new/", typed(template))
    assert answer.status_code == 302
    saved = Scorecard.objects.latest("id")
    assert read_document(saved.draft) == template.card


def test_it_refuses_a_wrong_sum_and_shows_it(mei: Any, sign_in: Any) -> None:
    data = typed(TEXTBOOK, **{"urgency-weight": "0.4"})
    answer = sign_in(mei).post("/settings/scorecards/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The weights should add up to 1, here they add up to 1.1." in page
    assert Scorecard.objects.count() == 1


def test_criteria_are_added_moved_and_removed_without_script(mei: Any, sign_in: Any) -> None:
    client = sign_in(mei)
    page = client.post("/settings/scorecards/new/", typed(TEXTBOOK, do="add")).content.decode()
    assert page.count('name="keys"') == 5
    page = client.post(
        "/settings/scorecards/new/", typed(TEXTBOOK, do="down-urgency")
    ).content.decode()
    assert page.index('value="budget"') < page.index('value="urgency"')
    page = client.post(
        "/settings/scorecards/new/", typed(TEXTBOOK, do="remove-size")
    ).content.decode()
    assert page.count('name="keys"') == 3
    assert Scorecard.objects.count() == 1


def test_preview_shows_what_the_draft_would_do(
    alice: Any, mei: Any, deal: Any, sign_in: Any
) -> None:
    sign_in(alice).post(page_of(deal), given(u="8", b="7", c="6", s="5"))
    client, card = sign_in(mei), Scorecard.objects.get()
    even = {f"{key}-weight": "0.25" for key in ("urgency", "budget", "cycle", "size")}
    answer = client.post(
        f"/settings/scorecards/{card.pk}/", typed(TEXTBOOK, do="preview", **even), follow=True
    )
    page = answer.content.decode()
    assert "66.00" in page and "65.00" in page
    assert Standing.objects.get(pk=deal.pk).score == D(66)
    answer = client.post(f"/settings/scorecards/{card.pk}/publish/", follow=True)
    assert "Version 2 published" in answer.content.decode()


def test_pairs_tell_their_consistency_and_give_the_weights(mei: Any, sign_in: Any) -> None:
    client, card = sign_in(mei), Scorecard.objects.get()
    where = f"/settings/scorecards/{card.pk}/pairs/"
    assert "consistency ratio" in client.get(where).content.decode()
    circle = {"p-urgency-budget": "9", "p-budget-cycle": "9", "p-urgency-cycle": "-9"}
    page = client.post(where, {**circle, "do": "try"}).content.decode()
    assert "Above 0.10: the pairs contradict one another." in page and "Look at" in page
    client.post(where, {"p-urgency-budget": "3", "do": "use"})
    card.refresh_from_db()
    weights = read_document(card.draft).weights
    assert sum(weights.values()) == 1 and weights["urgency"] > weights["budget"]


def test_a_broken_draft_is_shown_as_broken(mei: Any, sign_in: Any) -> None:
    card = Scorecard.objects.get()
    Scorecard.objects.filter(pk=card.pk).update(draft={"version": 9})
    client = sign_in(mei)
    assert "broken" in client.get("/settings/scorecards/").content.decode()
    page = client.get(f"/settings/scorecards/{card.pk}/").content.decode()
    assert "cannot be read" in page


def test_assessments_are_a_list_of_their_own_with_their_answers(
    alice: Any, vera: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice, name="Line 3")
    one = make_assessment(alice, opportunity=deal, note="Seen on site")
    page = sign_in(vera).get("/assessments/").content.decode()
    assert "Line 3" in page and "Seen on site" in page
    page = sign_in(alice).get(f"/assessments/{one.pk}/").content.decode()
    assert "Urgency" in page and "no evidence" in page
    assert sign_in(alice).get("/assessments/import/").status_code == 200
    assert sign_in(vera).get("/assessments/import/").status_code == 403


def test_a_role_that_sees_no_scores_sees_no_assessments(alice: Any, actor: Any) -> None:
    make_assessment(alice)
    grant = replace(REP_GRANT, hidden=frozenset({"score"}))
    hiding = actor(alice)
    hiding.role = replace(hiding.role, grants={**hiding.role.grants, "opportunity": grant})
    assert Assessment.objects.visible_to(actor(alice)).count() == 1
    assert Assessment.objects.visible_to(hiding).count() == 0


@pytest.mark.parametrize("typed", ["99", "1e400", "NaN", "five"])
def test_an_answer_off_the_scale_is_told_beside_its_criterion(
    alice: Any, deal: Opportunity, sign_in: Any, typed: str
) -> None:
    answer = sign_in(alice).post(page_of(deal), given(u=typed, b="5"))
    assert answer.status_code == 400
    page = answer.content.decode()
    fault = re.search(r'id="c-urgency".*?<p class="error"[^>]*>([^<]+)', page, re.DOTALL)
    assert fault is not None and len(fault[1]) < 80
    assert typed in unescape(fault[1])
    assert not Assessment.objects.exists()


def test_beyond_the_most_the_best_are_ranked_and_all_are_counted(
    alice: Any, actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = [make_opportunity(alice, name=name, at="assessing") for name in "ABCD"]
    make_opportunity(alice, name="Far", at="quote")
    for deal, score in zip(deals, (40, 70, None, 70), strict=True):
        if score is not None:
            keep_standing(deal.pk, {"score": D(score)})
    monkeypatch.setattr(ranking, "MOST", 2)
    found, count = ranking.ranked(actor(alice), NOW)
    assert ({one.row["name"] for one in found}, count) == ({"B", "D"}, 4)
    assert [(one.rank, one.tied) for one in found] == [(1, True), (1, True)]
    monkeypatch.setattr(ranking, "MOST", 3)
    found, _count = ranking.ranked(actor(alice), NOW)
    assert [one.row["name"] for one in found][2:] == ["A"]
    Standing.objects.filter(pk=deals[0].pk).delete()
    found, _count = ranking.ranked(actor(alice), NOW)
    assert [(one.row["name"], one.rank) for one in found][2:] == [("A", 0)]
