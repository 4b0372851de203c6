"""Fields that are unique together: every door refuses in words, the database holds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict, Invalid
from shangji.records.actions import create_record, delete_record, edit_record, restore_record
from shangji.records.actions.bulk import bulk_edit, bulk_restore
from shangji.records.actions.records import unique_values
from shangji.records.custom import live
from shangji.records.custom.actions import withdraw_field
from shangji.records.custom.indexes import existing, is_behind, tend
from shangji.records.custom.models import UniqueTogether
from shangji.records.custom.together import add_together, drop_together
from shangji.records.merging.actions import merge_records
from tests.custom.conftest import MakeField
from tests.imports.conftest import bring

__all__ = ["bring"]

SignIn = Callable[[User], Client]


@pytest.fixture
def rule(make_field: MakeField, dana: User, actor: Any, now: datetime) -> UniqueTogether:
    """Customer and contract number of opportunities; its index is there."""
    key = make_field("text", "Contract no.").key
    row = add_together(actor=actor(dana), record_type="opportunity", keys=["account", key], now=now)
    assert is_behind()
    connection.check_constraints()
    tend()
    row.refresh_from_db()
    assert row.index_state == "ready" and not is_behind()
    return row


def test_every_way_to_write_is_refused_in_words(
    rule: UniqueTogether, alice: User, charlie: User, dana: User, actor: Any, now: datetime
) -> None:
    _account, key = rule.keys
    haina, other = make_account(alice, name="Haina"), make_account(alice)
    first, second = (make_opportunity(owner=alice, now=now, name=n) for n in ("First", "Second"))
    me, admin = actor(alice), actor(dana)
    same = {"account": haina.pk, key: "A-1"}
    edit_record(actor=me, record=first, values=same, now=now)
    edit_record(actor=me, record=second, values={"account": haina.pk}, now=now)  # one is empty
    with pytest.raises(Invalid) as refusal:
        edit_record(actor=me, record=second, values={key: "A-1"}, now=now)
    assert refusal.value.errors == {key: ["“First” has the same Customer + Contract no. already."]}
    with pytest.raises(Invalid, match=r"Customer . Contract no"):
        create_record(actor=me, record_type="opportunity", values={"name": "N", **same}, now=now)
    hidden = make_opportunity(owner=charlie, now=now)
    masked = {"account": other.pk, key: "C-1"}
    edit_record(actor=admin, record=hidden, values=masked, now=now)
    with pytest.raises(Invalid, match="A record that is not yours to see has the same"):
        edit_record(actor=me, record=second, values=masked, now=now)
    result = bulk_edit(
        actor=me, record_type="opportunity", values=same, ids=[second.pk, first.pk], now=now
    )
    assert (result.done, result.unchanged, [pk for pk, _why in result.refused]) == (
        0, 1, [second.pk],
    )  # fmt: skip
    told = r"Customer . Contract no"  # two at once: what one asked before the other wrote
    with pytest.raises(Conflict, match=told), unique_values(), transaction.atomic():
        Opportunity.objects.filter(pk=second.pk).update(custom_values={key: "A-1"})
    delete_record(actor=me, record=first, now=now)
    edit_record(actor=me, record=second, values={key: "A-1"}, now=now)  # free while in the bin
    with pytest.raises(Conflict, match="Contract no"):
        restore_record(actor=me, record=first, now=now)
    back = bulk_restore(actor=me, record_type="opportunity", ids=[first.pk], now=now)
    assert back.done == 0 and "Contract no" in back.refused[0][1]


def test_merge_and_its_undo_leave_what_would_stand_twice(
    rule: UniqueTogether, alice: User, dana: User, actor: Any, now: datetime
) -> None:
    _account, key = rule.keys
    keep, go = make_account(alice), make_account(alice)
    first, second = (make_opportunity(owner=alice, now=now) for _n in range(2))
    me = actor(dana)
    edit_record(actor=me, record=first, values={"account": keep.pk, key: "1"}, now=now)
    edit_record(actor=me, record=second, values={"account": go.pk, key: "1"}, now=now)
    merged = merge_records(
        actor=me, record_type="account", survivor_id=keep.pk, other_ids=[go.pk], now=now
    )
    second.refresh_from_db()
    assert second.account_id == go.pk  # it would be the same as the first
    target = Operation.objects.get(pk=merged.operation_id)
    assert undo_operation(actor=me, target=target, now=now).left == []


def test_an_import_tells_it_row_by_row(
    rule: UniqueTogether, bring: Any, alice: User, dana: User, actor: Any, now: datetime
) -> None:
    _account, key = rule.keys
    haina = make_account(alice, name="Haina")
    make_opportunity(owner=alice, now=now, name="First", account=haina)
    Opportunity.objects.update(custom_values={key: "A-1"})
    told = {
        "type": "opportunity",
        "match": ["name"],
        "columns": [{"header": one, "field": one} for one in ("name", "account", key)],
    }
    text = f"name,account,{key}\nX,Haina,A-1\nY,Haina,A-2\nZ,Haina,A-2\n"
    run = bring(text, told, actor(dana))
    assert (run.created, run.failed) == (1, 2)
    causes = [text for failure in run.failures.all() for _header, text in failure.causes]
    assert causes[0] == "“First” has the same Customer + Contract no. already."
    assert "same Customer + Contract no." in causes[1]


def test_an_administrator_makes_it_on_the_page(
    make_field: MakeField, dana: User, alice: User, actor: Any, sign_in: SignIn, now: datetime
) -> None:
    field = make_field("text", "Contract no.")
    rows = [make_opportunity(owner=alice, now=now, name=name) for name in ("One", "Two")]
    Opportunity.objects.update(custom_values={field.key: "A-1"}, currency="CNY")
    browser, page = sign_in(dana), reverse("records:custom_fields") + "?of=opportunities"
    url = reverse("records:together") + "?of=opportunities"
    answer = browser.post(url, {"key": ["owner", field.key, ""]})
    assert answer.status_code == 400 and "“One” = “Two”" in answer.content.decode()
    assert browser.post(url, {"key": ["owner"]}).status_code == 400
    assert browser.post(url, {"key": ["owner", "description"]}).status_code == 400
    edit_record(actor=actor(alice), record=rows[1], values={field.key: "A-2"}, now=now)
    assert browser.post(url, {"key": ["owner", field.key, ""]}).status_code == 302
    row = UniqueTogether.objects.get()
    assert row.keys == ["owner", field.key]
    connection.check_constraints()
    tend()
    assert "Owner + Contract no." in browser.get(page).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=rows[1].pk).update(custom_values={field.key: "A-1"})
    withdraw_field(actor=actor(dana), field=field, now=now)
    tend()
    assert existing() == set() and "a field is gone" in browser.get(page).content.decode()
    drop_together(actor=actor(dana), row=row, now=now)
    assert live.together_of("opportunity") == ()
