"""The pages and the door of merging."""

from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.products.factories import make_product
from shangji.foundation.audit.models import Operation
from tests.api.client import program

pytestmark = pytest.mark.django_db


def form(*records: Any, **more: Any) -> dict[str, Any]:
    versions = {f"version-{one.pk}": one.version for one in records}
    return {"ids": [one.pk for one in records], "stays": records[0].pk, **versions, **more}


def test_it_shows_them_side_by_side_from_the_list(alice: Any, charlie: Any, sign_in: Any) -> None:
    keep = make_account(alice, name="华辰", city="宁波")
    go = make_account(alice, name="华辰精密", city="宁波")
    make_contact(alice, account=go)
    make_opportunity(charlie, account=keep)
    page = sign_in(alice).post("/accounts/merge/", {"ids": [keep.pk, go.pk]})
    text = page.content.decode()
    sheet = page.context["sheet"]
    assert page.status_code == 200
    # a deal of somebody else is not counted; more leads to the second, so it stays
    assert [one.leading for one in sheet.columns] == [[], [(1, "contact")]]
    assert sheet.survivor == go.pk
    assert [line.label for line in sheet.lines] == ["Customer"]
    assert "City" in [line.label for line in sheet.same]
    assert "华辰精密" in text


def test_it_merges_and_offers_undo(alice: Any, sign_in: Any) -> None:
    keep, go = make_account(alice, name="A", city="X"), make_account(alice, name="B", city="Y")
    browser = sign_in(alice)
    answer = browser.post("/accounts/merge/go/", form(keep, go, **{"take-city": go.pk}))
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/{keep.pk}/")
    keep.refresh_from_db()
    assert (keep.name, keep.city) == ("A", "Y")
    page = browser.get(answer["Location"]).content.decode()
    operation = Operation.objects.get(action="account.merge")
    assert f"/operations/{operation.pk}/undo/" in page
    assert "1 record merged into A" in page
    browser.post(f"/operations/{operation.pk}/undo/")
    assert Account.objects.alive().count() == 2


def test_it_asks_again_when_one_changed_meanwhile(alice: Any, sign_in: Any) -> None:
    keep, go = make_account(alice), make_account(alice, name="B")
    sent = form(keep, go, **{"take-name": go.pk})
    Account.objects.filter(pk=go.pk).update(version=5)
    page = sign_in(alice).post("/accounts/merge/go/", sent)
    assert page.status_code == 409
    assert "was changed meanwhile" in page.content.decode()
    # what was chosen is still chosen
    (line,) = [one for one in page.context["sheet"].lines if one.key == "name"]
    assert [cell.is_chosen for cell in line.cells] == [False, True]


def test_it_leaves_out_what_the_role_may_not_change(alice: Any, charlie: Any, sign_in: Any) -> None:
    mine, other, pool = make_account(alice), make_account(alice), make_account(None)
    page = sign_in(alice).post(
        "/accounts/merge/", {"ids": [mine.pk, other.pk, pool.pk, make_account(charlie).pk]}
    )
    assert [one.pk for one in page.context["sheet"].columns] == [mine.pk, other.pk]
    # the one in the pool is seen; the stranger's is as one that is nowhere
    assert (page.context["chosen"].left, page.context["chosen"].gone) == (1, 1)


def test_it_says_so_when_fewer_than_two_are_there(alice: Any, charlie: Any, sign_in: Any) -> None:
    mine, gone = make_account(alice), make_account(alice, deleted_at=timezone.now())
    unseen, browser = make_account(charlie), sign_in(alice)
    for pk in (gone.pk, unseen.pk, 999_999):
        assert browser.get(f"/accounts/merge/?ids={pk}").status_code == 404
        page = browser.get(f"/accounts/merge/?ids={mine.pk}&ids={pk}").content.decode()
        assert "1 of the chosen records is not here, or not yours to see." in page
        assert "Fewer than two of them remain." in page
    # nothing was asked for yet: the page that asks
    page = browser.get("/accounts/merge/?ids=").content.decode()
    assert "A record to merge" in page and "not yours" not in page


def test_one_record_offers_a_way_to_the_other(alice: Any, sign_in: Any) -> None:
    record = make_account(alice)
    browser = sign_in(alice)
    assert (
        f"/accounts/merge/?ids={record.pk}"
        in browser.get(f"/accounts/{record.pk}/").content.decode()
    )
    page = browser.get(f"/accounts/merge/?ids={record.pk}").content.decode()
    assert "Put beside" in page
    assert "Merge 2 into one" not in page


def test_types_without_a_rule_are_not_merged(dana: Any, sign_in: Any) -> None:
    product = make_product()
    browser = sign_in(dana)
    assert browser.get(f"/products/merge/?ids={product.pk}").status_code == 404
    assert browser.post("/products/merge/go/", form(product)).status_code == 404


def test_it_asks_no_more_for_more_records(
    alice: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    browser, counts = sign_in(alice), []
    browser.get(f"/accounts/merge/?ids={make_account(alice).pk}")
    for number in (2, 12):
        ids = [make_account(alice, name=f"N{n}", parent=None).pk for n in range(number)]
        with django_assert_max_num_queries(80) as asked:
            browser.post("/accounts/merge/", {"ids": ids})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_door_merges_and_an_old_id_names_the_new_one(alice: Any, charlie: Any) -> None:
    now = timezone.now()
    api = program(alice, now)
    keep, go = make_account(alice, city="X"), make_account(alice, city="Y")
    answer = api.post(
        f"accounts/{keep.pk}/merge",
        {"others": [go.pk], "take": {"city": go.pk}, "versions": {str(go.pk): 1}},
    )
    assert (answer.status_code, answer.data["city"]) == (200, "Y")
    gone = api.get(f"accounts/{go.pk}")
    assert (gone.status_code, gone.data["code"]) == (404, "merged")
    assert gone.data["merged_into"] == keep.pk
    assert api.patch(f"accounts/{go.pk}", {"city": "Z"}).data["merged_into"] == keep.pk
    assert "merged_into" not in program(charlie, now).get(f"accounts/{go.pk}").data
    assert "merged_into" not in api.get("accounts/999999").data
    undone = api.post(f"operations/{answer.headers['Operation']}/undo")
    assert undone.data["left"] == []
    assert api.get(f"accounts/{go.pk}").data["city"] == "Y"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"others": []},
        {"others": "x"},
        {"others": [True]},
        {"others": [1], "take": {"city": "x"}},
        {"others": [1], "versions": {"x": 1}},
        {"others": [1], "more": 1},
    ],
)
def test_the_door_names_what_does_not_hold(body: dict[str, Any], alice: Any) -> None:
    answer = program(alice, timezone.now()).post(f"accounts/{make_account(alice).pk}/merge", body)
    assert answer.status_code == 422
    assert answer.data["errors"]
