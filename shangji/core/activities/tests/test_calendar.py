"""The calendar and its private feed: who sees what on which day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from shangji.core.accounts.factories import make_account
from shangji.core.activities.models import Activity
from shangji.core.activities.queries.calendar import entries, people_shown
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.actions.feed import end_feed, make_feed
from shangji.foundation.people.models import User
from shangji.foundation.people.queries import feed_owner

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SignIn = Callable[[User], Client]


def plan(owner: User, subject: str, on: date | None = TODAY, **values: object) -> Activity:
    row = {"kind": "call", "created_at": NOW, "updated_at": NOW, **values}
    return Activity.objects.create(owner=owner, subject=subject, due_on=on, **row)


def shown(user: User, *, team: bool = False, first: date = TODAY, last: date = TODAY) -> list[str]:
    actor = Actor(user, "page")
    found = entries(actor, first, last, owners=people_shown(actor, team=team), now=NOW)
    return [one.title for day in sorted(found) for one in found[day]]


def test_it_shows_activities_steps_and_closes_of_a_person_in_the_order_of_the_day(
    alice: User, bob: User
) -> None:
    plan(alice, "Late call", TODAY - timedelta(days=1))
    plan(alice, "At three", due_time=time(15))
    plan(alice, "Some time")
    plan(alice, "Ticked off", done_at=NOW)
    plan(bob, "Not mine")
    deal = {"next_step": "Send quote", "next_step_on": TODAY, "next_step_time": time(9)}
    make_opportunity(alice, name="LIS", next_step_owner=alice, expected_close_on=TODAY, **deal)
    assert shown(alice) == ["Send quote", "At three", "Some time", "LIS", "Ticked off"]
    assert shown(alice, first=TODAY - timedelta(days=1), last=TODAY - timedelta(days=1)) == [
        "Late call"
    ]


def test_it_marks_what_is_late_and_what_is_done(alice: User) -> None:
    yesterday = TODAY - timedelta(days=1)
    plan(alice, "late", yesterday)
    plan(alice, "done", yesterday, done_at=NOW)
    actor = Actor(alice, "page")
    found = entries(actor, yesterday, TODAY, owners={alice.pk}, now=NOW)[yesterday]
    assert [(one.title, one.is_late, one.is_done) for one in found] == [
        ("late", True, False),
        ("done", False, True),
    ]


def test_it_shows_logged_activities_on_the_day_they_were_done(alice: User) -> None:
    # 17:30 UTC on the 22nd is the 23rd in Shanghai
    plan(alice, "Spoke", None, done_at=datetime(2026, 11, 22, 17, 30, tzinfo=UTC))
    assert shown(alice) == ["Spoke"]


def test_it_leaves_out_decided_deals(alice: User) -> None:
    deal = {"next_step": "x", "next_step_on": TODAY, "expected_close_on": TODAY}
    make_opportunity(alice, at="lost", next_step_owner=alice, **deal)
    assert shown(alice) == []


def test_it_shows_the_team_to_its_manager_and_nobody_else_to_a_rep(
    alice: User, bob: User, mei: User, charlie: User
) -> None:
    for user in (alice, bob, charlie):
        plan(user, f"of {user.name}")
    plan(mei, "of Mei")
    assert shown(mei) == ["of Mei"]
    assert sorted(shown(mei, team=True)) == ["of Alice", "of Bob", "of Mei"]
    assert shown(alice, team=True) == ["of Alice"]


@pytest.mark.parametrize("query", ["", "?view=week", "?on=2026-10-01", "?on=nonsense&view=x"])
def test_it_opens_with_days_and_a_way_to_add(sign_in: SignIn, alice: User, query: str) -> None:
    plan(alice, "Call Zhou", timezone.localdate())
    page = sign_in(alice).get(f"/calendar/{query}").content.decode()
    cells = page.count('class="cell')
    assert cells == 7 if "week" in query else cells in (28, 35, 42)  # whole weeks
    assert "/activities/new/?due_on=" in page
    assert ("Call Zhou" in page) is ("2026-10" not in query)


def test_it_marks_worked_weekends_and_weekdays_off(sign_in: SignIn, alice: User) -> None:
    page = sign_in(alice).get("/calendar/?on=2026-10-01").content.decode()
    # 2026: 1 to 7 October rest, Saturday 10 October is worked
    assert page.count("A weekday off") == 5
    assert page.count("A weekend day that is worked") == 1


def test_it_offers_no_adding_to_readers(sign_in: SignIn, vera: User) -> None:
    assert "due_on=" not in sign_in(vera).get("/calendar/").content.decode()


def test_it_has_a_feed_a_calendar_program_reads(client: Client, alice: User, bob: User) -> None:
    account = make_account(alice, name="Yongjiang Pumps")
    today = timezone.localdate()
    plan(alice, "Visit, plant; two", today, due_time=time(10, 30), minutes=45, account=account)
    plan(alice, "All day", today)
    plan(bob, "Secret of Bob", today)
    token = make_feed(actor=Actor(alice, "page"), now=NOW)
    response = client.get(f"/calendar/feed/{token}.ics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    events = {
        str(one["summary"]): one for one in Calendar.from_ical(response.content).walk("VEVENT")
    }
    assert set(events) == {"Visit, plant; two", "All day"}
    visit = events["Visit, plant; two"]
    start = visit.decoded("dtstart")
    assert start.astimezone(UTC).time() == time(2, 30)  # 10:30 in Shanghai
    assert visit.decoded("dtend") - start == timedelta(minutes=45)
    assert str(visit["description"]) == "Yongjiang Pumps"
    assert events["All day"].decoded("dtstart") == today


def test_it_keeps_only_the_hash_and_shows_the_address_once(sign_in: SignIn, alice: User) -> None:
    browser = sign_in(alice)
    first = browser.post("/calendar/feed/", {"what": "make"}).content.decode()
    token = first.split("/calendar/feed/")[1:]
    token = next(part.split(".ics")[0] for part in token if ".ics" in part[:60])
    assert len(token) >= 22  # 128 bits in base 64
    alice.refresh_from_db()
    assert alice.feed_key and token not in alice.feed_key
    assert token not in browser.get("/calendar/feed/").content.decode()
    assert feed_owner(token) == alice


def test_it_ends_an_address_with_the_next_one_or_when_asked_or_when_switched_off(
    client: Client, alice: User
) -> None:
    actor = Actor(alice, "page")
    old = make_feed(actor=actor, now=NOW)
    new = make_feed(actor=actor, now=NOW)
    assert client.get(f"/calendar/feed/{old}.ics").status_code == 404
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 404
    User.objects.filter(pk=alice.pk).update(is_active=True)
    end_feed(actor=actor, now=NOW)
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "a" * 5000])
def test_it_answers_404_for_wrong_addresses(client: Client, alice: User, token: str) -> None:
    assert client.get(f"/calendar/feed/{token}.ics").status_code == 404


def test_it_shows_an_activity_with_what_it_is_about(
    sign_in: SignIn, alice: User, bob: User
) -> None:
    deal = make_opportunity(alice, name="LIS upgrade")
    row = plan(alice, "Call Zhou", opportunity=deal, body="Ask about\nbudget", mentions=[bob.pk])
    page = sign_in(alice).get(f"/activities/{row.pk}/").content.decode()
    for text in ("Call Zhou", "LIS upgrade", "Ask about", bob.name, f"/activities/{row.pk}/done/"):
        assert text in page
    Activity.objects.filter(pk=row.pk).update(done_at=NOW)
    page = sign_in(alice).get(f"/activities/{row.pk}/").content.decode()
    assert f"/activities/{row.pk}/reopen/" in page
