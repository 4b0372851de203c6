"""Search finds records by the text fields that a workspace added, where the role may see them."""

from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.activities.actions import log_activity
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.scope import Scope
from shangji.foundation.search.queries import search
from shangji.records.actions import edit_record

pytestmark = pytest.mark.django_db


def test_it_finds_the_text_of_an_added_field(
    make_field: Any, alice: Any, actor: Any, now: Any
) -> None:
    field, record = make_field("text", "Machine", of="account"), make_account(alice)
    edit_record(actor=actor(alice), record=record, values={field.key: "DMG Mori 850"}, now=now)
    assert [hit.record_id for hit in search(actor(alice), "mori")] == [record.pk]
    edit_record(actor=actor(alice), record=record, values={field.key: ""}, now=now)
    assert search(actor(alice), "mori") == []
    edit_record(actor=actor(alice), record=record, values={field.key: "Mori"}, now=now)
    hiding = Role(
        key="x", name="X", description="",
        default=Grant(read=Scope.OWN, hidden=frozenset({field.key})),
    )  # fmt: skip
    row = CustomRole.objects.create(
        name="X", definition=role_to_json(hiding), created_at=now, updated_at=now
    )
    alice.role = f"custom:{row.pk}"
    alice.save()
    assert search(actor(alice), "mori") == []


def test_it_finds_what_stands_in_descriptions_and_notes(alice: Any, actor: Any, now: Any) -> None:
    made = [make_account(alice), make_contact(alice), make_opportunity(alice)]
    for record in made:
        text = "Hangar 7, second floor"
        edit_record(actor=actor(alice), record=record, values={"description": text}, now=now)
    about, text = make_opportunity(alice), "Visit\nThey build a hangar"
    note = log_activity(actor=actor(alice), kind="note", text=text, about=about, now=now)
    found = {(hit.record_type, hit.record_id) for hit in search(actor(alice), "hangar")}
    assert found == {(one.record_type, one.pk) for one in (*made, note)}
