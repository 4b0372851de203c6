"""The ledger: changes, clashes, undo."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import shangji
from shangji.core.accounts.models import Account
from shangji.core.contacts.actions import record_consent, set_points
from shangji.core.contacts.factories import make_contact
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.words import _NOTES
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict, DomainError, Forbidden, NotFound
from shangji.records.actions import create_record, delete_record, edit_record, restore_record
from shangji.records.description import describe
from shangji.records.history import lines

AsActor = Callable[[User], Actor]


@pytest.fixture
def account(alice: User, actor: AsActor, now: datetime) -> Account:
    made = create_record(
        actor=actor(alice), record_type="account", values={"name": "华辰精密"}, now=now
    )
    assert isinstance(made, Account)
    return made


def last_operation() -> Operation:
    found = Operation.objects.order_by("-id").first()
    assert found is not None
    return found


def test_it_writes_who_did_what(account: Account, alice: User) -> None:
    change = Change.objects.get(record_type="account", record_id=account.pk)
    assert change.kind == Change.CREATED
    assert change.fields["name"] == [None, "华辰精密"]
    assert change.operation.actor_id == alice.pk
    assert change.operation.action == "account.create"


def test_it_logs_only_what_changed(
    account: Account, alice: User, actor: AsActor, now: datetime
) -> None:
    edit_record(
        actor=actor(alice), record=account, values={"name": "华辰精密", "city": "宁波"}, now=now
    )
    assert last_operation().changes.get().fields == {"city": ["", "宁波"]}


def test_different_fields_merge(
    account: Account, alice: User, mei: User, actor: AsActor, now: datetime
) -> None:
    edit_record(actor=actor(alice), record=account, values={"city": "宁波"}, version=1, now=now)
    edit_record(actor=actor(mei), record=account, values={"phone": "0574"}, version=1, now=now)
    account.refresh_from_db()
    assert (account.city, account.phone) == ("宁波", "0574")


def test_the_same_field_answers_both_values(
    account: Account, alice: User, mei: User, actor: AsActor, now: datetime
) -> None:
    edit_record(actor=actor(alice), record=account, values={"city": "宁波"}, version=1, now=now)
    with pytest.raises(Conflict) as clash:
        edit_record(actor=actor(mei), record=account, values={"city": "杭州"}, version=1, now=now)
    assert clash.value.fields == {"city": ("杭州", "宁波")}


def test_undo_sets_fields_back(
    account: Account, alice: User, actor: AsActor, now: datetime
) -> None:
    edit_record(actor=actor(alice), record=account, values={"city": "宁波"}, now=now)
    report = undo_operation(actor=actor(alice), target=last_operation(), now=now)
    account.refresh_from_db()
    assert account.city == ""
    assert (report.restored, report.left) == (1, [])


def test_undo_leaves_what_somebody_changed_since(
    account: Account, alice: User, mei: User, actor: AsActor, now: datetime
) -> None:
    edit_record(
        actor=actor(alice), record=account, values={"city": "宁波", "phone": "0574"}, now=now
    )
    target = last_operation()
    edit_record(actor=actor(mei), record=account, values={"city": "杭州"}, now=now)
    report = undo_operation(actor=actor(alice), target=target, now=now)
    account.refresh_from_db()
    assert (account.city, account.phone) == ("杭州", "")
    assert [left["field"] for left in report.left] == ["city"]


def test_undo_of_a_creation_moves_it_to_the_bin(
    account: Account, alice: User, actor: AsActor, now: datetime
) -> None:
    undo_operation(actor=actor(alice), target=last_operation(), now=now)
    account.refresh_from_db()
    assert account.deleted_at == now


def test_undo_of_a_deletion_brings_it_back(
    account: Account, alice: User, actor: AsActor, now: datetime
) -> None:
    delete_record(actor=actor(alice), record=account, now=now)
    undo_operation(actor=actor(alice), target=last_operation(), now=now)
    assert Account.objects.alive().filter(pk=account.pk).exists()


def test_it_is_undone_once(account: Account, alice: User, actor: AsActor, now: datetime) -> None:
    target = last_operation()
    undo_operation(actor=actor(alice), target=target, now=now)
    with pytest.raises(DomainError):
        undo_operation(actor=actor(alice), target=target, now=now)


def test_undo_belongs_to_who_did_it(
    account: Account, bob: User, dana: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        undo_operation(actor=actor(bob), target=last_operation(), now=now)
    undo_operation(actor=actor(dana), target=last_operation(), now=now)


def test_a_foreign_record_is_not_there(
    account: Account, charlie: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(NotFound):
        edit_record(actor=actor(charlie), record=account, values={"city": "宁波"}, now=now)
    assert Operation.objects.count() == 1


def test_a_reader_may_not_change(
    account: Account, vera: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        edit_record(actor=actor(vera), record=account, values={"city": "宁波"}, now=now)


def test_restore_needs_the_bin(
    account: Account, alice: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(NotFound):
        restore_record(actor=actor(alice), record=account, now=now)


def test_it_has_words_for_all_that_is_noted() -> None:
    code = "".join(path.read_text() for path in Path(shangji.__file__).parent.rglob("*.py"))
    used = set(re.findall(r'\.note\(\s*[\w.]+,\s*"([a-z_]+)"', code))
    assert len(used) > 8
    assert used <= {name for _type, name in _NOTES}


def test_what_is_noted_reads_in_words_and_hides_with_its_field(
    alice: User, actor: AsActor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, mine = make_contact(alice), actor(alice)
    set_points(actor=mine, contact=contact, kind="phone", values=[("0574-1", "")], now=now)
    consent: Any = {"channel": "mail", "given": False, "text_version": "1", "source": "call"}
    record_consent(actor=mine, contact=contact, now=now, **consent)

    def told() -> list[tuple[str, str]]:
        found = lines(describe("contact"), mine, contact, now)
        return [(part.label, part.after) for line in found for part in line.parts]

    assert ("Consent: Mail", "withdrawn") in told()
    assert ("Phone numbers", "0574-1") in told()
    monkeypatch.setattr(mine, "hidden_fields", lambda _type: frozenset({"phone"}))
    assert not any("0574-1" in after for _label, after in told())
