"""A deleted field keeps its values for 30 days, then both go, in chunks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import system_actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict
from shangji.records.actions import delete_record
from shangji.records.custom import purging
from shangji.records.custom.actions import delete_field, restore_field
from shangji.records.custom.models import CustomField
from tests.custom.conftest import MakeField


def test_it_takes_the_values_of_old_deletions_and_no_others(
    make_field: MakeField,
    alice: User,
    dana: User,
    actor: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purging, "CHUNK", 2)
    old, fresh, kept = (make_field("number", name) for name in ("Old", "Fresh", "Kept"))
    rows = [make_opportunity(owner=alice, now=now) for _n in range(5)]
    values = {old.key: 1.5, fresh.key: 2, kept.key: 3.25}
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(custom_values=values)
    bare = make_opportunity(owner=alice, now=now)
    delete_record(actor=actor(alice), record=rows[0], now=now)
    delete_field(actor=actor(dana), field=old, now=now)
    delete_field(actor=actor(dana), field=fresh, now=now + timedelta(days=20))
    later = now + timedelta(days=31)
    assert purging.purge_fields(actor=system_actor(), now=now + timedelta(days=29)) == {}
    restore_field(actor=actor(dana), field=old, now=now)
    delete_field(actor=actor(dana), field=old, now=now)
    assert purging.purge_fields(actor=system_actor(), now=later) == {old.key: 5}
    for row in rows:
        row.refresh_from_db()
        assert row.custom_values == {fresh.key: 2, kept.key: 3.25}
    bare.refresh_from_db()
    assert bare.custom_values == {} and not CustomField.objects.filter(pk=old.pk).exists()
    purge = Operation.objects.get(action="field.purge")
    assert purge.reason == f"Old ({old.key})"
    assert purge.changes.get().fields == {"values": [5, None]}
    assert purging.purge_fields(actor=system_actor(), now=later) == {}


def test_a_purge_that_began_is_ended_and_not_turned_back(
    make_field: MakeField, alice: User, dana: User, actor: Any, now: datetime
) -> None:
    field = make_field("text", "Old")
    row = make_opportunity(owner=alice, now=now)
    type(row).objects.filter(pk=row.pk).update(custom_values={field.key: "x"})
    delete_field(actor=actor(dana), field=field, now=now)
    CustomField.objects.update(state=CustomField.PURGING)
    with pytest.raises(Conflict):
        restore_field(actor=actor(dana), field=field, now=now)
    assert purging.purge_fields(actor=system_actor(), now=now) == {field.key: 1}
