"""Attacks and faults at single doors, beside what each app tests of its own."""

import io
import runpy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.actions import win_opportunity
from shangji.core.opportunities.factories import make_opportunity, reason
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.actions.feed import make_feed
from shangji.foundation.people.actions.users import switch_off
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today
from tests.imports.test_pages import bring

pytestmark = pytest.mark.django_db
IMG = "<img src=x onerror=alert(1)>"
SETTINGS = Path(__file__).parents[2] / "shangji" / "config" / "settings.py"
SignIn = Callable[[User], Client]


def test_xss_6_a_sheet_is_shown_as_words(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    run = bring(client, f"name,{IMG}\n{IMG},{IMG}\n")
    form = {"field_0": "name", "field_1": "industry", "match": "name", "mode": "both"}
    pages = [client.get(f"/import/{run.pk}/")]
    pages.append(client.post(f"/import/{run.pk}/try/", form, follow=True))
    client.post(f"/import/{run.pk}/start/", form)
    run_all_jobs()
    pages.append(client.get(f"/import/{run.pk}/"))
    for page in pages:
        text = page.content.decode()
        assert "&lt;img src=x" in text and IMG not in text


def test_csv_5_rows_of_others_fail_alone(alice: User, charlie: User, sign_in: SignIn) -> None:
    """An id of a record that is not seen, and a person to whom one may not give."""
    make_opportunity(charlie, name="Foreign", external_system="erp", external_id="7")
    text = "id,name,owner\n7,Stolen,Alice\n8,Given,Charlie\n9,Mine,Alice\n"
    run = bring(sign_in(alice), text, "/opportunities/import/")
    form = {"field_0": "external_id", "field_1": "name", "field_2": "owner",
            "match": "external_id", "mode": "both", "system": "erp"}  # fmt: skip
    sign_in(alice).post(f"/import/{run.pk}/start/", form)
    run_all_jobs()
    run.refresh_from_db()
    assert (run.created, run.updated, run.failed) == (1, 0, 2)
    assert all(one.causes for one in run.failures.all())
    rows = set(Opportunity.objects.values_list("name", "owner__name"))
    assert rows == {("Foreign", "Charlie"), ("Mine", "Alice")}


def test_upl_5_every_way_in_answers_too_much_before_it_is_read(
    alice: User, sign_in: SignIn
) -> None:
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    record = make_account(alice)
    for path in (
        "/accounts/import/",
        "/accounts/new/",
        f"/files/on/account/{record.pk}/",
        f"/api/v1/accounts/{record.pk}/files",
    ):
        answer = sign_in(alice).generic(
            "POST",
            path,
            **{
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
                "CONTENT_LENGTH": str(200 * 2**20),
                "wsgi.input": Unread(),
            },
        )
        assert answer.status_code == 413, path


def test_auth_6_the_calendar_of_somebody_switched_off_ends(
    alice: User, dana: User, now: datetime
) -> None:
    path = f"/calendar/feed/{make_feed(actor=Actor(alice), now=now)}.ics"
    assert Client().get(path).status_code == 200
    switch_off(actor=Actor(dana), user=alice, now=now)
    assert Client().get(path).status_code == 404


def test_auth_8_https_makes_cookies_secure_and_is_asked_for_again(
    alice: User, monkeypatch: pytest.MonkeyPatch, settings: Any, sign_in: SignIn
) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    for flag, is_safe in (("1", True), ("0", False)):
        monkeypatch.setenv("SHANGJI_HTTPS", flag)
        found = runpy.run_path(str(SETTINGS))
        assert [bool(found[name]) for name in names] == [is_safe] * 3
        assert (found["SECURE_PROXY_SSL_HEADER"] is not None) == is_safe
    settings.SECURE_HSTS_SECONDS = 31536000
    answer = sign_in(alice).get("/profile/", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_mon_4_overdue_is_the_same_day_in_every_zone(
    alice: User, now: datetime, sign_in: SignIn
) -> None:
    day = today(now=now)
    late = make_opportunity(alice, name="Late", expected_close_on=day - timedelta(days=1))
    make_opportunity(alice, name="Due today", expected_close_on=day)
    client, asked = sign_in(alice), "f=expected_close_on.within.overdue"
    for zone in ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Tongatapu"):
        User.objects.filter(pk=alice.pk).update(time_zone=zone)
        rows = client.get(f"/api/v1/opportunities?{asked}").json()["items"]
        assert [row["id"] for row in rows] == [late.pk], zone
        text = client.get(f"/opportunities/?{asked}").content.decode()
        assert "Late" in text and "Due today" not in text
        sheet = client.get("/opportunities/export/?format=csv&view=all").getvalue().decode()
        assert f"{day - timedelta(days=1)}" in sheet and f"{day}" in sheet


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 30, 15, 59, 59, 999_000, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_mon_5_a_win_counts_in_the_workspaces_day(alice: User, moment: datetime, day: date) -> None:
    record = make_opportunity(alice, at="contract")
    record = win_opportunity(
        actor=Actor(alice), opportunity=record, reason=reason("trust"), now=moment
    )
    assert record.closed_on == day


def test_mon_5_nothing_closed_is_a_dash(alice: User, sign_in: SignIn) -> None:
    text = sign_in(alice).get("/insights/").content.decode()
    assert "–" in text.split("Win rate", 1)[1][:200]
