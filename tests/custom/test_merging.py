"""Merging carries what added links and stored filters say of a record; undo sets all of it back."""

from datetime import datetime
from typing import Any

from django.db import connection

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.models import User
from shangji.records.actions import delete_record, edit_record
from shangji.records.conditions import Condition
from shangji.records.custom import indexes
from shangji.records.custom.actions import change_field, withdraw_field
from shangji.records.description import describe
from shangji.records.listing.query import ListQuery
from shangji.records.merging.actions import Merged, merge_records
from shangji.records.models import SavedView
from tests.custom.conftest import MakeField


def merge(me: Actor, kind: str, first: Any, *others: Any, now: datetime) -> Merged:
    ids = [one.pk for one in others]
    return merge_records(actor=me, record_type=kind, survivor_id=first.pk, other_ids=ids, now=now)


def undo(me: Actor, merged: Merged, now: datetime) -> Any:
    target = Operation.objects.get(pk=merged.operation_id)
    return undo_operation(actor=me, target=target, now=now)


def view_of(owner: User, now: datetime, *where: Any, **more: Any) -> SavedView:
    definition = {
        "version": 2,
        "where": list(where),
        "sort": "",
        "group": "",
        "columns": [],
        **more,
    }
    return SavedView.objects.create(
        of_type="opportunity", name="V", owner=owner, definition=definition,
        created_at=now, updated_at=now,
    )  # fmt: skip


def test_added_links_go_along_and_come_back(
    make_field: MakeField, alice: User, dana: User, actor: Any, now: datetime
) -> None:
    live, draft = (make_field("link", name, target="account") for name in ("Planner", "Payer"))
    keep, go, other = (make_account(alice) for _n in range(3))
    one, binned, else_ = (make_opportunity(owner=alice, now=now) for _n in range(3))
    me = actor(dana)
    for record, account in ((one, go), (binned, go), (else_, other)):
        values = {live.key: account.pk, draft.key: account.pk}
        edit_record(actor=me, record=record, values=values, now=now)
    withdraw_field(actor=me, field=draft, now=now)
    delete_record(actor=me, record=binned, now=now)
    merged = merge(me, "account", keep, go, now=now)
    for record, account in ((one, keep), (binned, keep), (else_, other)):
        record.refresh_from_db()
        assert record.custom_values == {live.key: account.pk, draft.key: account.pk}
    wanted = Condition(live.key, "is", str(keep.pk))
    assert ListQuery(describe("opportunity"), me, [wanted], "name").ids(0, 9) == [one.pk]
    change = Change.objects.filter(record_type="opportunity", record_id=one.pk).latest("pk")
    assert change.fields in ({live.key: [go.pk, keep.pk]}, {draft.key: [go.pk, keep.pk]})
    assert merged.carried["opportunities.opportunity"] == 4
    edit_record(actor=me, record=else_, values={live.key: keep.pk}, now=now)
    assert undo(me, merged, now).left == []
    for record, account in ((one, go), (binned, go), (else_, keep)):
        record.refresh_from_db()
        assert record.custom_values[live.key] == account.pk
    assert binned.deleted_at is not None and binned.custom_values[draft.key] == go.pk


def test_it_does_not_lead_to_itself_and_finds_rows_by_the_index(
    make_field: MakeField, alice: User, dana: User, actor: Any, now: datetime
) -> None:
    row = make_field("link", "Sister", of="account", target="account")
    keep, go, third = (make_account(alice) for _n in range(3))
    me = actor(dana)
    edit_record(actor=me, record=keep, values={row.key: go.pk}, now=now)
    edit_record(actor=me, record=third, values={row.key: go.pk}, now=now)
    merged = merge(me, "account", keep, go, now=now)
    keep.refresh_from_db(), third.refresh_from_db()
    assert (keep.custom_values, third.custom_values) == ({}, {row.key: keep.pk})
    undo(me, merged, now)
    keep.refresh_from_db(), third.refresh_from_db()
    assert (keep.custom_values, third.custom_values) == ({row.key: go.pk}, {row.key: go.pk})
    assert [one.name.rpartition("_")[2] for one in indexes.wanted_of(row)][-1] == "bin"
    connection.check_constraints()
    assert indexes.tend()["failed"] == 0


def test_views_and_conditions_name_the_one_that_stays(
    make_field: MakeField, alice: User, bob: User, dana: User, actor: Any, now: datetime
) -> None:
    keep, go = make_account(alice, name="Keep"), make_account(alice, name="Gone")
    by_id, by_name, behind, kept = (
        {"field": field, "op": "is", "value": value}
        for field, value in (
            ("account", str(go.pk)), ("account", "gone"), ("account.parent", str(go.pk)),
            ("amount", str(go.pk)),
        )
    )  # fmt: skip
    nested = {"any": [by_id, {"not": behind}]}
    view = view_of(bob, now, nested, by_name, kept)
    old = view_of(bob, now)
    old.definition = {
        "version": 1, "conditions": [f"account.not.{go.pk}", "name.has.a.b"],
        "sort": "", "group": "", "columns": [],
    }  # fmt: skip
    old.save()
    quiet = view_of(bob, now, kept)
    row = make_field("text", "Clause")
    me = actor(dana)
    rules = {"version": 1, "shown": by_id, "needed": None}
    row = change_field(actor=me, field=row, values={"rules": rules}, now=now)
    was = {one.pk: one.definition for one in (view, old, quiet)}
    merged = merge(me, "account", keep, go, now=now)
    for one in (view, old, quiet, row):
        one.refresh_from_db()
    here = {"field": "account", "op": "is", "value": str(keep.pk)}
    there = {**here, "field": "account.parent"}
    assert view.definition["where"] == [{"any": [here, {"not": there}]}, here, kept]
    assert old.definition["conditions"] == [f"account.not.{keep.pk}", "name.has.a.b"]
    assert (quiet.definition, quiet.version) == (was[quiet.pk], 1)
    assert row.rules["shown"] == here
    assert undo(me, merged, now).left == []
    for one in (view, old, quiet):
        one.refresh_from_db()
        assert one.definition == was[one.pk]
    row.refresh_from_db()
    assert row.rules["shown"] == by_id
