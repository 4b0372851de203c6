"""Settings: an administrator makes fields in the browser."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden, Invalid
from shangji.records.actions import edit_record
from shangji.records.custom import live
from shangji.records.custom.actions import (
    add_field,
    change_field,
    delete_field,
    publish_field,
)
from shangji.records.custom.catalogue import KINDS
from shangji.records.custom.forms import FieldForm
from shangji.records.custom.models import CustomField
from shangji.records.description import describe
from tests.custom.conftest import MakeField, options

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def keys() -> list[str]:
    return [one.key for one in describe("opportunity").fields if one.is_custom]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_makes_sets_publishes_and_withdraws_each_kind(
    kind: str, dana: User, alice: User, sign_in: SignIn, now: datetime
) -> None:
    make_opportunity(owner=alice, now=now)
    browser = sign_in(dana)
    new = reverse("records:custom_field_new") + "?of=opportunities"
    assert browser.get(new).status_code == 200
    assert browser.post(new, {"label_zh": "字段", "kind": kind}).status_code == 302
    row = CustomField.objects.get()
    assert (row.label_zh, row.label_en, row.state) == ("字段", "字段", "draft")
    page = reverse("records:custom_field", args=[row.pk])
    assert browser.get(page).status_code == 200
    sent = {
        "label_zh": "字段",
        "label_en": "Field",
        "limit": 50,
        "decimals": 1,
        "currency": "eur",
        "top": 4,
        "digits": 3,
        "target": "account",
        "version": row.version,
        **{f"option-{name}": ["", "", ""] for name in ("value", "zh", "place")},
        "option-en": ["Low", "", "High"],
        "option-tone": ["good", "plain", "bad"],
    }
    answer = browser.post(page, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert keys() == []
    browser.post(reverse("records:custom_field_act", args=[row.pk, "publish"]))
    assert keys() == [row.key]
    assert browser.get(reverse("records:list", args=["opportunities"])).status_code == 200
    assert browser.get(page).status_code == 200
    browser.post(reverse("records:custom_field_act", args=[row.pk, "withdraw"]))
    assert keys() == []


def test_it_keeps_values_through_rename_bin_and_back(
    make_field: MakeField,
    dana: User,
    alice: User,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
) -> None:
    row = make_field("text", "Old name")
    record = make_opportunity(owner=alice, now=now)
    edit_record(actor=actor(alice), record=record, values={row.key: "kept"}, now=now)
    browser = sign_in(dana)
    browser.post(reverse("records:custom_field_act", args=[row.pk, "delete"]))
    assert keys() == []
    shown = browser.get(reverse("records:custom_fields") + "?of=opportunities")
    assert "Old name" in shown.content.decode()
    browser.post(reverse("records:custom_field_act", args=[row.pk, "restore"]))
    assert keys() == [row.key]
    record.refresh_from_db()
    assert record.custom_values == {row.key: "kept"}


def test_undo_of_a_deletion_brings_the_field_back(
    make_field: MakeField, dana: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("text")
    delete_field(actor=actor(dana), field=row, now=now)
    assert keys() == []
    undo_operation(actor=actor(dana), target=Operation.objects.latest("pk"), now=now)
    assert keys() == [row.key]


def test_it_moves_fields(make_field: MakeField, dana: User, sign_in: SignIn, now: datetime) -> None:
    one, two = make_field("text"), make_field("date")
    sign_in(dana).post(reverse("records:custom_field_act", args=[two.pk, "up"]))
    assert keys() == [two.key, one.key]
    sign_in(dana).post(reverse("records:custom_field_act", args=[two.pk, "place"]), {"place": "9"})
    assert keys() == [one.key, two.key]


def test_it_copies_to_another_kind(make_field: MakeField, dana: User, sign_in: SignIn) -> None:
    row = make_field("choice", "Size", options=options("S", "L"))
    url = reverse("records:custom_field_act", args=[row.pk, "copy"])
    sign_in(dana).post(url, {"kind": "text"})
    copied = CustomField.objects.latest("pk")
    assert (copied.kind, copied.state, copied.label_en) == ("text", "draft", "Size copy")
    sign_in(dana).post(url, {"kind": "choice"})
    assert CustomField.objects.latest("pk").settings == row.settings
    number = make_field("whole", default="7")
    CustomField.objects.filter(pk=number.pk).update(is_unique=True)
    for kind, kept in (("percent", (False, "")), ("whole", (True, "7"))):
        url = reverse("records:custom_field_act", args=[number.pk, "copy"])
        sign_in(dana).post(url, {"kind": kind})
        copied = CustomField.objects.latest("pk")
        assert (copied.kind, copied.is_unique, copied.default) == (kind, *kept)


def test_a_retired_option_stays_where_it_is_chosen(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    chosen = options("Small", "Large")
    row = make_field("choice", "Size", options=chosen)
    record = make_opportunity(owner=alice, now=now)
    edit_record(actor=actor(alice), record=record, values={row.key: "large"}, now=now)
    page = reverse("records:custom_field", args=[row.pk])
    sent = {
        "label_en": "Size",
        "option-value": ["small", "large"],
        "option-zh": ["小", "大"],
        "option-en": ["Small", "Large"],
        "option-tone": ["plain", "plain"],
        "option-place": ["2", "1"],
        "option-retired": ["large"],
    }
    assert sign_in(dana).post(page, sent).status_code == 302
    browser = sign_in(alice)
    held = browser.get(reverse("records:field", args=["opportunities", record.pk, row.key]))
    assert "Large" in held.content.decode()
    other = make_opportunity(owner=alice, now=now)
    free = browser.get(reverse("records:field", args=["opportunities", other.pk, row.key]))
    assert "Large" not in free.content.decode() and "Small" in free.content.decode()


def test_a_broken_field_is_shown_as_broken_and_skipped(
    make_field: MakeField, dana: User, alice: User, sign_in: SignIn, now: datetime
) -> None:
    row = make_field("choice", "Size", options=options("S"))
    CustomField.objects.filter(pk=row.pk).update(settings={"version": 9})
    live.forget()
    assert keys() == []
    browser = sign_in(dana)
    listed = browser.get(reverse("records:custom_fields")).content.decode()
    assert "broken, left out" in listed
    assert browser.get(reverse("records:custom_field", args=[row.pk])).status_code == 200
    assert sign_in(alice).get(reverse("records:list", args=["opportunities"])).status_code == 200


def test_only_who_may_change_fields_does(
    alice: User, mei: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    for person in (alice, mei):
        with pytest.raises(Forbidden):
            add_field(
                actor=actor(person),
                record_type="opportunity",
                kind="text",
                values={"label_en": "X"},
                now=now,
            )
        assert sign_in(person).get(reverse("records:custom_fields")).status_code == 403


def test_a_choice_needs_an_option_before_it_is_published(
    make_field: MakeField, dana: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("choice", draft=True)
    with pytest.raises(Invalid):
        publish_field(actor=actor(dana), field=row, now=now)


def test_it_is_saved_again_and_again(make_field: MakeField, dana: User, sign_in: SignIn) -> None:
    browser, row = sign_in(dana), make_field("text", "Name")
    for name in ("First", "Second"):
        page = browser.get(reverse("records:custom_field", args=[row.pk])).content.decode()
        version = page.split('name="version" value="')[1].split('"')[0]
        sent = {"label_zh": "名", "label_en": name, "limit": "200", "version": version}
        to = reverse("records:custom_field", args=[row.pk])
        assert browser.post(to, sent).status_code == 302
        row.refresh_from_db()
        assert (row.label_en, row.settings["limit"]) == (name, 200)


def test_a_person_or_team_begins_with_one_that_is_the_same_for_everybody(
    make_field: MakeField, dana: User, alice: User, now: datetime
) -> None:
    row, me = make_field("person", "Helper"), Actor(dana, "page")
    for word in ("me", "Nobody Here"):
        with pytest.raises(Invalid):
            change_field(actor=me, field=row, values={"default": word}, now=now)
    change_field(actor=me, field=row, values={"default": alice.email}, now=now)
    assert describe("opportunity").field(row.key, me).default == alice.pk
    assert "default" not in FieldForm(KINDS["link"], make_field("link", "Leads to")).fields
