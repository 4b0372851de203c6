"""Each described type: who sees, changes, deletes (ACC-1, 2, 4, 5, 8)."""

from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.models import CustomRole
from shangji.foundation.audit.models import Change, Operation
from shangji.records.actions.bulk import bulk_delete, bulk_edit
from shangji.records.description import describe, descriptions
from shangji.records.listing.query import ListQuery
from shangji.records.models import SavedView
from tests.records.contract import EXAMPLES

#: (person, whose record) -> sees, changes
OWNED = {
    ("alice", "alice"): (True, True),
    ("alice", "bob"): (False, False),
    ("alice", "charlie"): (False, False),
    ("mei", "alice"): (True, True),
    ("mei", "charlie"): (False, False),
    ("dana", "charlie"): (True, True),
    ("vera", "alice"): (True, False),
    ("vera", "charlie"): (True, False),
}


@pytest.fixture
def people(alice: Any, bob: Any, mei: Any, charlie: Any, dana: Any, vera: Any) -> dict[str, Any]:
    return {p.name.lower(): p for p in (alice, bob, mei, charlie, dana, vera)}


def test_it_has_an_example_of_every_type() -> None:
    assert {one.type for one in descriptions()} == set(EXAMPLES)


@pytest.mark.parametrize("record_type", [key for key, one in EXAMPLES.items() if one.owned])
@pytest.mark.parametrize(("who", "whose"), OWNED)
def test_it_keeps_the_access_matrix(
    record_type: str, who: str, whose: str, people: dict[str, Any], sign_in: Any
) -> None:
    example, description = EXAMPLES[record_type], describe(record_type)
    sees, changes = OWNED[who, whose]
    record = example.make(people[whose])
    client, base = sign_in(people[who]), f"/{description.slug}/{record.pk}/"
    key, value = example.text

    listed = client.get(f"/{description.slug}/?view=all")
    assert (f'data-id="{record.pk}"' in listed.content.decode()) is sees
    assert client.get(base).status_code == (200 if sees else 404)
    assert client.get(f"{base}history/").status_code == (200 if sees else 404)

    expected = 200 if changes else 403 if sees else 404
    assert client.get(f"{base}edit/").status_code == expected
    assert client.get(f"{base}field/{key}/").status_code == expected
    changed = client.post(f"{base}field/{key}/", {"value": value, "version": "1"})
    assert changed.status_code == expected
    record.refresh_from_db()
    assert (getattr(record, key) == value) is changes
    gone = client.post(f"{base}delete/")
    assert gone.status_code == (302 if changes else expected)
    record.refresh_from_db()
    assert (record.deleted_at is not None) is changes
    if not changes:
        assert not Change.objects.filter(record_type=record_type, record_id=record.pk).exists()


@pytest.mark.parametrize("record_type", list(EXAMPLES))
def test_it_offers_creation_by_role(record_type: str, people: dict[str, Any], sign_in: Any) -> None:
    description = describe(record_type)
    for name, person in people.items():
        may = Actor(person).may("create", record_type)
        answer = sign_in(person).get(f"/{description.slug}/new/")
        assert answer.status_code == (200 if may else 403), name


def test_it_answers_an_unseen_id_like_one_that_never_was(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    unseen = make_opportunity(charlie)
    client = sign_in(alice)
    for path in ("", "edit/", "history/", "field/amount/"):
        bodies = {
            client.get(f"/opportunities/{pk}/{path}", headers={"HX-Request": "true"}).content
            for pk in (unseen.pk, 987654321)
        }
        assert len(bodies) == 1
    for path in ("delete/", "restore/"):
        for pk in (unseen.pk, 987654321, 10**30):
            assert client.post(f"/opportunities/{pk}/{path}").status_code == 404


def test_it_never_restores_or_lists_foreign_rows_in_the_bin(
    alice: Any, charlie: Any, sign_in: Any, now: Any
) -> None:
    foreign = make_account(charlie, name="Foreign Ltd", deleted_at=now)
    client = sign_in(alice)
    assert b"Foreign Ltd" not in client.get("/bin/").content
    assert client.post(f"/accounts/{foreign.pk}/restore/").status_code == 404
    client.post("/bin/restore/", {"rows": [f"account:{foreign.pk}"]})
    foreign.refresh_from_db()
    assert foreign.deleted_at is not None


def test_it_counts_and_sums_visible_rows_only(alice: Any, charlie: Any, actor: Any) -> None:
    make_opportunity(alice, amount=100)
    make_opportunity(charlie, amount=1000)
    sums = ListQuery(describe("opportunity"), actor(alice)).sums
    assert sums.count == 1
    assert sums.totals["amount"]["CNY"] == 100


def test_it_tells_whom_a_deal_is_with_and_opens_nothing(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    account = make_account(charlie, name="Hidden Customer", city="Secret City")
    person = make_contact(charlie, name="Hidden Person", account=account)
    own = make_opportunity(alice, account=account, contact=person, name="Mine")
    client = sign_in(alice)
    for path in (
        "/opportunities/",
        f"/opportunities/{own.pk}/",
        f"/opportunities/{own.pk}/edit/",
        "/opportunities/?columns=name&columns=account&columns=contact",
        "/opportunities/?f=account.has.hidden",
        "/opportunities/board/",
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert b"Hidden Customer" in page.content, path
        assert f"/accounts/{account.pk}/".encode() not in page.content
        assert f"/contacts/{person.pk}/".encode() not in page.content
        assert b"Secret City" not in page.content
    assert client.get(f"/accounts/{account.pk}/").status_code == 404
    assert b"Hidden Customer" not in client.get("/accounts/").content
    # whoever may not know of the record is told nothing by its links
    assert b"Hidden" not in sign_in(charlie).get("/opportunities/").content


def test_it_keeps_a_link_that_is_not_the_editors_to_open(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    account = make_account(charlie, name="Hidden Customer")
    own = make_opportunity(alice, account=account, name="Mine")
    form = {"name": "Mine, renamed", "account": account.pk, "version": own.version}
    answer = sign_in(alice).post(f"/opportunities/{own.pk}/edit/?fields=name,account", form)
    assert answer.status_code == 302
    own.refresh_from_db()
    assert (own.name, own.account_id) == ("Mine, renamed", account.pk)
    # one that is not the record's already must be seen to be chosen
    other = make_account(charlie, name="Another")
    form = {"name": "Mine", "account": other.pk, "version": own.version}
    answer = sign_in(alice).post(f"/opportunities/{own.pk}/edit/?fields=name,account", form)
    assert answer.status_code == 400
    assert b"Another" not in answer.content


def test_it_hides_where_a_link_of_another_kind_leads(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    before = make_opportunity(charlie, name="Secret Deal")
    own = make_opportunity(alice, name="Mine", parent=before)
    page = sign_in(alice).get(f"/opportunities/{own.pk}/")
    assert b"Secret Deal" not in page.content and b"Not yours to see" in page.content


def test_a_role_without_customers_is_told_no_names(
    alice: Any, charlie: Any, now: Any, sign_in: Any
) -> None:
    role = CustomRole.objects.create(
        name="Deals only",
        definition={"version": 1, "grants": {"opportunity": {"read": "own"}}},
        created_at=now,
        updated_at=now,
    )
    type(alice).objects.filter(pk=alice.pk).update(role=f"custom:{role.pk}")
    account = make_account(charlie, name="Hidden Customer")
    make_opportunity(alice, account=account, name="Mine")
    page = sign_in(alice).get("/opportunities/")
    assert b"Mine" in page.content and b"Hidden Customer" not in page.content


def test_it_lists_visible_relatives_only(alice: Any, charlie: Any, dana: Any, sign_in: Any) -> None:
    group = make_account(charlie, name="Secret Group")
    account = make_account(alice, name="Open Ltd", parent=group)
    make_account(charlie, name="Secret Child", parent=account)
    make_contact(charlie, name="Secret Person", account=account)
    make_opportunity(charlie, name="Secret Deal", account=account)
    make_contact(alice, name="Known Person", account=account)
    for path in ("", "?tab=opportunities", "?tab=history", "edit/", "edit/?fields=parent"):
        page = sign_in(alice).get(f"/accounts/{account.pk}/{path}")
        assert page.status_code == 200
        assert b"Secret" not in page.content
    assert b"Known Person" in sign_in(alice).get(f"/accounts/{account.pk}/").content
    assert b"Secret Person" in sign_in(dana).get(f"/accounts/{account.pk}/").content


def test_it_changes_permitted_rows_only_and_says_how_many(
    alice: Any, charlie: Any, actor: Any, now: Any
) -> None:
    mine, pooled, foreign = make_account(alice), make_account(None), make_account(charlie)
    result = bulk_edit(
        actor=actor(alice),
        record_type="account",
        values={"city": "Ningbo"},
        ids=[mine.pk, pooled.pk, foreign.pk, 987654],
        now=now,
    )
    assert (result.done, result.left) == (1, 1)
    assert set(Change.objects.values_list("record_id", flat=True)) == {mine.pk}
    again = bulk_delete(
        actor=actor(alice), record_type="account", ids=[mine.pk, foreign.pk], now=now
    )
    assert (again.done, again.left) == (1, 0)


def test_it_says_in_the_answer_what_was_left(alice: Any, sign_in: Any) -> None:
    mine, pooled = make_account(alice), make_account(None)
    data = {"ids": [mine.pk, pooled.pk], "field": "city", "value": "Xi'an", "go": "1"}
    page = sign_in(alice).post("/accounts/bulk/edit/", data, follow=True)
    text = page.content.decode()
    assert "1 row changed" in text
    assert "1 left, you may not change them" in text


def test_it_shares_views_with_the_viewers_own_rows(
    alice: Any, bob: Any, charlie: Any, sign_in: Any
) -> None:
    make_account(alice, name="Alices Customer")
    sign_in(alice).post(
        "/accounts/views/", {"name": "Ours", "shared_with": "team", "f": "kind.is.company"}
    )
    view = f"/accounts/?view={SavedView.objects.get().pk}"
    assert b"Alices Customer" in sign_in(alice).get(view).content
    theirs = sign_in(bob).get(view)
    assert theirs.status_code == 200
    assert b"Alices Customer" not in theirs.content
    assert sign_in(charlie).get(view).status_code == 404
    pk = SavedView.objects.get().pk
    assert sign_in(bob).post(f"/accounts/views/{pk}/delete/").status_code == 403
    assert Operation.objects.filter(action="view.delete").count() == 0
