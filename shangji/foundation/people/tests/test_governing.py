"""ACC-10, ACC-11, AUTH-6 and two admins at once: people, teams, roles."""

import pytest
from django.urls import reverse

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.roles import Admin, Manager, Rep
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.people.actions.roles import create_role, delete_role, edit_role
from shangji.foundation.people.actions.teams import create_team, delete_team, edit_team
from shangji.foundation.people.actions.users import edit_person, switch_off, switch_on
from shangji.foundation.people.models import Team, User
from shangji.lib.errors import Conflict, DomainError, Forbidden, Invalid


def values_of(user: User, **changes):
    names = ("name", "email", "role", "team", "deputy", "deputy_from", "deputy_until")
    return {**{name: getattr(user, name) for name in names}, "version": user.version, **changes}


def form_of(user: User, **changes):
    team = user.team_id or ""
    values = {"name": user.name, "email": user.email, "role": user.role, "team": team,
              "version": user.version}  # fmt: skip
    return {**values, **changes}


def save_role(dana, now, **changes):
    definition = {**role_to_json(Rep), **changes}
    return create_role(
        actor=Actor(dana), name="Partner", description="", definition=definition, now=now
    )


def test_it_counts_a_lower_role_from_the_next_request_on(sign_in, dana, now):
    second = User.objects.create(
        email="eve@example.com", name="Eve", role="admin", created_at=now, updated_at=now
    )
    client = sign_in(second)
    assert client.get(reverse("people:list")).status_code == 200
    edit_person(actor=Actor(dana), user=second, now=now, **values_of(second, role="rep"))
    assert client.get(reverse("people:list")).status_code == 403


def test_it_counts_another_team_from_the_next_request_on(mei, alice, charlie, dana, south, now):
    reach = Actor(User.objects.get(pk=mei.pk)).owner_ids(Scope.TREE)
    assert alice.pk in reach
    edit_person(actor=Actor(dana), user=alice, now=now, **values_of(alice, team=south))
    assert alice.pk not in Actor(User.objects.get(pk=mei.pk)).owner_ids(Scope.TREE)


def test_it_counts_a_changed_own_role_from_the_next_request_on(sign_in, alice, dana, now):
    row = save_role(dana, now, rights=["settings.workspace"])
    User.objects.filter(pk=alice.pk).update(role=f"custom:{row.pk}")
    client = sign_in(alice)
    assert client.get(reverse("people:workspace")).status_code == 200
    edit_role(
        actor=Actor(dana), role=row, name="Partner", description="",
        definition=role_to_json(Rep), version=row.version, now=now,
    )  # fmt: skip
    assert client.get(reverse("people:workspace")).status_code == 403


def test_it_ends_sessions_of_somebody_switched_off(sign_in, alice, dana, now):
    client = sign_in(alice)
    assert client.get(reverse("people:profile")).status_code == 200
    switch_off(actor=Actor(dana), user=alice, now=now)
    assert client.get(reverse("people:profile")).status_code == 302
    alice.refresh_from_db()
    assert not Actor(alice).may("read", "opportunity")
    switch_on(actor=Actor(dana), user=alice, now=now)
    assert client.get(reverse("people:profile")).status_code == 302  # signs in anew


def test_it_keeps_the_last_admin(dana, now):
    for change in (
        lambda: edit_person(actor=Actor(dana), user=dana, now=now, **values_of(dana, role="rep")),
        lambda: switch_off(actor=Actor(dana), user=dana, now=now),
    ):
        with pytest.raises(Invalid):
            change()
    dana.refresh_from_db()
    assert (dana.role, dana.is_active) == ("admin", True)


def test_it_refuses_what_two_admins_change_at_once(sign_in, dana, alice):
    seen = form_of(alice)
    client = sign_in(dana)
    url = reverse("people:edit", args=[alice.pk])
    assert client.post(url, {**seen, "name": "Alice B"}).status_code == 302
    page = client.post(url, {**seen, "name": "Alice C"})
    assert page.status_code == 409
    assert b"Alice B" in page.content
    assert b"Alice C" in page.content
    alice.refresh_from_db()
    assert alice.name == "Alice B"
    # what is sent next is meant
    version = page.context["form"]["version"].value()
    assert client.post(url, {**seen, "name": "Alice C", "version": version}).status_code == 302


def test_it_merges_what_two_admins_change_beside_each_other(dana, alice, now):
    first, second = values_of(alice, name="Alice B"), values_of(alice, role="manager")
    edit_person(actor=Actor(dana), user=alice, now=now, **first)
    alice.refresh_from_db()
    with pytest.raises(Conflict) as clash:  # the form sends the old name too
        edit_person(actor=Actor(dana), user=alice, now=now, **second)
    assert clash.value.fields == {"name": ("Alice", "Alice B")}


@pytest.mark.parametrize("field", ["is_active", "is_demo", "password", "session_epoch", "feed_key"])
def test_it_takes_no_fields_a_form_does_not_have(sign_in, alice, field):
    before = getattr(User.objects.get(pk=alice.pk), field)
    client = sign_in(alice)
    form = {"name": "Alice", "language": "en", "version": alice.version, "role": "admin",
            "team": "", field: "1"}  # fmt: skip
    assert client.post(reverse("people:profile"), form).status_code == 302
    after = User.objects.get(pk=alice.pk)
    assert (getattr(after, field), after.role, after.team_id) == (before, "rep", alice.team_id)


def test_it_lets_nobody_hand_out_more_than_they_have(alice, bob, dana, now):
    row = save_role(dana, now, rights=["settings.people"])
    User.objects.filter(pk=alice.pk).update(role=f"custom:{row.pk}")
    helper = Actor(User.objects.get(pk=alice.pk))
    for role in ("admin", "manager", "marketer"):
        with pytest.raises(Forbidden):
            edit_person(actor=helper, user=bob, now=now, **values_of(bob, role=role))
    with pytest.raises(Forbidden):
        edit_person(actor=helper, user=dana, now=now, **values_of(dana, email="e@example.com"))
    with pytest.raises(Forbidden):
        switch_off(actor=helper, user=dana, now=now)
    with pytest.raises(Forbidden):
        create_role(
            actor=helper, name="Super", description="", definition=role_to_json(Admin), now=now
        )
    edit_person(actor=helper, user=bob, now=now, **values_of(bob, name="Bob B"))


def test_it_undoes_no_role_for_somebody_who_lost_the_right(dana, alice, now):
    User.objects.filter(pk=alice.pk).update(role="admin")
    alice.refresh_from_db()
    edit_person(actor=Actor(alice), user=alice, now=now, **values_of(alice, role="rep"))
    own = Operation.objects.filter(actor=alice).latest("pk")
    report = undo_operation(actor=Actor(User.objects.get(pk=alice.pk)), target=own, now=now)
    assert report.restored == 0
    assert User.objects.get(pk=alice.pk).role == "rep"


def test_it_allows_no_circle_of_teams(dana, north, south, now):
    def move(team: Team, parent: Team | None) -> Team:
        return edit_team(
            actor=Actor(dana), team=team, name=team.name, parent=parent, leader=None,
            version=None, now=now,
        )  # fmt: skip

    move(south, north)
    for team, parent in ((north, south), (north, north)):
        with pytest.raises(Invalid) as refusal:
            move(team, parent)
        assert list(refusal.value.errors) == ["parent"]


def test_it_gives_leaders_the_teams_below(dana, mei, north, charlie, south, now):
    edit_team(
        actor=Actor(dana), team=south, name="South", parent=north, leader=None, version=None,
        now=now,
    )  # fmt: skip
    assert charlie.pk in Actor(User.objects.get(pk=mei.pk)).owner_ids(Scope.TREE)
    assert charlie.pk not in Actor(User.objects.get(pk=mei.pk)).owner_ids(Scope.TEAM)


def test_it_deletes_only_empty_teams(dana, alice, north, now):
    empty = create_team(actor=Actor(dana), name="Empty", parent=north, leader=None, now=now)
    with pytest.raises(Invalid):
        delete_team(actor=Actor(dana), team=north, now=now)
    delete_team(actor=Actor(dana), team=empty, now=now)
    empty.refresh_from_db()
    assert empty.deleted_at is not None


def test_it_makes_a_role_by_copying(sign_in, dana, alice):
    client = sign_in(dana)
    url = reverse("people:role_new")
    assert client.get(f"{url}?from=manager").context["form"]["default-read"].value() == "tree"
    form = {"name": "Team view", "default-read": "team", "default-pool": "on", "rights": []}
    assert client.post(url, form).status_code == 302
    row = CustomRole.objects.get()
    assert row.definition["default"]["read"] == "team"
    assert row.definition["default"]["edit"] == "none"
    assert row.definition["default"]["pool"] is True
    client.post(reverse("people:edit", args=[alice.pk]), form_of(alice, role=f"custom:{row.pk}"))
    actor = Actor(User.objects.get(pk=alice.pk))
    assert actor.scope("read", "account") is Scope.TEAM
    assert not actor.may("edit", "account")


def test_it_keeps_every_grant_of_a_copied_role(sign_in, dana):
    client = sign_in(dana)
    page = client.get(f"{reverse('people:role_new')}?from=manager")
    form = page.context["form"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, "", False, []):
            sent[name] = "on" if value is True else value
    client.post(reverse("people:role_new"), {**sent, "name": "Copy"})
    definition = CustomRole.objects.get().definition
    known = {kind.key for kind in form.kinds}
    whole = role_to_json(Manager)
    assert definition["default"] == whole["default"]
    assert definition["rights"] == whole["rights"]
    assert definition["grants"] == {k: v for k, v in whole["grants"].items() if k in known}


def test_it_shows_a_broken_role_as_broken(sign_in, dana, alice, now):
    row = CustomRole.objects.create(
        name="Old", definition={"version": 7}, created_at=now, updated_at=now
    )
    User.objects.filter(pk=alice.pk).update(role=f"custom:{row.pk}")
    client = sign_in(dana)
    assert client.get(reverse("people:roles")).context["cards"][-1].broken
    for name, key in (("people:role", f"custom:{row.pk}"), ("people:role_edit", row.pk)):
        assert client.get(reverse(name, args=[key])).status_code == 200
    assert client.get(reverse("people:list")).status_code == 200
    assert sign_in(alice).get(reverse("people:profile")).status_code == 200
    assert not Actor(User.objects.get(pk=alice.pk)).may("read", "account")


def test_it_refuses_an_old_version_of_a_role(dana, now):
    row = save_role(dana, now)
    old = row.version
    change = {"name": "Partner", "description": "x", "definition": role_to_json(Rep)}
    edit_role(actor=Actor(dana), role=row, version=old, now=now, **change)
    with pytest.raises(Conflict):
        edit_role(actor=Actor(dana), role=row, version=old, now=now, **change)


def test_it_deletes_no_role_somebody_has(dana, alice, now):
    row = save_role(dana, now)
    User.objects.filter(pk=alice.pk).update(role=f"custom:{row.pk}")
    with pytest.raises(Invalid):
        delete_role(actor=Actor(dana), role=row, now=now)
    User.objects.filter(pk=alice.pk).update(role="rep")
    delete_role(actor=Actor(dana), role=row, now=now)
    assert not CustomRole.objects.exists()


def test_it_offers_no_undo_where_the_ledger_has_no_way_back(sign_in, dana, south, now):
    client = sign_in(dana)
    edit_team(
        actor=Actor(dana), team=south, name="Far south", parent=None, leader=None,
        version=south.version, now=now,
    )  # fmt: skip
    save_role(dana, now)
    role = Operation.objects.get(action="role.create")
    assert last_undoable(Actor(dana)) is None  # the toast of what was just done
    page = client.get(reverse("records:audit")).content.decode()
    assert reverse("records:undo", args=[role.pk]) not in page
    with pytest.raises(DomainError, match="cannot be undone"):
        undo_operation(actor=Actor(dana), target=role, now=now)
    client.post(reverse("records:undo_last"))  # key Z goes past it to what can be set back
    south.refresh_from_db()
    assert south.name != "Far south"
