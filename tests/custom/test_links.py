"""People, teams and records that added fields lead to: names for who may see them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.people.models import Team, User
from shangji.lib.errors import Invalid
from shangji.records.actions import edit_record
from shangji.records.conditions import Condition, chips, holds
from shangji.records.description import describe
from shangji.records.listing.filters import filter_form
from shangji.records.listing.query import ListQuery
from tests.custom.conftest import MakeField, options

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def found(actor: Actor, *conditions: Condition) -> list[int]:
    return ListQuery(describe("opportunity"), actor, conditions, "name").ids(0, 50)


def test_a_link_shows_its_name_to_who_may_see_it(
    make_field: MakeField,
    alice: User,
    mei: User,
    charlie: User,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
) -> None:
    key = make_field("link", "Planner", target="account").key
    seen, foreign = make_account(alice, name="Haina"), make_account(charlie, name="Hidden")
    one, two = (make_opportunity(owner=alice, now=now) for _n in range(2))
    me = actor(alice)
    edit_record(actor=me, record=one, values={key: seen.pk}, now=now)
    type(two).objects.filter(pk=two.pk).update(custom_values={key: foreign.pk})
    url = reverse("records:list", args=["opportunities"])
    text = sign_in(alice).get(f"{url}?view=all&columns=name,{key}").content.decode()
    assert "Haina" in text and "Hidden" not in text
    assert found(me, Condition(key, "has", "hai")) == [one.pk]
    assert found(me, Condition(key, "has", "hid")) == []
    assert found(me, Condition(key, "is", str(seen.pk))) == [one.pk]
    assert found(me, Condition(f"{key}.name", "is", "Haina")) == [one.pk]
    there = reverse("records:page", args=["accounts", seen.pk])
    tabs = sign_in(alice).get(f"{there}?tab={key}").content.decode()
    assert "Opportunities · Planner" in tabs and str(one) in tabs and str(two) not in tabs
    page = reverse("records:page", args=["opportunities", one.pk])
    assert "Haina" in sign_in(alice).get(page).content.decode()
    form = reverse("records:edit", args=["opportunities", one.pk])
    assert "Haina" in sign_in(alice).get(f"{form}?fields={key}").content.decode()
    listed = sign_in(alice).get(f"/api/v1/opportunities?fields={key}").json()["items"]
    assert {"id": seen.pk, "name": "Haina"} in [row[key] for row in listed]
    assert None in [row[key] for row in listed]


def test_a_person_and_a_team_are_filtered_and_grouped_by(
    make_field: MakeField,
    alice: User,
    bob: User,
    north: Team,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
) -> None:
    person, team = make_field("person", "Engineer").key, make_field("team", "Crew").key
    one, two = (make_opportunity(owner=alice, now=now) for _n in range(2))
    me = actor(alice)
    edit_record(actor=me, record=one, values={person: bob.pk, team: north.pk}, now=now)
    assert found(me, Condition(person, "in", f"me,{bob.pk}")) == [one.pk]
    assert found(me, Condition(person, "not", str(bob.pk))) == [two.pk]
    assert found(me, Condition(team, "is", "North")) == [one.pk]
    url = reverse("records:list", args=["opportunities"])
    text = sign_in(alice).get(f"{url}?view=all&columns=name,{person},{team}&group={person}")
    assert "Bob" in text.content.decode() and "North" in text.content.decode()
    new = sign_in(alice).get(reverse("records:new", args=["opportunities"]) + "?all=1")
    assert "North" in new.content.decode()


def test_several_choices_are_ticked_found_and_kept_in_order(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    key = make_field("several", "Lines", options=options("Milling", "Turning", "Welding")).key
    record = make_opportunity(owner=alice, now=now)
    other = make_opportunity(owner=alice, now=now)
    url = reverse("records:edit", args=["opportunities", record.pk]) + f"?fields={key}"
    browser = sign_in(alice)
    sent = {key: ["welding", "milling"], "version": record.version}
    assert browser.post(url, sent).status_code == 302
    record.refresh_from_db()
    assert record.custom_values == {key: ["milling", "welding"]}
    assert browser.get(url).content.decode().count(" checked") == 2
    me = actor(alice)
    assert found(me, Condition(key, "in", "welding,turning")) == [record.pk]
    assert found(me, Condition(key, "empty")) == [other.pk]
    place = reverse("records:field", args=["opportunities", record.pk, key])
    sent = {"value": "Turning, Welding", "version": record.version}
    assert browser.post(place, sent).status_code == 200
    record.refresh_from_db()
    assert record.custom_values == {key: ["turning", "welding"]}


def test_it_sorts_by_the_name_that_the_reader_sees(
    make_field: MakeField,
    alice: User,
    bob: User,
    charlie: User,
    dana: User,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
) -> None:
    link, person = make_field("link", target="account").key, make_field("person").key
    alpha, hidden = make_account(alice, name="Alpha"), make_account(charlie, name="Beta")
    gamma = make_account(alice, name="Gamma")
    rows = [make_opportunity(owner=alice, now=now) for _n in range(4)]
    for row, account, who in zip(
        rows, (gamma, hidden, alpha, None), (bob, alice, None, None), strict=True
    ):
        values = {link: account and account.pk, person: who and who.pk}
        type(row).objects.filter(pk=row.pk).update(
            custom_values={key: value for key, value in values.items() if value}
        )
    c, b, a, none = (row.pk for row in rows)

    def order(who: User, sort: str) -> list[int]:
        return ListQuery(describe("opportunity"), actor(who), (), sort).ids(0, 50)

    assert order(dana, link) == [a, b, c, none] and order(dana, f"-{link}") == [c, b, a, none]
    # what is masked stands with what is empty: between the others it would tell its name
    assert order(alice, link) == [a, c, b, none] and order(alice, f"-{link}") == [c, a, none, b]
    assert order(alice, person)[:2] == [b, c] and order(alice, f"{person},-{link}")[:2] == [b, c]
    browser, found, address = sign_in(alice), [], f"/api/v1/opportunities?limit=1&sort={link}"
    cursor = ""
    for _page in range(4):
        page = browser.get(f"{address}&cursor={cursor}").json()
        found += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert found == [a, c, b, none] and cursor is None
    listed = browser.get(reverse("records:list", args=["opportunities"]) + f"?view=all&sort={link}")
    assert listed.status_code == 200


def test_people_are_found_by_their_team_and_those_under_it(
    alice: User, charlie: User, mei: User, north: Team, south: Team, actor: AsActor, now: datetime
) -> None:
    Team.objects.filter(pk=south.pk).update(parent=north)
    one, two = make_opportunity(owner=alice, now=now), make_opportunity(owner=charlie, now=now)
    loose = make_opportunity(owner=None, now=now)
    me = system_actor()
    for operator, value, wanted in (
        ("in", f"team:{north.pk}", [one, two]),
        ("in", "team:South", [two]),
        ("in", f"me,team:{south.pk},{alice.pk}", [one, two]),
        ("not", f"team:{south.pk}", [one, loose]),
    ):
        condition = Condition("owner", operator, value)
        assert sorted(found(me, condition)) == sorted(row.pk for row in wanted), value
        for row in (one, two, loose):
            assert holds(describe("opportunity"), me, condition, row, now) is (row in wanted)
    with pytest.raises(Invalid):
        found(me, Condition("owner", "in", "team:999"))
    [told] = chips(describe("opportunity"), me, [Condition("owner", "in", f"team:{south.pk}")])
    assert told.value == "team South"
    people = filter_form(describe("opportunity"), me, "owner").options
    assert (f"team:{north.pk}", "team North") in people
