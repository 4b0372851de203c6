"""People, teams and records that added fields lead to: names for who may see them."""

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import Team, User
from shangji.records.actions import edit_record
from shangji.records.conditions import Condition
from shangji.records.description import describe
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
