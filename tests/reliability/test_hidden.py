"""A field that a role may not know of, through every door (ACC-6, ACC-7), and what a share carries
(ACC-12)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.models import CustomRole
from shangji.foundation.people.models import User
from shangji.records.models import SavedView
from tests.api.client import program

pytestmark = pytest.mark.django_db

SECRETS = ("987654", "987,654", "876543", "876,543", "765432", "765,432", "988K", "877K")


@pytest.fixture
def blind(alice: User) -> User:
    """Alice in a role that may do everything and knows of no amount."""
    grant = {
        "create": True,
        "read": "all",
        "edit": "all",
        "delete": "all",
        "export": "all",
        "assign": "all",
        "hidden": ["amount", "weighted"],
    }
    role = CustomRole.objects.create(
        name="No money",
        created_at=timezone.now(),
        updated_at=timezone.now(),
        definition={"version": 1, "default": grant, "grants": {}, "rights": []},
    )
    alice.role = f"custom:{role.pk}"
    alice.save()
    return alice


def test_acc_6_a_hidden_field_is_behind_no_door(
    blind: User, dana: User, sign_in: Any, now: datetime
) -> None:
    one = make_opportunity(blind, name="One", at="quote", amount=Decimal(987654))
    other = make_opportunity(blind, name="Other", at="quote", amount=Decimal(765432))
    changed = program(dana, now).patch(
        f"opportunities/{one.pk}", {"version": one.version, "amount": "876543"}
    )
    assert changed.status_code == 200, changed.data
    one.refresh_from_db()
    assert one.amount == Decimal(876543)

    client = sign_in(blind)
    pages = (
        "/",
        "/opportunities/",
        f"/opportunities/{one.pk}/",
        f"/opportunities/{one.pk}/edit/",
        f"/opportunities/{one.pk}/history/",
        f"/opportunities/merge/?id={one.pk}&id={other.pk}",
        "/opportunities/export/?format=csv&view=all",
        "/opportunities/export/?format=json&view=all",
        "/phases/convert/",
        "/insights/",
        "/search/?q=One",
    )
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = answer.getvalue().decode("utf-8", "ignore")
        assert [told for told in SECRETS if told in body] == [], path

    api = program(blind, now)
    for path in (
        "opportunities",
        f"opportunities/{one.pk}",
        f"opportunities/{one.pk}/history",
        "search?q=One",
    ):
        answer = api.get(path)
        assert answer.status_code == 200, path
        assert [told for told in SECRETS if told in answer.content.decode()] == [], path


def test_acc_7_a_hidden_name_is_answered_like_a_misspelt_one(
    blind: User, sign_in: Any, now: datetime
) -> None:
    make_opportunity(blind, name="One", amount=Decimal(987654))
    client, api = sign_in(blind), program(blind, now)
    pages = (
        "sort={}",
        "sort=-{}",
        "f={}.gte.1",
        "f={}.filled.",
        "columns=name&columns={}",
        "group={}",
        "filter={}",
    )
    for query in pages:
        asks = (f"/opportunities/?{query.format(key)}" for key in ("amount", "amuont"))
        hidden, wrong = map(client.get, asks)
        assert hidden.status_code == wrong.status_code == 400, query
        assert _told(hidden).replace("amount", "amuont") == _told(wrong), query
    for query in ("sort={}", "f={}.gte.1", "fields=name,{}", "filter={}"):
        asks = (f"opportunities?{query.format(key)}" for key in ("amount", "amuont"))
        hidden, wrong = map(api.get, asks)
        assert hidden.status_code == wrong.status_code == 400, query
        assert hidden.content.decode().replace("amount", "amuont") == wrong.content.decode(), query


def test_acc_12_a_shared_view_runs_with_the_readers_rights(
    blind: User, mei: User, dana: User, sign_in: Any
) -> None:
    make_opportunity(dana, name="Large deal", amount=Decimal(987654))
    make_opportunity(dana, name="Tiny deal", amount=Decimal(5))
    saved = sign_in(dana).post(
        "/opportunities/views/",
        {"name": "Above a hundred", "shared_with": "all", "f": "amount.gte.100"},
    )
    assert saved.status_code in (200, 204, 302)
    view = f"/opportunities/?view={SavedView.objects.get().pk}"
    assert b"Large deal" in sign_in(dana).get(view).content
    # who may not know of amounts is not told by a view which of them are above a hundred
    theirs = sign_in(blind).get(view)
    body = theirs.content.decode()
    assert [told for told in SECRETS if told in body] == []
    assert ("Large deal" in body) == ("Tiny deal" in body)
    # and nobody sees more rows by it than without it
    make_account(mei)
    assert b"Large deal" not in sign_in(mei).get(view).content


def _told(answer: Any) -> str:
    return str(answer.content.decode().split("<h1>")[1].split("</p>")[0])
