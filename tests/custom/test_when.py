"""Fields that are shown or needed only when conditions hold, per stage too."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangji.core.opportunities.actions import move_to_stage
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.errors import Invalid
from shangji.records.actions import create_record, edit_record
from shangji.records.custom.actions import change_field
from shangji.records.custom.models import CustomField
from tests.custom.conftest import MakeField

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def rule(field: str, op: str, value: str = "") -> dict[str, Any]:
    return {"all": [{"field": field, "op": op, "value": value}]}


def rules(**trees: Any) -> dict[str, Any]:
    return {"rules": {"version": 1, "shown": None, "needed": None, **trees}}


def test_it_is_needed_when_the_condition_holds(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("text", "Approval no.")
    given = rules(needed=rule("amount", "gte", "500000"))
    change_field(actor=actor(dana), field=row, values=given, now=now)
    me = actor(alice)
    record = make_opportunity(owner=alice, amount=Decimal(10), now=now)
    with pytest.raises(Invalid) as refusal:
        edit_record(actor=me, record=record, values={"amount": Decimal(600000)}, now=now)
    assert set(refusal.value.errors) == {row.key}
    both = {"amount": Decimal(600000), row.key: "A-7"}
    edit_record(actor=me, record=record, values=both, now=now)
    with pytest.raises(Invalid):
        edit_record(actor=me, record=record, values={row.key: ""}, now=now)
    edit_record(actor=me, record=record, values={"next_step": "Call"}, now=now)
    with pytest.raises(Invalid):
        create_record(
            actor=me,
            record_type="opportunity",
            values={"name": "A", "amount": Decimal(500000)},
            now=now,
        )


def test_a_stage_asks_for_it_before_a_move(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    row = make_field("date", "Site visit")
    there = stage("qualified")
    given = rules(needed=rule("stage", "in", there.name_zh))
    change_field(actor=actor(dana), field=row, values=given, now=now)
    row.refresh_from_db()
    assert row.rules["needed"]["all"][0]["value"] == str(there.pk)
    record = make_opportunity(owner=alice, at="assessing", now=now)
    with pytest.raises(Invalid, match="Site visit"):
        move_to_stage(actor=actor(alice), opportunity=record, stage=there, now=now)
    url = reverse("records:edit", args=["opportunities", record.pk]) + f"?fields={row.key}"
    sign_in(alice).post(url, {row.key: "2026-12-01", "version": record.version})
    record.refresh_from_db()
    moved = move_to_stage(actor=actor(alice), opportunity=record, stage=there, now=now)
    assert moved.stage_id == there.pk


def test_it_is_shown_when_the_condition_holds(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    row = make_field("text", "Renewal of", is_required=True)
    given = rules(shown=rule("kind", "is", "Renewal"))
    change_field(actor=actor(dana), field=row, values=given, now=now)
    row.refresh_from_db()
    assert row.rules["shown"]["all"][0]["value"] == "renewal"
    browser = sign_in(alice)
    record = make_opportunity(owner=alice, now=now)
    page = reverse("records:page", args=["opportunities", record.pk])
    edit = reverse("records:edit", args=["opportunities", record.pk])
    assert "Renewal of" not in browser.get(page).content.decode()
    # at hand for when it shows, and not sent until then
    hidden = f'<fieldset class="live" data-live="{row.key}" hidden disabled>'
    assert hidden in browser.get(edit).content.decode()
    with pytest.raises(Invalid):
        edit_record(actor=actor(alice), record=record, values={"kind": "renewal"}, now=now)
    values = {"kind": "renewal", row.key: "A"}
    edit_record(actor=actor(alice), record=record, values=values, now=now)
    assert "Renewal of" in browser.get(page).content.decode()
    assert hidden.replace(" hidden disabled", "") in browser.get(edit).content.decode()


def test_a_form_asks_which_fields_show_while_somebody_types(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    flag = make_field("boolean", "Tender").key
    lot, board = make_field("text", "Lot"), make_field("text", "Board")
    given = rules(shown=rule(flag, "is", "1"))
    change_field(actor=actor(dana), field=lot, values=given, now=now)
    given = rules(needed=rule("amount", "gte", "500000"))
    change_field(actor=actor(dana), field=board, values=given, now=now)
    browser, record = sign_in(alice), make_opportunity(owner=alice, now=now)
    live = reverse("records:live", args=["opportunities"])
    new = browser.get(reverse("records:new", args=["opportunities"]) + "?all=1").content.decode()
    assert f'data-url="{live}" data-names="amount,{flag}"' in new

    def asked(**sent: str) -> tuple[list[str], list[str]]:
        told = browser.get(live, {**sent}).json()
        return told["shown"], told["needed"]

    assert asked(**{flag: ""}) == ([board.key], [])
    assert asked(**{flag: "on", "amount": "50万"}) == (sorted([board.key, lot.key]), [board.key])
    edit_record(actor=actor(alice), record=record, values={flag: True, lot.key: "7"}, now=now)
    pk = str(record.pk)
    assert lot.key in asked(record=pk)[0] and lot.key not in asked(record=pk, **{flag: ""})[0]
    form = reverse("records:edit", args=["opportunities", record.pk])
    record.refresh_from_db()
    sent = {flag: "", lot.key: "8", "version": record.version}
    url = f"{form}?fields={flag},{lot.key}"
    assert browser.post(url, sent).status_code == 302
    record.refresh_from_db()
    assert record.custom_values == {lot.key: "7"}  # what does not show is not taken


def test_an_administrator_sets_conditions_on_the_page(
    make_field: MakeField, dana: User, sign_in: SignIn
) -> None:
    row = make_field("text", "Approval no.")
    page = reverse("records:custom_field", args=[row.pk])
    sent = {
        "label_en": "Approval no.",
        "limit": 50,
        "needed-field": ["amount", ""],
        "needed-op": ["gte", "is"],
        "needed-value-0": "10000",
    }
    browser = sign_in(dana)
    assert browser.post(page, sent).status_code == 302
    row.refresh_from_db()
    assert row.rules == {"version": 1, "shown": None, "needed": rule("amount", "gte", "10000")}
    assert 'value="10000"' in browser.get(page).content.decode()
    # a field that is chosen brings the comparisons and values that fit it
    rows = {"rule": "needed", "needed-field": ["amount", "kind"], "needed-op": ["gte", "is"]}
    chosen = browser.get(page, rows)
    assert 'name="needed-value-1" value="renewal"' in chosen.content.decode()
    wrong = browser.post(page, {**sent, "needed-op": ["starts", "is"]})
    assert wrong.status_code == 400
    assert browser.post(page, {**sent, "needed-field": [row.key, ""]}).status_code == 400


def test_a_list_with_added_fields_asks_no_more(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    make_opportunity(owner=alice, now=now)
    url = reverse("records:list", args=["opportunities"]) + "?view=all&columns=name"
    browser = sign_in(alice)
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as before:
        browser.get(url)
    keys = [make_field(kind).key for kind in ("text", "number", "date", "boolean")]
    browser.get(url)
    more = f"{url},{','.join(keys)}"
    browser.get(more)
    with CaptureQueriesContext(connection) as after:
        browser.get(more)
    assert len(after) <= len(before) + 1  # the sum of the number
    assert CustomField.objects.count() == 4
