"""Sent mail in settings: for those with the right, as text."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from shangji.foundation.mail.actions import queue_mail
from shangji.foundation.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(now: datetime, settings: Settings) -> OutgoingMail:
    settings.MAIL_URL = ""
    return queue_mail(
        to="li@example.com",
        subject="<img src=x onerror=1>",
        text="Join: http://127.0.0.1:8000/join/abc/ <script>alert(1)</script>",
        html="<script>alert(2)</script>",
        now=now,
    )


def test_it_shows_mail_to_those_with_the_right(mail, dana, mei, alice, sign_in) -> None:
    page = sign_in(dana).get("/settings/mail/")
    assert page.status_code == 200
    assert "Mail is not set up" in page.text
    assert "&lt;img src=x onerror=1&gt;" in page.text
    assert "<img src=x" not in page.text
    for person in (mei, alice):
        assert sign_in(person).get("/settings/mail/").status_code == 403
        assert sign_in(person).get(f"/settings/mail/{mail.pk}/").status_code == 403


def test_it_shows_one_mail_as_text_with_links(mail, dana, sign_in) -> None:
    page = sign_in(dana).get(f"/settings/mail/{mail.pk}/").text

    assert 'href="http://127.0.0.1:8000/join/abc/"' in page
    assert "<script>alert" not in page
    assert sign_in(dana).get("/settings/mail/4711/").status_code == 404


def test_a_link_that_opens_an_account_is_its_receivers(mail, dana, sign_in, settings) -> None:
    """AUTH-4: who sees to the mail does not become somebody else by it."""
    settings.MAIL_URL = "smtp://127.0.0.1:9"
    OutgoingMail.objects.update(state="failed", urgent=True)
    page = sign_in(dana).get(f"/settings/mail/{mail.pk}/").text
    assert "/join/abc/" not in page and "Only its receiver can read it" in page
    OutgoingMail.objects.update(urgent=False)
    assert "/join/abc/" in sign_in(dana).get(f"/settings/mail/{mail.pk}/").text


def test_it_filters_by_state(mail, dana, sign_in) -> None:
    assert "li@example.com" in sign_in(dana).get("/settings/mail/?state=kept").text
    assert "li@example.com" not in sign_in(dana).get("/settings/mail/?state=failed").text
    assert sign_in(dana).get("/settings/mail/?state=nonsense&page=x").status_code == 200


def test_a_failed_mail_is_sent_again_by_post(mail, dana, mei, sign_in, settings) -> None:
    settings.MAIL_URL = "smtp://127.0.0.1:9"
    OutgoingMail.objects.update(state="failed")
    again = f"/settings/mail/{mail.pk}/again/"

    assert sign_in(mei).post(again).status_code == 403
    assert sign_in(dana).get(again).status_code == 405
    assert sign_in(dana).post(again).status_code == 302
    mail.refresh_from_db()
    assert mail.state == "queued"


def test_a_pause_is_shown_and_ended_by_post(dana, sign_in, settings, tmp_path: Path) -> None:
    settings.OUTGOING_PAUSED_FLAG = tmp_path / "paused"
    settings.OUTGOING_PAUSED_FLAG.touch()
    client = sign_in(dana)

    assert "No mail leaves" in client.get("/settings/mail/").text
    assert client.get("/settings/mail/resume/").status_code == 405
    assert settings.OUTGOING_PAUSED_FLAG.exists()
    assert client.post("/settings/mail/resume/").status_code == 302
    assert not settings.OUTGOING_PAUSED_FLAG.exists()


def test_a_broken_address_is_named(dana, sign_in, settings) -> None:
    settings.MAIL_URL = "http://mail.example"

    assert "should begin with smtp://" in sign_in(dana).get("/settings/mail/").text


def test_a_visitor_signs_in_first(mail, client) -> None:
    assert client.get("/settings/mail/").status_code == 302
