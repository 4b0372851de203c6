"""Opportunities side by side: ties named, weights moved, files, and who may see what."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.lib.sheets import open_sheet
from shangji.phases.evaluate.actions.assessments import record_assessment
from shangji.phases.evaluate.forms.comparison import read_asked
from shangji.phases.evaluate.queries.comparison import compare
from shangji.phases.evaluate.queries.ranking import ranked
from shangji.phases.evaluate.queries.scorecards import card_in_use
from shangji.phases.evaluate.rules.scoring import Answer
from shangji.records.conditions import read_conditions

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEYS = ("urgency", "budget", "cycle", "size")
GOLDEN = {"Alpha": (8, 7, 6, 5), "Beta": (5, 6, 7, 8), "Gamma": (7, 8, 5, 6)}


def assess(user: Any, actor: Any, deal: Opportunity, values: Any, text: str = "") -> None:
    record_assessment(
        actor=actor(user),
        opportunity=deal,
        version=card_in_use(None),
        answers={
            key: Answer(Decimal(value), text)
            for key, value in zip(KEYS, values, strict=True)
            if value is not None
        },
        now=NOW,
    )


@pytest.fixture
def three(alice: Any, actor: Any) -> list[int]:
    ids = []
    for name, values in GOLDEN.items():
        deal = make_opportunity(alice, name=name, account=make_account(alice, name=f"{name} Ltd"))
        assess(alice, actor, deal, values, text="" if name == "Gamma" else f"why {name}")
        ids.append(deal.pk)
    return ids


def url(ids: list[int], more: str = "") -> str:
    return f"{reverse('evaluate:compare')}?ids={','.join(map(str, ids))}{more}"


def test_it_shows_the_golden_totals_and_names_the_tie(alice: Any, three: Any, sign_in: Any) -> None:
    page = sign_in(alice).get(url(three)).content.decode()
    # letters follow the order of the card: Gamma is looked at before Beta
    assert page.index("A Alpha Ltd") < page.index("B Gamma Ltd") < page.index("C Beta Ltd")
    assert page.count("data-shown>6.4<") == 2 and "data-shown>6.6<" in page
    assert "B and C are tied at 6.4." in page
    assert "Agreed for ties: Urgency, here B 7, C 5, so look at B first." in page
    assert "C overtakes A when the weight of Urgency falls below 0.25." in page
    assert "only 0.05 away: this first place is not firm." in page
    assert "8 of 12 have evidence" in page


def test_the_order_follows_moved_weights_and_letters_stay(
    alice: Any, actor: Any, three: Any
) -> None:
    moved = read_asked_weights("&w-urgency=0.1&w-budget=0.257&w-cycle=0.386&w-size=0.257")
    found = compare(actor=actor(alice), ids=three, weights=moved, now=NOW)
    assert [one.letter for one in found.candidates] == ["A", "B", "C"]
    assert found.is_moved and found.best is not None and found.best.name == "Beta"


def read_asked_weights(query: str) -> Any:
    return read_asked(QueryDict(query)).weights


def test_a_tie_at_a_turning_point_survives_the_address(alice: Any, actor: Any, three: Any) -> None:
    weights = read_asked_weights(
        "w-urgency=0.25&w-budget=0.21428571&w-cycle=0.32142857&w-size=0.21428571"
    )
    found = compare(actor=actor(alice), ids=three, weights=weights, now=NOW)
    assert [one.rank for one in found.places][:2] == [1, 1]


def test_a_moved_slider_gets_only_what_changes(alice: Any, three: Any, sign_in: Any) -> None:
    answer = sign_in(alice).get(url(three, "&w-urgency=0.1"), headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "<html" not in part
    for name in ("compare-firm", "compare-weight", "total-A", "turn-urgency", "compare-actions"):
        assert f'id="{name}" hx-swap-oob="true"' in part


def test_missing_is_named_and_not_zero(alice: Any, actor: Any, three: Any, sign_in: Any) -> None:
    deal = make_opportunity(alice, name="Delta")
    assess(alice, actor, deal, (8, None, 8, None))
    page = sign_in(alice).get(url([*three, deal.pk])).content.decode()
    assert "Budget and ability to pay and Order size and frequency not answered" in page
    assert "counted on 60% of the weight, the total may end between 4.8 and 8.8." in page
    assert ">8.0<" in page


def test_raters_far_apart_are_named(
    alice: Any, mei: Any, actor: Any, three: Any, sign_in: Any
) -> None:
    assess(mei, actor, Opportunity.objects.get(pk=three[0]), (8, 7, 4, 5))
    page = sign_in(mei).get(url(three)).content.decode()
    assert "The 2 raters lie furthest apart on C, Decision cycle and intent: 4 and 6." in page


def test_it_shows_only_what_the_reader_sees(
    alice: Any, charlie: Any, three: Any, sign_in: Any
) -> None:
    other = make_opportunity(charlie, name="Secret")
    page = sign_in(alice).get(url([three[0], other.pk])).content.decode()
    assert "Secret" not in page and "Alpha" in page


def test_adding_and_taking_out_work_without_script(alice: Any, three: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    page = client.get(url(three[:2], f"&add={three[2]}")).content.decode()
    assert "Gamma" in page
    page = client.get(url(three, f"&drop={three[2]}")).content.decode()
    assert 'id="total-C"' not in page


def test_the_bulk_bar_leads_to_the_comparison(alice: Any, three: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    answer = client.post(reverse("evaluate:compare_chosen"), {"ids": three})
    assert answer.status_code == 302 and set(answer.url.split("=")[1].split(",")) == {
        str(pk) for pk in three
    }
    page = client.get("/opportunities/").content.decode()
    assert reverse("evaluate:compare_chosen") in page


def test_the_sheet_holds_the_numbers(alice: Any, three: Any, sign_in: Any) -> None:
    answer = sign_in(alice).get(
        f"{reverse('evaluate:compare_xlsx')}?ids={','.join(map(str, three))}"
    )
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = open_sheet(answer.content)
    rows = {str(row.cells[0]): row.cells for row in sheet.rows()}
    assert sheet.header[0] == "Criterion"
    assert [float(one) for one in rows["Weighted total"][1:5]] == [1, 6.6, 6.4, 6.4]
    assert [float(one) for one in rows["Urgency"][1:5]] == [0.3, 8, 7, 5]
    assert rows["Rank"][2:5] == ["No. 1", "Tied No. 2 look first", "Tied No. 2"]
    assert rows["Urgency"][5] == "why Alpha" and rows["Urgency"][6] == "no evidence"


def test_the_paper_holds_what_people_wrote_as_text(alice: Any, actor: Any, sign_in: Any) -> None:
    nasty = make_opportunity(alice, name='#panic("x") $1/0$ [*]')
    assess(alice, actor, nasty, (8, 7, 6, 5), text='#import "x" </> 停产检修 $x$')
    answer = sign_in(alice).get(f"{reverse('evaluate:compare_pdf')}?ids={nasty.pk}")
    assert answer.status_code in (200, 503)  # 503: the front end is not built here
    if answer.status_code == 200:
        assert answer.content.startswith(b"%PDF")


def test_a_file_needs_the_right_to_export(vera: Any, three: Any, sign_in: Any) -> None:
    ids = ",".join(map(str, three))
    assert sign_in(vera).get(f"{reverse('evaluate:compare_xlsx')}?ids={ids}").status_code == 403


# -------------------------------------------------------------------------------------- ranking


def test_the_ranking_shows_ties_as_ties(alice: Any, actor: Any, three: Any) -> None:
    unscored = make_opportunity(alice, name="Unscored")
    found, count = ranked(actor(alice), NOW)
    assert count == 4
    assert [(one.row["name"], one.rank, one.tied) for one in found] == [
        ("Alpha", 1, False),
        ("Gamma", 2, True),
        ("Beta", 2, True),
        ("Unscored", 0, False),
    ]
    assert found[-1].pk == unscored.pk


def test_the_ranking_takes_a_filter(alice: Any, actor: Any, three: Any) -> None:
    make_opportunity(alice, name="Won", at="won")
    found, count = ranked(actor(alice), NOW, read_conditions(["name.has.Beta"]))
    assert (count, found[0].row["name"]) == (1, "Beta")


def test_the_ranking_page_costs_the_same_for_many(
    alice: Any, actor: Any, three: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    for _n in range(40):
        make_opportunity(alice)
    with django_assert_max_num_queries(22):
        page = client.get(reverse("evaluate:ranking")).content.decode()
    assert "3 of 43 scored" in page and "40 not assessed yet stand at the end" in page


def test_the_comparison_costs_the_same_for_six(
    alice: Any, actor: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    ids = []
    for n in range(6):
        deal = make_opportunity(alice)
        assess(alice, actor, deal, (n, 5, 5, 5))
        ids.append(deal.pk)
    with django_assert_max_num_queries(26):
        assert client.get(url(ids)).status_code == 200


def test_one_alone_is_asked_for_a_second(alice: Any, sign_in: Any) -> None:
    deal = make_opportunity(alice, name="Alone")
    page = sign_in(alice).get(f"/evaluate/compare/?ids={deal.pk}").content.decode()
    assert "One opportunity, nothing beside it yet" in page
    assert "Add a second opportunity" in page
    assert "Choose Alone" not in page
