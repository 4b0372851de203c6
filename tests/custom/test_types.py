"""Every type whose fields can be added to makes, keeps and shows them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.actions import create_record, edit_record
from shangji.records.custom.live import takes_fields
from shangji.records.description import base_types
from tests.custom.conftest import MakeField

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]

#: what a new record needs beside its title
MADE: dict[str, dict[str, Any]] = {
    "account": {"name": "A"},
    "contact": {"name": "A"},
    "opportunity": {"name": "A"},
    "activity": {"subject": "A", "kind": "note"},
    "product": {"name": "A"},
    "skill": {"name": "A"},
    "market": {"name": "A", "currency": "CNY"},
    "competitor": {"name": "A"},
    "rival_criterion": {"name": "A"},
    "specialist": {"name": "A", "currency": "CNY", "hours_per_week": Decimal(40)},
}


def test_it_knows_the_types_that_take_fields() -> None:
    known = {one.type for one in base_types() if takes_fields(one)}
    assert set(MADE) <= known
    closed = {one.type for one in base_types() if not takes_fields(one)}
    assert closed <= {"assessment", "booking", "decision", "profit_forecast"}


@pytest.mark.parametrize("kind", sorted(MADE))
def test_it_makes_and_changes_a_record_with_a_field_of_ones_own(
    kind: str,
    make_field: MakeField,
    dana: User,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
) -> None:
    key = make_field("text", "Own", of=kind).key
    me = actor(dana)
    made: Any = create_record(
        actor=me, record_type=kind, values={**MADE[kind], key: "first"}, now=now
    )
    made.refresh_from_db()
    assert made.custom_values == {key: "first"}
    changed: Any = edit_record(actor=me, record=made, values={key: "second"}, now=now)
    changed.refresh_from_db()
    assert changed.custom_values == {key: "second"}
    slug = next(one.slug for one in base_types() if one.type == kind)
    url = reverse("records:list", args=[slug])
    title = next(one.title for one in base_types() if one.type == kind)
    page = sign_in(dana).get(f"{url}?view=all&columns={title},{key}")
    assert "second" in page.content.decode()
