"""People with roles and competitors go back as they stood."""

from typing import Any

import pytest

from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.actions import remove_person, set_competitors, set_person
from shangji.core.opportunities.actions.parts import told_competitors, told_person
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.queries import last_undoable

pytestmark = pytest.mark.django_db


def people(record: Opportunity) -> list[Any]:
    return [told_person(one)[1:] for one in record.people.order_by("id")]  # type: ignore[index]


def test_it_takes_people_back(alice: Any, actor: Any, now: Any) -> None:
    me, record = actor(alice), make_opportunity(alice)
    given = {"actor": me, "opportunity": record, "contact_id": make_contact(alice).pk, "now": now}
    set_person(**given, role="user", note="asks for a trial")
    set_person(**given, role="buyer")
    assert undo_operation(actor=me, target=last_undoable(me), now=now).left == []
    assert people(record) == [["user", "unknown", "asks for a trial"]]
    remove_person(**given)
    assert undo_operation(actor=me, target=last_undoable(me), now=now).left == []
    assert people(record) == [["user", "unknown", "asks for a trial"]]


def test_it_takes_competitors_back_unless_somebody_named_others(
    alice: Any, actor: Any, now: Any
) -> None:
    me, record = actor(alice), make_opportunity(alice)
    given = {"actor": me, "opportunity": record, "now": now}
    set_competitors(**given, names=["Initech", "Hooli"])
    set_competitors(**given, names=["Hooli"])
    second = last_undoable(me)
    assert undo_operation(actor=me, target=second, now=now).left == []
    assert told_competitors(record) == ["Initech", "Hooli"]
    set_competitors(**given, names=["Hooli"])
    second = last_undoable(me)
    set_competitors(**given, names=["Vandelay"])
    report = undo_operation(actor=me, target=second, now=now)
    assert [one["field"] for one in report.left] == ["competitors"]
    assert told_competitors(record) == ["Vandelay"]
