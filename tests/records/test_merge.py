"""Merging: links, history, addresses and foreign ids go along; undo sets all of it back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.activities.factories import make_activity
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Touch
from shangji.core.contacts.factories import make_contact
from shangji.core.contacts.models import Consent, Contact, ContactPoint
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import (
    Opportunity,
    OpportunityLine,
    OpportunityPerson,
    StageMove,
)
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.files.actions import store_upload
from shangji.foundation.files.models import StoredFile
from shangji.lib.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from shangji.phases.evaluate.factories import make_forecast, make_risk
from shangji.phases.evaluate.models import ProfitForecast, Risk
from shangji.records.actions import delete_record, edit_record
from shangji.records.description import describe
from shangji.records.history import lines
from shangji.records.imports.targets import rows_of
from shangji.records.merging.actions import Merged, merge_records
from shangji.records.merging.models import MergedRecord, MergeMove
from shangji.records.merging.relations import links_to

pytestmark = pytest.mark.django_db


def merge(me: Any, kind: str, first: Any, *others: Any, now: Any, **more: Any) -> Merged:
    return merge_records(
        actor=me,
        record_type=kind,
        survivor_id=first.pk,
        other_ids=[one.pk for one in others],
        now=now,
        **more,
    )


def undo(me: Any, merged: Merged, now: Any) -> Any:
    target = Operation.objects.get(pk=merged.operation_id)
    return undo_operation(actor=me, target=target, now=now)


def everything(*models: type[Model]) -> dict[str, list[Any]]:
    """All rows of some tables, without what each write moves on by itself."""
    quiet = {"version", "updated_at"}
    return {
        model._meta.label: [
            {key: value for key, value in row.items() if key not in quiet}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_it_keeps_one_and_carries_every_link(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    contact, deal = make_contact(alice, account=go), make_opportunity(alice, account=go)
    child, note = make_account(alice, parent=go), make_activity(alice, account=go)
    touch = Touch.objects.create(account=go, at=now)
    stored = store_upload(
        actor=me, upload=SimpleUploadedFile("a.txt", b"offer", "text/plain"),
        record_type="account", record_id=go.pk, now=now,
    )  # fmt: skip
    before = everything(Account, Contact, Opportunity, Activity, Touch, StoredFile)
    merged = merge(me, "account", keep, go, now=now)
    assert Contact.objects.get(pk=contact.pk).account_id == keep.pk
    assert Opportunity.objects.get(pk=deal.pk).account_id == keep.pk
    assert Account.objects.get(pk=child.pk).parent_id == keep.pk
    assert Activity.objects.get(pk=note.pk).account_id == keep.pk
    assert Touch.objects.get(pk=touch.pk).account_id == keep.pk
    assert StoredFile.objects.get(pk=stored.pk).on_id == keep.pk
    assert [one.pk for one in Account.objects.alive()] == [keep.pk, child.pk]
    assert sum(merged.carried.values()) == 6
    assert Operation.objects.filter(action="account.merge").count() == 1
    report = undo(me, merged, now)
    assert report.left == []
    assert everything(Account, Contact, Opportunity, Activity, Touch, StoredFile) == before
    assert not MergedRecord.objects.exists()


def test_it_finds_every_table_from_the_models() -> None:
    """A table that comes tomorrow is carried without a line here: these are only examples."""
    found = {
        model.__name__: {(link.model._meta.label, link.column) for link in links_to(model)}
        for model in (Account, Contact, Opportunity)
    }
    assert ("files.StoredFile", "on_id") in found["Account"]
    assert ("channels.Touch", "opportunity_id") in found["Opportunity"]
    assert ("evaluate.Assessment", "opportunity_id") in found["Opportunity"]
    assert ("opportunities.OpportunityPerson", "contact_id") in found["Contact"]
    for links in found.values():
        assert not {"audit.Change", "search.SearchEntry"} & {label for label, _column in links}


def test_it_takes_the_value_that_was_chosen(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    keep = make_account(alice, name="华辰", city="宁波", tags=["a"], description="One")
    go = make_account(
        alice, name="华辰精密", city="杭州", phone="0574 1", tags=["b"], description="Two",
        lifecycle="customer", credit_code="91330200MA2AGXXX0P",
    )  # fmt: skip
    choice = {"name": go.pk, "description": 0}
    merged = merge(me, "account", keep, go, now=now, take=choice)
    keep.refresh_from_db()
    assert (keep.name, keep.name_key, keep.city) == ("华辰精密", "华辰精密", "宁波")
    # what the survivor lacked is filled, all tags are kept, a customer stays one
    assert (keep.phone, keep.tags, keep.lifecycle) == ("0574 1", ["a", "b"], "customer")
    assert (keep.description, keep.credit_code) == ("One\n\nTwo", "91330200MA2AGXXX0P")
    undo(me, merged, now)
    keep.refresh_from_db()
    go.refresh_from_db()
    assert (keep.name, keep.phone, keep.tags, keep.lifecycle) == ("华辰", "", ["a"], "prospect")
    assert (keep.credit_code, go.credit_code) == ("", "91330200MA2AGXXX0P")


def test_amount_and_currency_are_chosen_together(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    keep = make_opportunity(alice, amount=1, currency="CNY")
    go = make_opportunity(alice, amount=2, currency="USD", next_step="Visit")
    merge(me, "opportunity", keep, go, now=now, take={"amount": go.pk, "next_step": go.pk})
    keep.refresh_from_db()
    assert (keep.amount, keep.currency) == (2, "USD")
    assert (keep.next_step, keep.next_step_on) == ("Visit", go.next_step_on)


def test_product_lines_come_from_the_deal_whose_amount_was_taken(
    alice: Any, actor: Any, now: Any
) -> None:
    me, keep, go = actor(alice), make_opportunity(alice), make_opportunity(alice)
    for deal, name in ((keep, "Own"), (go, "Theirs")):
        OpportunityLine.objects.create(opportunity=deal, name=name, unit_price=5, total=5)
    before = everything(OpportunityLine)
    merged = merge(me, "opportunity", keep, go, now=now, take={"amount": go.pk})
    assert [one.name for one in OpportunityLine.objects.filter(opportunity=keep)] == ["Theirs"]
    assert undo(me, merged, now).left == []
    assert everything(OpportunityLine) == before
    merge(me, "opportunity", keep, go, now=now)
    assert [one.name for one in OpportunityLine.objects.filter(opportunity=keep)] == ["Own"]


def test_a_contact_keeps_all_numbers_once_and_the_chosen_leads(
    alice: Any, actor: Any, now: Any
) -> None:
    me = actor(alice)
    keep, go = make_contact(alice, phone="111 1111"), make_contact(alice, phone="222 2222")
    for place, (who, value) in enumerate(
        [(keep, "111 1111"), (keep, "333 3333"), (go, "222 2222"), (go, "333 3333")]
    ):
        ContactPoint.objects.create(
            contact=who, kind="phone", value=value, key=value, position=place % 2
        )
    ContactPoint.objects.filter(value="222 2222").update(key="+862222222")
    Consent.objects.create(
        contact=go, channel="mail", given=True, text_version="1", source="Fair", at=now
    )
    tables = (Contact, ContactPoint, Consent)
    before = everything(*tables)
    merged = merge(me, "contact", keep, go, now=now, take={"phone": go.pk})
    keep.refresh_from_db()
    numbers = [one.value for one in keep.points.all()]
    assert keep.phone == "222 2222"
    assert sorted(numbers) == ["111 1111", "222 2222", "333 3333"]
    assert keep.consents.count() == 1
    assert undo(me, merged, now).left == []
    assert everything(*tables) == before


def test_somebody_twice_on_a_deal_is_there_once(alice: Any, actor: Any, now: Any) -> None:
    me, deal, other = actor(alice), make_opportunity(alice), make_opportunity(alice)
    keep, go = make_contact(alice), make_contact(alice)
    OpportunityPerson.objects.create(opportunity=deal, contact=keep, role="user")
    OpportunityPerson.objects.create(opportunity=deal, contact=go, role="decider", note="Boss")
    OpportunityPerson.objects.create(opportunity=other, contact=go, role="decider")
    before = everything(OpportunityPerson)
    merged = merge(me, "contact", keep, go, now=now)
    rows = OpportunityPerson.objects.order_by("opportunity_id").values_list("contact_id", "role")
    assert list(rows) == [(keep.pk, "user"), (keep.pk, "decider")]
    assert undo(me, merged, now).left == []
    assert everything(OpportunityPerson) == before


def test_what_phases_hang_on_a_deal_goes_along(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_opportunity(alice), make_opportunity(alice, at="qualified")
    risk = make_risk(opportunity=go)
    main = make_forecast(opportunity=keep, is_main=True)
    second = make_forecast(opportunity=go, is_main=True)
    moves = everything(StageMove)
    merged = merge(me, "opportunity", keep, go, now=now)
    assert Risk.objects.get(pk=risk.pk).opportunity_id == keep.pk
    kept = ProfitForecast.objects.filter(opportunity=keep).values_list("pk", "is_main")
    assert dict(kept) == {main.pk: True, second.pk: False}
    keep.refresh_from_db()
    assert keep.stage.key == "new"
    assert everything(StageMove) == moves
    assert undo(me, merged, now).left == []
    second.refresh_from_db()
    assert (second.opportunity_id, second.is_main) == (go.pk, True)


def test_first_and_last_touch_are_those_of_all(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_opportunity(alice), make_opportunity(alice)
    early = Touch.objects.create(opportunity_id=go.pk, at=now.replace(year=2025))
    late = Touch.objects.create(opportunity_id=keep.pk, at=now)
    Opportunity.objects.filter(pk=go.pk).update(first_touch=early, last_touch=early)
    Opportunity.objects.filter(pk=keep.pk).update(first_touch=late, last_touch=late)
    merge(me, "opportunity", keep, go, now=now)
    keep.refresh_from_db()
    assert (keep.first_touch, keep.last_touch) == (early, late)


@pytest.mark.parametrize("shape", ["below", "above", "through another"])
def test_a_parent_never_becomes_a_circle(shape: str, alice: Any, actor: Any, now: Any) -> None:
    me, top = actor(alice), make_account(alice, name="Top")
    go = make_account(alice, name="Go", parent=top)
    between = make_account(alice, name="Between", parent=go)
    keep = make_account(alice, name="Keep")
    if shape == "below":
        Account.objects.filter(pk=keep.pk).update(parent=go)
    elif shape == "above":
        Account.objects.filter(pk=go.pk).update(parent=keep)
    else:
        Account.objects.filter(pk=keep.pk).update(parent=between)
    before = everything(Account)
    merged = merge(me, "account", keep, go, now=now)
    keep.refresh_from_db()
    between.refresh_from_db()
    assert between.parent_id == keep.pk
    assert keep.parent_id == (None if shape == "above" else top.pk)
    assert undo(me, merged, now).left == []
    assert everything(Account) == before


def test_undo_says_what_it_could_not_set_back(alice: Any, mei: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    keep, go = make_account(alice, city=""), make_account(alice, city="宁波", credit_code="X")
    deals = [make_opportunity(alice, account=go) for _number in range(3)]
    merged = merge(me, "account", keep, go, now=now)
    # since then: one deal went elsewhere, the city changed, the code came up again
    other = make_account(alice)
    edit_record(actor=me, record=deals[0], values={"account": other.pk}, now=now)
    edit_record(actor=actor(mei), record=keep, values={"city": "杭州"}, now=now)
    report = undo(me, merged, now)
    assert {(one["record_type"], one["field"]) for one in report.left} == {
        ("opportunity", "account"), ("account", "city"),
    }  # fmt: skip
    accounts = {one.pk: one.account_id for one in Opportunity.objects.all()}
    assert accounts == {deals[0].pk: other.pk, deals[1].pk: go.pk, deals[2].pk: go.pk}
    keep.refresh_from_db()
    assert (keep.city, keep.credit_code) == ("杭州", "")


def test_a_record_that_cannot_come_back_keeps_nothing(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice, credit_code="X")
    deal = make_opportunity(alice, account=go)
    merged = merge(me, "account", keep, go, now=now)
    edit_record(actor=me, record=keep, values={"credit_code": ""}, now=now)
    make_account(alice, credit_code="X")
    report = undo(me, merged, now)
    assert "Another record has one of these values by now." in {one["cause"] for one in report.left}
    deal.refresh_from_db()
    assert deal.account_id == keep.pk
    assert MergedRecord.objects.filter(record_id=go.pk).exists()


def test_an_undone_merge_is_not_done_again_by_undo(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    report = undo(me, merge(me, "account", keep, go, now=now), now)
    with pytest.raises(DomainError):
        undo_operation(actor=me, target=Operation.objects.get(pk=report.operation_id), now=now)
    assert Account.objects.alive().count() == 2


def test_history_of_the_merged_is_shown_on_the_survivor(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice, name="Keep"), make_account(alice, name="Go")
    edit_record(actor=me, record=go, values={"city": "宁波"}, now=now)
    third = make_account(alice, name="Third")
    merge(me, "account", go, third, now=now)
    merge(me, "account", keep, go, now=now)
    keep.refresh_from_db()
    told = [
        (line.of, part.label, part.after)
        for line in lines(describe("account"), me, keep, now)
        for part in line.parts
    ]
    assert ("", "Merged with", "Go") in told
    assert ("Go", "City", "宁波") in told
    assert ("Go", "Merged with", "Third") in told


def test_an_old_address_leads_to_the_survivor(
    alice: Any, charlie: Any, actor: Any, now: Any, sign_in: Any
) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    merged = merge(me, "account", keep, go, now=now)
    browser = sign_in(alice)
    answer = browser.get(f"/accounts/{go.pk}/?tab=x")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/{keep.pk}/?tab=x")
    assert browser.get(f"/accounts/{go.pk}/history/")["Location"].endswith(f"/{keep.pk}/history/")
    assert browser.post(f"/accounts/{go.pk}/delete/").status_code == 404
    # whoever may not know of the survivor learns nothing
    assert sign_in(charlie).get(f"/accounts/{go.pk}/").status_code == 404
    undo(me, merged, now)
    assert browser.get(f"/accounts/{go.pk}/").status_code == 200


def test_foreign_ids_find_the_survivor(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    keep = make_account(alice, external_system="old", external_id="1")
    go = make_account(alice, external_system="old", external_id="2")
    last = make_account(alice, external_system="new", external_id="9")
    merge(me, "account", go, last, now=now)
    merged = merge(me, "account", keep, go, now=now)
    rows = rows_of("account")
    assert rows.find_external("old", ["1", "2", "3"]) == {"1": [keep.pk], "2": [keep.pk]}
    assert rows.find_external("new", ["9"]) == {"9": [keep.pk]}
    undo(me, merged, now)
    assert rows.find_external("old", ["2"]) == {"2": [go.pk]}


def test_it_asks_for_edit_on_all_and_delete_on_those_that_go(
    alice: Any, bob: Any, charlie: Any, vera: Any, dana: Any, actor: Any, now: Any
) -> None:
    mine, theirs, far = make_account(alice), make_account(bob), make_account(charlie)
    with pytest.raises(NotFound):
        merge(actor(alice), "account", mine, far, now=now)
    with pytest.raises(NotFound):
        merge(actor(alice), "account", far, mine, now=now)
    with pytest.raises(Forbidden):
        merge(actor(vera), "account", mine, theirs, now=now)
    assert not MergeMove.objects.exists()
    assert not Change.objects.exists()
    merge(actor(dana), "account", mine, theirs, far, now=now)
    assert Account.objects.alive().count() == 1


def test_another_owner_is_a_choice_and_a_right(
    alice: Any, mei: Any, bob: Any, actor: Any, now: Any
) -> None:
    keep, go = make_account(alice), make_account(bob)
    merge(actor(mei), "account", keep, go, now=now, take={"owner": go.pk})
    keep.refresh_from_db()
    assert keep.owner_id == bob.pk


@pytest.mark.parametrize(
    "take", [{"name": 999_999}, {"nothing": 1}, {"updated_at": 1}, {"name": 0}]
)
def test_it_refuses_choices_that_are_none(
    take: dict[str, int], alice: Any, actor: Any, now: Any
) -> None:
    keep, go = make_account(alice), make_account(alice)
    with pytest.raises(Invalid):
        merge(actor(alice), "account", keep, go, now=now, take=take)
    assert Account.objects.alive().count() == 2


def test_it_refuses_what_changed_since_it_was_looked_at(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    seen = {keep.pk: 1, go.pk: 1}
    edit_record(actor=me, record=go, values={"city": "宁波"}, now=now)
    with pytest.raises(Conflict):
        merge(me, "account", keep, go, now=now, versions=seen)


def test_it_is_gone_when_somebody_deleted_it(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    delete_record(actor=me, record=go, now=now)
    with pytest.raises(NotFound):
        merge(me, "account", keep, go, now=now)


def test_links_of_others_go_along_and_come_back(
    alice: Any, charlie: Any, actor: Any, now: Any
) -> None:
    """A deal of somebody the actor may not see still leads to a customer that is there."""
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    deal = make_opportunity(charlie, account=go)
    merged = merge(me, "account", keep, go, now=now)
    deal.refresh_from_db()
    assert deal.account_id == keep.pk
    report = undo(me, merged, now)
    deal.refresh_from_db()
    assert (report.left, deal.account_id) == ([], go.pk)
