"""What to do now: the order of the queue and the reason on every row."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.activities.factories import make_activity
from shangji.core.opportunities.actions.snooze import snooze
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity, Snooze
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.insights.queries.due import due_count
from shangji.insights.queries.queue import Item, work_queue
from shangji.insights.rules import step_icon
from shangji.phases.evaluate.actions.standing import keep_standing

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
TODAY = date(2026, 11, 23)


def deal(owner: User, name: str, **values: Any) -> Opportunity:
    """An open opportunity in order: a step in a month, closing in two, spoken to today."""
    row = {
        "next_step": f"Step of {name}",
        "next_step_on": TODAY + timedelta(days=30),
        "next_step_owner": owner,
        "expected_close_on": TODAY + timedelta(days=60),
        "last_contact_at": NOW,
        **values,
    }
    return make_opportunity(owner, name=name, **row)


def queue(user: User) -> list[Item]:
    return work_queue(Actor(user, "page"), NOW)


def test_it_is_empty_when_all_is_in_order(alice: User) -> None:
    deal(alice, "Fine")
    assert queue(alice) == []


def test_it_goes_by_deadline_then_day_then_amount(alice: User) -> None:
    deal(alice, "next week", next_step_on=TODAY + timedelta(days=5))
    deal(alice, "small today", next_step_on=TODAY, amount=Decimal(10))
    deal(alice, "large today", next_step_on=TODAY, amount=Decimal(900))
    deal(alice, "at three", next_step_on=TODAY, next_step_time=time(15))
    deal(alice, "at ten", next_step_on=TODAY, next_step_time=time(10))
    deal(alice, "two days late", next_step_on=TODAY - timedelta(days=2))
    found = [(one.group, one.name) for one in queue(alice)]
    assert found == [
        ("deadline", "two days late"),
        ("deadline", "at ten"),
        ("deadline", "at three"),
        ("today", "large today"),
        ("today", "small today"),
        ("later", "next week"),
    ]


def test_it_says_how_late_and_since_when_it_is_quiet(alice: User) -> None:
    deal(
        alice,
        "x",
        next_step_on=TODAY - timedelta(days=1),
        last_contact_at=NOW - timedelta(days=4),  # Thursday: two working days
    )
    (row,) = queue(alice)
    assert (row.lead, row.tone) == ("1 day late", "bad")
    assert row.reason == "last contact 2 working days ago · expected ¥5,000"
    assert row.kind == "done"


def test_it_puts_what_is_worth_more_first_within_a_day(alice: User) -> None:
    deal(alice, "plain", next_step_on=TODAY)
    best = deal(alice, "best", next_step_on=TODAY)
    keep_standing(best.pk, {"score": Decimal(88), "grade": "A", "intent": Decimal(12)})
    rows = queue(alice)
    assert [one.name for one in rows] == ["best", "plain"]
    assert rows[0].reason == "last contact today · grade A, 88 · intent 12 · expected ¥5,000"


def test_it_asks_for_a_missing_step_once(alice: User) -> None:
    deal(alice, "bare", next_step="", next_step_on=None, at="new")
    Opportunity.objects.update(
        last_contact_at=NOW - timedelta(days=40), expected_close_on=TODAY - timedelta(days=3)
    )
    (row,) = queue(alice)
    assert (row.group, row.lead, row.kind) == ("today", "No next step", "remedy")


def test_it_names_a_passed_close_date_and_its_pushes(alice: User) -> None:
    deal(alice, "late", expected_close_on=TODAY - timedelta(days=3), push_count=2)
    (row,) = queue(alice)
    assert (row.group, row.lead) == ("later", "Close date has passed")
    assert row.reason == "expected 3 days ago, pushed 2 times · expected ¥5,000"


def test_it_names_what_grew_quiet_by_the_days_of_its_stage(alice: User) -> None:
    # discovery grows stale after 10 working days: 9 November is the tenth before the 23rd
    deal(alice, "not yet", at="discovery", last_contact_at=datetime(2026, 11, 9, 2, tzinfo=UTC))
    deal(alice, "stale", at="discovery", last_contact_at=datetime(2026, 11, 6, 2, tzinfo=UTC))
    (row,) = queue(alice)
    assert (row.name, row.lead) == ("stale", "Stale")
    assert row.reason == "last contact 11 working days ago · expected ¥30K"


def test_it_holds_planned_activities_with_their_time(alice: User) -> None:
    make_activity(alice, subject="Demo", due_on=TODAY, due_time=time(14))
    make_activity(alice, subject="Done", due_on=TODAY, done_at=NOW)
    (row,) = queue(alice)
    assert (row.verb, row.group, row.lead) == ("Demo", "deadline", "Today 14:00")
    assert row.done_url == f"/activities/{row.pk}/done/"


def test_it_is_one_persons_own(alice: User, bob: User, mei: User) -> None:
    deal(alice, "hers", next_step_on=TODAY)
    assert queue(bob) == [] and queue(mei) == []
    deal(bob, "shared", next_step_on=TODAY, next_step_owner=mei)
    assert [one.name for one in queue(mei)] == ["shared"]


def test_it_leaves_out_decided_ones_and_what_sleeps(alice: User) -> None:
    deal(alice, "lost", at="lost", next_step_on=TODAY)
    here = deal(alice, "asleep", next_step_on=TODAY)
    actor = Actor(alice, "page")
    subject = f"opportunity:{here.pk}:step"
    snooze(actor=actor, subject=subject, until=TODAY + timedelta(days=1), now=NOW)
    assert queue(alice) == []
    assert len(work_queue(actor, NOW + timedelta(days=1))) == 1


@pytest.mark.parametrize(
    ("text", "icon"),
    [
        ("致电周立群", "phone"),
        ("Call Ann about the quote", "phone"),
        ("发 V2 报价", "mail"),
        ("上传盖章合同", "file-upload"),
        ("现场调研", "map-pin"),
        ("方案演示", "presentation"),
        ("商务条款二轮", "users"),
        ("Recall nothing", "arrow-right"),
        ("", "arrow-right"),
    ],
)
def test_it_marks_a_step_by_its_words(text: str, icon: str) -> None:
    assert step_icon(text) == icon


def test_the_number_beside_today_is_what_the_queue_says(
    alice: User, bob: User, mei: User, sign_in: Any
) -> None:
    deal(alice, "late", next_step_on=TODAY - timedelta(days=2))
    deal(alice, "today", next_step_on=TODAY)
    deal(alice, "later", next_step_on=TODAY + timedelta(days=2))
    deal(alice, "stale and late", expected_close_on=TODAY - timedelta(days=9))
    no_step = deal(alice, "without", next_step="", next_step_on=None)
    put_off = deal(alice, "put off", next_step_on=TODAY)
    deal(alice, "Bob does it", next_step_on=TODAY, next_step_owner=bob)
    deal(bob, "for Alice, unseen", next_step_on=TODAY, next_step_owner=alice)
    make_activity(alice, due_on=TODAY, opportunity=no_step)
    make_activity(alice, due_on=TODAY + timedelta(days=1), opportunity=no_step)
    for user, subject in (
        (alice, f"opportunity:{put_off.pk}:step"),
        (bob, f"opportunity:{no_step.pk}:no_step"),
    ):
        snooze(actor=Actor(user), subject=subject, until=TODAY + timedelta(days=1), now=NOW)
    for person, expected in ((alice, 4), (bob, 0), (mei, 0)):
        rows = [one for one in queue(person) if one.group != "later"]
        assert (len(rows), due_count(Actor(person), NOW)) == (expected, expected), person.name


def test_every_page_shows_it_for_one_query(
    alice: User, sign_in: Any, django_assert_num_queries: Any
) -> None:
    actor = Actor(alice)
    due_count(actor, NOW)  # what every page asks anyway: role, deputies
    with django_assert_num_queries(2):  # the workspace's day is the other
        due_count(actor, NOW)
    deal(alice, "without", next_step="", next_step_on=None)
    page = sign_in(alice).get("/accounts/").content.decode()
    line = page.split('title="Today"', 1)[1].split("</li>", 1)[0]
    assert '<span class="count">1</span>' in line


def test_what_is_put_off_says_so_and_comes_back_by_undo(alice: User, sign_in: Any) -> None:
    row = deal(alice, "without", next_step="", next_step_on=None)
    browser, subject = sign_in(alice), f"opportunity:{row.pk}:no_step"
    answer = browser.post("/queue/later/", {"subject": subject}, headers={"HX-Request": "true"})
    toast = json.loads(answer.headers["HX-Trigger"])["sj:toast"]
    assert toast["message"].startswith("Back in the queue: ")
    asleep = Snooze.objects.filter(user=alice, subject=subject)
    assert asleep.exists()
    assert browser.post(toast["undo"]).status_code == 302
    assert not asleep.exists()
    assert browser.post(toast["undo"]).status_code == 302, "twice is as good as once"
