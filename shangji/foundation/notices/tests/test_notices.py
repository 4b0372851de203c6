"""Notices: once, in the reader's language, only one's own; mailed at 07:30 of the person."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.notices.actions import (
    forget_old,
    mark_all_read,
    mark_read,
    notify,
    send_digests,
)
from shangji.foundation.notices.models import Notice
from shangji.foundation.notices.queries import own_notices, unread_count
from shangji.foundation.notices.rules import last_digest, render
from shangji.foundation.people.models import User
from shangji.lib.errors import NotFound

pytestmark = pytest.mark.django_db


def tell(now: datetime, *users: User, **values) -> list[Notice]:
    defaults = {
        "kind": "test",
        "title": "%(name)s is yours now",
        "params": {"name": "MES"},
        "url": "/opportunities/1/",
    }
    return notify(user_ids=[user.pk for user in users], now=now, **{**defaults, **values})


def test_it_tells_each_person_once(alice, bob, actor, now) -> None:
    tell(now, alice, alice, bob, unique_key="a")
    tell(now, alice, unique_key="a")
    tell(now, alice, unique_key="b")

    assert (unread_count(actor(alice)), unread_count(actor(bob))) == (2, 1)


def test_it_speaks_the_readers_language(alice, now) -> None:
    notice = tell(now, alice, title="Mail", body="100%% of %(name)s, %(other)s")[0]

    assert notice.body == "100% of MES, other"
    with translation.override("en"):
        assert notice.title == "Mail"


def test_a_parameter_is_never_read_as_a_template() -> None:
    assert render("%(a)s", {"a": "%(b)s %s %", "b": "secret"}) == "%(b)s %s %"


@pytest.mark.parametrize(
    "url", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:x", "/a\nb"]
)
def test_it_leads_to_this_server_only(alice, now, url: str) -> None:
    with pytest.raises(ValueError, match="this server"):
        tell(now, alice, url=url)


def test_it_is_read_by_its_owner(alice, bob, actor, now) -> None:
    notice = tell(now, alice)[0]
    with pytest.raises(NotFound):
        mark_read(actor=actor(bob), pk=notice.pk, now=now)
    assert list(own_notices(actor(bob))) == []

    mark_read(actor=actor(alice), pk=notice.pk, now=now)
    assert unread_count(actor(alice)) == 0
    tell(now, alice)
    assert mark_all_read(actor=actor(alice), now=now) == 1


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 22, 23, 29, tzinfo=UTC), None),
        ("Asia/Shanghai", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "2026-11-23"),
        ("America/Los_Angeles", datetime(2026, 11, 23, 15, 29, tzinfo=UTC), None),
        ("America/Los_Angeles", datetime(2026, 11, 23, 15, 31, tzinfo=UTC), "2026-11-23"),
    ],
)
def test_the_mail_is_due_at_half_past_seven(zone: str, now: datetime, day: str | None) -> None:
    due = last_digest(now, ZoneInfo(zone))

    assert (str(due[0]) if due else None) == day


@pytest.fixture
def morning() -> datetime:
    """07:35 in Shanghai."""
    return datetime(2026, 11, 22, 23, 35, tzinfo=UTC)


def test_it_mails_what_is_unread(alice, bob, settings, morning) -> None:
    settings.BASE_URL = "https://crm.example"
    before = morning - timedelta(hours=8)
    tell(before, alice, bob)
    read = tell(before, alice, params={"name": "Read already"})[0]
    Notice.objects.filter(pk=read.pk).update(read_at=before)
    User.objects.filter(pk=bob.pk).update(mail_digest=False)

    assert send_digests(now=morning) == 1

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("alice@example.com", "1 notice for you")
    assert "MES is yours now" in mail.text
    assert "https://crm.example/opportunities/1/" in mail.text
    assert "Read already" not in mail.text


def test_it_mails_once_a_day(alice, morning) -> None:
    tell(morning - timedelta(hours=1), alice)
    for minutes in (0, 15, 60, -60, 5):
        send_digests(now=morning + timedelta(minutes=minutes))
    # told of after the mail left: tomorrow
    tell(morning + timedelta(hours=1), alice)
    send_digests(now=morning + timedelta(hours=2))
    assert OutgoingMail.objects.count() == 1

    send_digests(now=morning + timedelta(days=1))
    assert OutgoingMail.objects.count() == 2


def test_it_mails_nobody_who_left(alice, morning) -> None:
    tell(morning - timedelta(hours=1), alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert send_digests(now=morning) == 0


def test_it_does_not_dig_up_the_past(alice, morning) -> None:
    tell(morning - timedelta(days=4), alice)

    assert send_digests(now=morning) == 0


def test_it_forgets_after_half_a_year(alice, now) -> None:
    tell(now - timedelta(days=181), alice)
    tell(now, alice)

    assert forget_old(now=now) == 1
