"""Why somebody may see a record: the rule by its name, in step with what decides."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.explain import explain
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.people.actions.profile import choose_deputy
from shangji.foundation.people.models import Team, User
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Invalid

# a record with an owner and a pool; foundation does not know which apps stand above it
Account: Any = tracked_model("account")
PEOPLE = ("alice", "bob", "mei", "charlie", "dana", "vera")


@pytest.fixture
def account(alice, now):
    return Account.objects.create(name="青山", owner=alice, created_at=now, updated_at=now)


def rules(user: User, record, verb: str = "read") -> list[str]:
    return [reason.rule for reason in explain(Actor(User.objects.get(pk=user.pk)), record, verb)]


def test_it_names_the_rule(account, alice, bob, mei, charlie, dana, vera):
    assert rules(alice, account) == ["own"]
    assert rules(bob, account) == []
    assert rules(mei, account) == ["team"]
    assert rules(charlie, account) == []
    assert rules(dana, account) == ["all"]
    assert rules(vera, account) == ["all"]
    assert rules(vera, account, "edit") == []


def test_it_names_the_teams_on_the_way(account, mei, alice, north, now):
    below = Team.objects.create(name="Deep", parent=north, created_at=now, updated_at=now)
    User.objects.filter(pk=alice.pk).update(team=below)
    reasons = explain(Actor(User.objects.get(pk=mei.pk)), account)
    assert "North › Deep" in reasons[0].text


def test_it_names_the_deputy(account, alice, charlie, now):
    choose_deputy(
        actor=Actor(alice), deputy=charlie, deputy_from=today(),
        deputy_until=today() + timedelta(days=3), now=now,
    )  # fmt: skip
    assert rules(charlie, account) == ["deputy"]
    assert rules(charlie, account, "edit") == ["deputy"]
    User.objects.filter(pk=alice.pk).update(deputy_until=today() - timedelta(days=1))
    assert rules(charlie, account) == []


def test_it_names_the_pool(account, alice, vera):
    Account.objects.filter(pk=account.pk).update(owner=None)
    account.refresh_from_db()
    assert rules(alice, account) == ["pool"]
    assert rules(alice, account, "edit") == []


@pytest.mark.parametrize("verb", ["read", "edit", "delete", "assign", "export"])
@pytest.mark.parametrize("owner", [*PEOPLE, None])
def test_it_agrees_with_what_decides(request, account, verb, owner, alice, bob, mei, charlie, dana,
                                     vera):  # fmt: skip
    everybody = {"alice": alice, "bob": bob, "mei": mei, "charlie": charlie, "dana": dana,
                 "vera": vera}  # fmt: skip
    account.owner = everybody[owner] if owner else None
    account.save()
    for user in everybody.values():
        actor = Actor(User.objects.get(pk=user.pk))
        allowed = model_queryset(Account).allows(actor, verb, account)
        assert bool(explain(actor, account, verb)) == allowed


def test_it_shows_the_reasons_on_a_page(sign_in, account, alice, bob, dana):
    url = reverse("people:why", args=["account", account.pk])
    assert b'data-rule="own"' in sign_in(alice).get(url).content
    assert sign_in(bob).get(url).status_code == 404
    of_alice = f"{url}?{urlencode({'person': alice.pk})}"
    assert b'data-rule="own"' in sign_in(dana).get(of_alice).content
    assert sign_in(alice).get(f"{url}?{urlencode({'person': bob.pk})}").status_code == 403
    part = sign_in(alice).get(url, headers={"HX-Request": "true"}).content
    assert b"<html" not in part
    assert b'data-rule="own"' in part
    assert sign_in(alice).get(reverse("people:why", args=["nothing", 1])).status_code == 404


@pytest.mark.parametrize(
    ("who", "since", "until", "field"),
    [("alice", 0, 3, "deputy"), ("bob", None, 3, "deputy_from"), ("bob", 3, 0, "deputy_until")],
)
def test_it_refuses_deputies_that_make_no_sense(alice, bob, now, who, since, until, field):
    day = today()
    with pytest.raises(Invalid) as refusal:
        choose_deputy(
            actor=Actor(alice),
            deputy={"alice": alice, "bob": bob}[who],
            deputy_from=None if since is None else day + timedelta(days=since),
            deputy_until=day + timedelta(days=until),
            now=now,
        )
    assert list(refusal.value.errors) == [field]


def test_it_lists_what_somebody_leaves_behind(sign_in, dana, account, alice):
    page = sign_in(dana).get(reverse("people:edit", args=[alice.pk]))
    left = page.context["left"]
    assert [(kind.count, kind.url) for kind in left] == [(1, f"/accounts/?f=owner.is.{alice.pk}")]
