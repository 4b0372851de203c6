"""Forms, fields in place, what two people do at once (RACE-1, 5), bulk verbs and undo."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.records.actions.bin import empty_bin
from shangji.records.actions.bulk import bulk_edit
from shangji.records.description import describe
from shangji.records.duplicates.keeping import fill
from shangji.records.kinds import Link, Person
from tests.records.contract import EXAMPLES, NAUGHTY

HX = {"HX-Request": "true"}


def toast(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["sj:toast"]
    return told


def test_it_creates_from_the_short_form(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    page = client.get("/accounts/new/").content
    assert b'name="city"' in page
    assert b'name="address"' not in page
    assert b'name="address"' in client.get("/accounts/new/?all=1").content
    answer = client.post("/accounts/new/", {"name": "Haina Instruments", "city": "Ningbo"})
    made = Account.objects.get()
    assert answer.headers["Location"] == f"/accounts/{made.pk}/"
    assert (made.name, made.city, made.owner, made.lifecycle) == (
        "Haina Instruments",
        "Ningbo",
        alice,
        "prospect",
    )
    assert "undo" in client.get(answer.headers["Location"]).content.decode()


def test_it_lists_errors_with_links_and_keeps_what_was_typed(alice: Any, sign_in: Any) -> None:
    data = {"name": "", "credit_code": "91330200MA2", "city": "Ningbo"}
    answer = sign_in(alice).post("/accounts/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#id_name"' in page
    assert 'value="Ningbo"' in page
    assert not Account.objects.exists()


def test_it_takes_links_from_the_address_and_refuses_unseen_ones(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    mine, foreign = make_account(alice, name="Mine Ltd"), make_account(charlie, name="Foreign Ltd")
    client = sign_in(alice)
    assert b"Mine Ltd" in client.get(f"/contacts/new/?account={mine.pk}").content
    assert b"Foreign Ltd" not in client.get(f"/contacts/new/?account={foreign.pk}").content
    refused = client.post("/contacts/new/", {"name": "Li Na", "account": str(foreign.pk)})
    assert refused.status_code == 400
    assert b"Foreign Ltd" not in refused.content


def test_it_ignores_or_refuses_what_no_form_offers(alice: Any, bob: Any, sign_in: Any) -> None:
    data = {"name": "A", "id": "7", "created_at": "2001-01-01", "version": "9", "deleted_at": "x"}
    sign_in(alice).post("/accounts/new/", data)
    made = Account.objects.get()
    assert (made.version, made.deleted_at) == (1, None)
    assert made.created_at.year > 2020


def test_it_merges_different_fields_and_refuses_the_same(
    alice: Any, mei: Any, sign_in: Any
) -> None:
    record = make_account(alice, name="Haina", city="Ningbo")
    url = f"/accounts/{record.pk}/field"
    first = sign_in(mei).post(f"{url}/city/", {"value": "Suzhou", "version": "1"}, headers=HX)
    assert first.status_code == 200
    assert first.headers["X-Version"] == "2"
    assert toast(first)["undo"].startswith("/operations/")
    other = sign_in(alice).post(
        f"{url}/province/", {"value": "Jiangsu", "version": "1"}, headers=HX
    )
    assert other.status_code == 200
    clash = sign_in(alice).post(f"{url}/city/", {"value": "Wuxi", "version": "1"}, headers=HX)
    assert clash.status_code == 409
    told = json.loads(clash.content)
    assert told["fields"] == {"city": ["Wuxi", "Suzhou"]}
    assert "to “Suzhou” meanwhile" in told["message"] and "Suzhou</button>" in told["shown"]
    again = {"value": "Wuxi", "version": told["version"]}
    assert sign_in(alice).post(f"{url}/city/", again, headers=HX).status_code == 200
    sign_in(alice).post(f"{url}/city/", {"value": "Suzhou"}, headers=HX)
    record.refresh_from_db()
    assert (record.city, record.province) == ("Suzhou", "Jiangsu")


def test_it_shows_both_values_and_saves_the_choice(alice: Any, mei: Any, sign_in: Any) -> None:
    record = make_account(alice, name="Haina", city="Ningbo")
    url = f"/accounts/{record.pk}/edit/?fields=city,province"
    sign_in(mei).post(url, {"city": "Suzhou", "province": "", "version": "1"})
    client = sign_in(alice)
    mine = {"city": "Wuxi", "province": "Jiangsu", "version": "1"}
    clash = client.post(url, mine)
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Suzhou" in page
    assert 'value="Wuxi"' in page
    assert 'name="version" value="2"' in page
    assert client.post(url, mine | {"version": "2"}).status_code == 302
    record.refresh_from_db()
    assert (record.city, record.province) == ("Wuxi", "Jiangsu")


def test_it_answers_when_somebody_deleted_it_meanwhile(alice: Any, sign_in: Any) -> None:
    record = make_account(alice)
    client = sign_in(alice)
    client.post(f"/accounts/{record.pk}/delete/")
    late = client.post(f"/accounts/{record.pk}/field/city/", {"value": "x", "version": "1"})
    assert late.status_code == 404
    assert client.get(f"/accounts/{record.pk}/").status_code == 404
    assert client.post(f"/accounts/{record.pk}/restore/").status_code == 302
    assert client.get(f"/accounts/{record.pk}/").status_code == 200


@pytest.mark.parametrize("record_type", list(EXAMPLES))
def test_it_takes_naughty_strings_in_every_field(record_type: str, dana: Any, sign_in: Any) -> None:
    """All texts in every field of an opportunity; in other types' fields, which are of the same
    kinds, each a quarter, and each text in a quarter of the fields."""
    record = EXAMPLES[record_type].make(dana)
    every = 1 if record_type == "opportunity" else 4
    description = describe(record_type)
    client = sign_in(dana)
    for place, one in enumerate(one for one in description.fields if one.writable):
        for value in NAUGHTY[place % every :: every]:
            url = f"/{description.slug}/{record.pk}/field/{one.key}/"
            sent = {"value": value.encode("utf-8", "replace").decode(), "version": ""}
            answer = client.post(url, sent, headers=HX)
            assert answer.status_code in {200, 400}, (one.key, value, answer.status_code)
            if "json" not in answer.headers["Content-Type"]:
                assert b"<img src=x" not in answer.content
    for path in ("", "history/", "edit/"):
        page = client.get(f"/{description.slug}/{record.pk}/{path}")
        assert page.status_code == 200
        assert b"<img src=x" not in page.content


@pytest.mark.parametrize("record_type", list(EXAMPLES))
def test_it_reads_back_what_it_shows_for_editing(
    record_type: str, dana: Any, sign_in: Any, actor: Any
) -> None:
    record = EXAMPLES[record_type].make(dana)
    description = describe(record_type)
    client = sign_in(dana)
    edit = client.get(f"/{description.slug}/{record.pk}/edit/")
    form = edit.context["form"]
    data = {key: form[key].value() for key in form.fields}
    data = {key: "" if value is None else value for key, value in data.items()}
    data = {key: value for key, value in data.items() if value is not False}
    same = client.post(f"/{description.slug}/{record.pk}/edit/", data)
    assert same.status_code == 302, same.context["form"].errors
    assert not Change.objects.filter(record_id=record.pk, record_type=record_type).exists()


def test_it_offers_visible_records_to_pick(alice: Any, charlie: Any, sign_in: Any) -> None:
    make_account(alice, name="Haina Instruments")
    make_account(charlie, name="Haina Foreign")
    found = sign_in(alice).get("/accounts/options/?q=hai").json()
    assert [one["label"] for one in found] == ["Haina Instruments"]


def test_it_warns_of_likely_duplicates_and_masks_unseen_ones(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    make_account(alice, name="宁波海纳仪表有限公司")
    make_account(charlie, name="远洲冷链有限公司")
    fill("account", 0, timezone.now())
    client = sign_in(alice)
    page = client.get("/accounts/similar/?name=宁波海纳仪表").content.decode()
    assert "宁波海纳仪表有限公司" in page
    hidden = client.get("/accounts/similar/?name=远洲冷链").content.decode()
    assert "ask Charlie" in hidden
    assert "远" not in hidden
    assert "similar" not in client.get("/accounts/similar/?name=远").content.decode()
    contact = client.post("/contacts/new/", {"name": "Li", "phone": "138 0000 1234"})
    assert contact.status_code == 302
    page = client.get("/contacts/similar/?phone=13800001234").content.decode()
    assert "same phone" in page


def test_it_undoes_a_bulk_edit_as_one(alice: Any, mei: Any, sign_in: Any, now: Any) -> None:
    records = [make_account(alice, city="Ningbo") for _ in range(5)]
    client = sign_in(alice)
    ids = [record.pk for record in records]
    data = {"ids": ids, "field": "city", "value": "Suzhou", "go": "1"}
    assert client.post("/accounts/bulk/edit/", data).status_code == 302
    assert Operation.objects.filter(action="account.bulk_edit").count() == 1
    records[0].refresh_from_db()
    sign_in(mei).post(f"/accounts/{ids[1]}/field/city/", {"value": "Wuxi", "version": "2"})
    operation = Operation.objects.get(action="account.bulk_edit")
    undone = client.post(f"/operations/{operation.pk}/undo/", follow=True)
    assert "Somebody changed it since" in undone.content.decode()
    cities = dict(Account.objects.values_list("pk", "city"))
    assert [cities[pk] for pk in ids] == ["Ningbo", "Wuxi", "Ningbo", "Ningbo", "Ningbo"]
    assert sign_in(alice).post(f"/operations/{operation.pk}/undo/").status_code == 403


def test_race_1_a_bulk_edit_overwrites_no_value_that_changed_since_it_was_shown(
    alice: Any, mei: Any, sign_in: Any
) -> None:
    first, second = make_account(alice, city="Ningbo"), make_account(alice, city="Ningbo")
    asked = {"ids": [first.pk, second.pk], "field": "city"}
    page = sign_in(alice).post("/accounts/bulk/edit/", asked).content.decode()
    seen = re.findall(r'name="seen" value="([0-9:]+)"', page)
    assert len(seen) == 2
    sign_in(mei).post(f"/accounts/{first.pk}/field/city/", {"value": "Wuxi", "version": "1"})
    sign_in(mei).post(f"/accounts/{second.pk}/field/province/", {"value": "Z", "version": "1"})
    given = {**asked, "value": "Suzhou", "go": "1", "seen": [*seen, "x:1", "٣:1"]}
    told = sign_in(alice).post("/accounts/bulk/edit/", given, follow=True).content.decode()
    assert "1 row changed" in told and "1 left" in told
    assert list(Account.objects.order_by("pk").values_list("city", flat=True)) == ["Wuxi", "Suzhou"]


def test_it_names_what_goes_to_the_bin_first(alice: Any, sign_in: Any) -> None:
    record = make_account(alice, name="Going Company")
    page = sign_in(alice).post("/accounts/bulk/delete/", {"ids": [record.pk]}).content.decode()
    assert "Going Company" in page and "Delete 1 row" in page
    record.refresh_from_db()
    assert record.deleted_at is None


def test_it_undoes_the_last_own_operation(alice: Any, bob: Any, sign_in: Any) -> None:
    record = make_account(alice, city="Ningbo")
    sign_in(alice).post(f"/accounts/{record.pk}/field/city/", {"value": "X", "version": "1"})
    nothing = sign_in(bob).post("/undo/last/", follow=True)
    assert "There is nothing to undo" in nothing.content.decode()
    assert sign_in(alice).post("/undo/last/").status_code == 302
    record.refresh_from_db()
    assert record.city == "Ningbo"
    assert sign_in(bob).post(f"/operations/{Operation.objects.first().pk}/undo/").status_code == 404
    assert sign_in(alice).get("/undo/last/").status_code == 405


def test_it_shows_wide_changes_first(alice: Any, sign_in: Any) -> None:
    for _ in range(21):
        make_account(alice, city="Ningbo")
    client = sign_in(alice)
    data = {"all": "1", "f": "city.is.Ningbo", "field": "city", "value": "Suzhou", "go": "1"}
    shown = client.post("/accounts/bulk/edit/", data)
    assert b"Change 21 rows" in shown.content
    assert not Account.objects.filter(city="Suzhou").exists()
    assert client.post("/accounts/bulk/edit/", data | {"sure": "1"}).status_code == 302
    assert Account.objects.filter(city="Suzhou").count() == 21


def test_it_changes_very_many_rows_by_a_job(
    alice: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangji.records.pages.bulk.JOB_ABOVE", 3)
    records = [make_account(alice) for _ in range(5)]
    data = {"all": "1", "value": "key, east", "go": "1", "sure": "1"}
    assert sign_in(alice).post("/accounts/bulk/tag/", data).status_code == 302
    assert not Change.objects.exists()
    run_all_jobs()
    records[4].refresh_from_db()
    assert records[4].tags == ["east", "key"]
    assert Operation.objects.get(action="account.bulk_edit").door == "job"


def test_it_leaves_no_trace_of_a_refused_row(alice: Any, actor: Any, now: Any) -> None:
    parent = make_account(alice)
    child = make_account(alice, parent=parent)
    result = bulk_edit(
        actor=actor(alice),
        record_type="account",
        values={"parent": child.pk, "city": "X"},
        ids=[parent.pk],
        now=now,
    )
    assert (result.done, len(result.refused)) == (0, 1)
    assert not Change.objects.exists()
    parent.refresh_from_db()
    assert parent.city == ""


def test_it_edits_opportunities_in_bulk_by_their_own_rules(
    alice: Any, bob: Any, mei: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice, amount=Decimal(100))
    data = {"ids": [deal.pk], "field": "probability", "value": "44", "go": "1"}
    assert sign_in(alice).post("/opportunities/bulk/edit/", data).status_code == 302
    deal = Opportunity.objects.get(pk=deal.pk)
    assert (deal.probability, deal.probability_manual) == (44, 44)
    data = {"ids": [deal.pk], "value": str(bob.pk), "go": "1"}
    assert sign_in(mei).post("/opportunities/bulk/assign/", data).status_code == 302
    assert Opportunity.objects.get(pk=deal.pk).owner == bob


def test_it_takes_back_what_was_given_beyond_ones_own_sight(
    alice: Any, charlie: Any, mei: Any, sign_in: Any
) -> None:
    deals = [make_opportunity(alice) for _ in range(2)]
    data = {"ids": [one.pk for one in deals], "value": str(charlie.pk), "go": "1"}
    assert sign_in(mei).post("/opportunities/bulk/assign/", data).status_code == 302
    assert sign_in(mei).get(f"/opportunities/{deals[0].pk}/").status_code == 404
    url = f"/opportunities/{deals[1].pk}/field/next_step/"
    sign_in(charlie).post(url, {"value": "Call", "version": "2"})
    sign_in(mei).post("/undo/last/")
    assert [Opportunity.objects.get(pk=one.pk).owner for one in deals] == [alice, charlie]


def test_it_tells_history_in_the_readers_words(alice: Any, bob: Any, sign_in: Any) -> None:
    first, second = make_account(alice, name="Group A"), make_account(alice, name="Group B")
    record = make_account(alice, parent=first, industry="electronics")
    client = sign_in(alice)
    url = f"/accounts/{record.pk}"
    client.post(f"{url}/field/parent/", {"value": str(second.pk), "version": "1"})
    client.post(f"{url}/field/industry/", {"value": "medical", "version": "2"})
    page = client.get(f"{url}/history/").content.decode()
    assert "<del>Group A</del> → Group B" in page
    assert "<del>Electronics</del> → Health care" in page
    assert "Undo" in page
    client.post(f"{url}/edit/", {"name": "A", "kind": "company", "lifecycle": "customer"})
    page = client.get(f"{url}/history/").content.decode()
    labels = [page.index(f">{label}<") for label in ("Lifecycle", "Industry", "Parent company")]
    assert labels == sorted(labels)  # as the record shows them, not by the names of columns


def test_it_empties_what_lay_in_the_bin_for_a_month(alice: Any, dana: Any, actor: Any) -> None:
    now = timezone.now()
    old = make_account(alice, deleted_at=now - timedelta(days=31))
    held = make_account(alice, deleted_at=now - timedelta(days=31))
    make_contact(alice, account=held)
    young = make_account(alice, deleted_at=now - timedelta(days=29))
    assert empty_bin(actor=actor(dana), now=now) == {"account": 1}
    assert set(Account.objects.values_list("pk", flat=True)) == {held.pk, young.pk}
    assert old.pk not in set(Account.objects.values_list("pk", flat=True))


def test_it_shows_the_log_to_those_with_the_right(alice: Any, dana: Any, sign_in: Any) -> None:
    record = make_account(alice, name="Haina")
    sign_in(alice).post(f"/accounts/{record.pk}/field/city/", {"value": "X", "version": "1"})
    assert sign_in(alice).get("/settings/audit/").status_code == 403
    client = sign_in(dana)
    page = client.get(f"/settings/audit/?person={alice.pk}&type=account").content.decode()
    assert "Customer: changed" in page
    operation = Operation.objects.get(action="account.edit")
    detail = client.get(f"/settings/audit/{operation.pk}/").content.decode()
    assert "Haina" in detail
    assert sign_in(alice).get(f"/settings/audit/{operation.pk}/").status_code == 403
    for query in ("person=x", "since=99", "since=2026-11-23&until=2026-11-24", "page=9999"):
        assert client.get(f"/settings/audit/?{query}").status_code == 200


def test_it_keeps_the_row_height(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    assert client.post("/density/", {"density": "compact", "next": "/accounts/"}).status_code == 302
    alice.refresh_from_db()
    assert alice.density == "compact"
    assert client.post("/density/", {"density": "huge"}).status_code == 400
    away = client.post("/density/", {"density": "roomy", "next": "//evil.test/"})
    assert away.headers["Location"] == "/"


@pytest.mark.parametrize("record_type", list(EXAMPLES))
def test_it_gives_each_field_an_editor(record_type: str, dana: Any, sign_in: Any) -> None:
    record = EXAMPLES[record_type].make(dana)
    description = describe(record_type)
    for one in description.fields:
        answer = sign_in(dana).get(f"/{description.slug}/{record.pk}/field/{one.key}/")
        assert answer.status_code == (200 if one.writable else 400)
        if one.writable and not isinstance(one.kind, Link):
            assert b'name="value"' in answer.content
        if one.writable and isinstance(one.kind, Person):
            assert b"Dana" in answer.content
