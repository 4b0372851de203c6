"""AUTH-1 to 5, 7, 8 and RED-1: signing in, out, and a new password."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.people.models import User
from shangji.foundation.people.tests.conftest import PASSWORD

LOGIN = "/account/login/"
RESET = "/account/password/reset/"
STRANGER = "nobody@example.com"
NEW = "another long secret"


def sign_in_by_page(client: Client, email: str, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def signed_in(client: Client) -> bool:
    return client.get(reverse("people:profile")).status_code == 200


def ask_for_reset(client: Client, email: str) -> str:
    """The path of the link in the mail."""
    client.post(RESET, {"email": email})
    mail = OutgoingMail.objects.latest("pk")
    return re.search(r"http://\S+", mail.text)[0].removeprefix(settings.BASE_URL)


def choose(client: Client, link: str, password: str = NEW):
    page = client.get(link, follow=True)
    path = page.context["request"].path
    return client.post(path, {"password1": password, "password2": password}, follow=True)


def test_it_changes_the_session_id_at_sign_in_and_ends_it_at_sign_out(client, alice, with_password):
    with_password(alice)
    client.get(LOGIN)
    session = client.session
    session["mark"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key
    assert sign_in_by_page(client, alice.email).status_code == 302
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before
    assert signed_in(client)
    client.post("/account/logout/")
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = after
    assert not signed_in(old)


def test_it_ends_other_sessions_and_reset_links_with_a_new_password(alice, with_password):
    with_password(alice)
    here, there = Client(), Client()
    sign_in_by_page(here, alice.email)
    sign_in_by_page(there, alice.email)
    link = ask_for_reset(Client(), alice.email)
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert signed_in(here)
    assert not signed_in(there)
    page = Client().get(link, follow=True)
    assert page.context["token_fail"]


def test_it_signs_out_everywhere_else_on_request(alice, with_password):
    with_password(alice)
    here, there = Client(), Client()
    sign_in_by_page(here, alice.email)
    sign_in_by_page(there, alice.email)
    here.post(reverse("people:end_sessions"))
    assert signed_in(here)
    assert not signed_in(there)


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_HOST": "evil.test"}, {"HTTP_HOST": "evil.test:80", "HTTP_X_FORWARDED_HOST": "x.test"}],
)
def test_it_refuses_unknown_hosts(client, alice, headers):
    assert client.post(RESET, {"email": alice.email}, **headers).status_code == 400
    assert not OutgoingMail.objects.exists()


def test_it_builds_links_from_the_configured_address(client, alice):
    client.post(
        RESET,
        {"email": alice.email},
        HTTP_HOST="localhost",
        HTTP_X_FORWARDED_HOST="evil.test",
    )
    text = OutgoingMail.objects.get().text
    assert f"{settings.BASE_URL}/account/password/reset/key/" in text
    assert "evil.test" not in text


def test_it_answers_a_reset_alike_for_known_and_unknown_addresses(alice):
    answers = []
    for email in (alice.email, STRANGER):
        client = Client()
        page = client.post(RESET, {"email": email}, follow=True)
        plain = re.sub(rb"[A-Za-z0-9+/=_-]{20,}", b"", page.content)
        answers.append((page.status_code, page.redirect_chain, plain))
    assert answers[0] == answers[1]
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {alice.email, STRANGER}


def test_it_answers_a_wrong_sign_in_alike_for_known_and_unknown_addresses(alice, with_password):
    with_password(alice)
    answers = []
    for email in (alice.email, STRANGER):
        page = sign_in_by_page(Client(), email, "wrong password 1")
        text = page.content.replace(email.encode(), b"")
        answers.append((page.status_code, re.sub(rb"[A-Za-z0-9+/=_-]{20,}", b"", text)))
    assert answers[0] == answers[1]


def test_it_works_as_hard_for_known_and_unknown_addresses(alice, with_password, monkeypatch):
    """Nearly all the time of a sign-in is the hash of its password."""
    with_password(alice)
    encode, hashed = MD5PasswordHasher.encode, {alice.email: 0, STRANGER: 0}
    for email in hashed:

        def count(hasher, password, salt, *, email=email):
            hashed[email] += 1
            return encode(hasher, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", count)
        sign_in_by_page(Client(), email, "wrong password 1")
    assert hashed[alice.email] == hashed[STRANGER] > 0


def test_it_answers_a_reset_while_the_mail_server_fails(alice):
    with override_settings(MAIL_URL="smtp://127.0.0.1:1"):
        for email in (alice.email, STRANGER):
            page = Client().post(RESET, {"email": email})
            assert page.status_code == 302


def test_it_lets_a_reset_link_work_once(alice, with_password):
    with_password(alice)
    link = ask_for_reset(Client(), alice.email)
    choose(Client(), link)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    again = Client().get(link, follow=True)
    assert again.context["token_fail"]


def test_it_lets_a_reset_link_end_after_three_days(alice, with_password, monkeypatch):
    with_password(alice)
    link = ask_for_reset(Client(), alice.email)
    from django.contrib.auth.tokens import PasswordResetTokenGenerator  # noqa: PLC0415 - one test

    now = PasswordResetTokenGenerator._now
    later = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + later)
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600
    assert Client().get(link, follow=True).context["token_fail"]


def test_it_binds_a_reset_link_to_one_person(alice, bob, with_password):
    with_password(alice)
    with_password(bob)
    link = ask_for_reset(Client(), alice.email)
    key = link.rstrip("/").split("/")[-1]
    other = link.replace(key, f"{_base36(bob.pk)}-{key.split('-', 1)[1]}")
    assert other != link
    assert Client().get(other, follow=True).context["token_fail"]


def _base36(number: int) -> str:
    from django.utils.http import int_to_base36  # noqa: PLC0415 - one helper

    return int_to_base36(number)


def test_it_writes_no_secret_into_the_ledger(alice, sign_in, dana):
    from shangji.foundation.audit.models import Change  # noqa: PLC0415 - one test

    sign_in(dana).post(
        reverse("people:invite"),
        {"name": "Lin", "email": "lin@example.com", "role": "rep", "language": "en"},
    )
    lin = User.objects.get(email="lin@example.com")
    written = {name for change in Change.objects.filter(record_id=lin.pk) for name in change.fields}
    assert "email" in written
    assert not written & {"password", "feed_key", "session_epoch"}


def test_it_logs_no_token(alice, with_password, caplog):
    with_password(alice)
    link = ask_for_reset(Client(), alice.email)
    with caplog.at_level("INFO"):
        Client().get(link)
        Client().get(reverse("people:join", args=["t0k3n" * 6]))
    key = link.rstrip("/").split("-")[-1]
    assert key not in caplog.text
    assert "t0k3n" not in caplog.text


def test_it_slows_down_after_ten_wrong_passwords(alice, with_password):
    with_password(alice)
    client = Client()
    statuses = [sign_in_by_page(client, alice.email, f"wrong {n}").status_code for n in range(10)]
    assert statuses == [200] * 9 + [429]
    assert sign_in_by_page(client, alice.email).status_code == 429
    # waiting does what waiting should
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=1, seconds=5))
    assert sign_in_by_page(client, alice.email).status_code == 302


def test_it_says_in_words_that_somebody_tries_too_fast(sign_in, alice, with_password):
    client = sign_in(with_password(alice))
    for _ in range(11):
        page = client.post("/account/reauthenticate/", {"password": "wrong"})
    assert page.status_code == 429
    assert "ui/error.html" in {one.name for one in page.templates}


def test_it_waits_longer_after_each_further_wrong_password(alice, with_password):
    with_password(alice)
    for n in range(10):
        sign_in_by_page(Client(), alice.email, f"wrong {n}")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=1, seconds=5))
    assert sign_in_by_page(Client(), alice.email, "wrong again").status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=1, seconds=5))
    assert sign_in_by_page(Client(), alice.email).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=2, seconds=5))
    assert sign_in_by_page(Client(), alice.email).status_code == 302


def test_it_does_not_count_tries_while_somebody_waits(alice, with_password):
    with_password(alice)
    for n in range(30):
        sign_in_by_page(Client(), alice.email, f"wrong {n}")
    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == 10


def test_it_slows_an_address_that_tries_many_accounts(alice, with_password):
    with_password(alice)
    for n in range(10):
        sign_in_by_page(Client(REMOTE_ADDR="203.0.113.9"), f"guess{n}@example.com", "x")
    assert sign_in_by_page(Client(REMOTE_ADDR="203.0.113.9"), alice.email).status_code == 429
    assert sign_in_by_page(Client(REMOTE_ADDR="198.51.100.4"), alice.email).status_code == 302


def test_it_does_not_lock_the_owner_out_of_a_known_browser(alice, with_password):
    with_password(alice)
    known = Client(REMOTE_ADDR="198.51.100.4")
    sign_in_by_page(known, alice.email)
    known.post("/account/logout/")
    for n in range(12):
        sign_in_by_page(Client(REMOTE_ADDR="203.0.113.9"), alice.email, f"wrong {n}")
    strange = Client(REMOTE_ADDR="198.51.100.5")
    assert sign_in_by_page(strange, alice.email).status_code == 429
    assert sign_in_by_page(known, alice.email).status_code == 302


def test_it_does_not_believe_a_made_up_browser_mark(alice, with_password):
    with_password(alice)
    for n in range(10):
        sign_in_by_page(Client(REMOTE_ADDR="203.0.113.9"), alice.email, f"wrong {n}")
    forged = Client(REMOTE_ADDR="198.51.100.4")
    forged.cookies["sj_device"] = "WyJhYmMiXQ:1abcde:xxxx"
    assert sign_in_by_page(forged, alice.email).status_code == 429


def test_it_ends_the_wait_with_a_new_password_by_mail(alice, with_password):
    with_password(alice)
    for n in range(11):
        sign_in_by_page(Client(REMOTE_ADDR="203.0.113.9"), alice.email, f"wrong {n}")
    assert sign_in_by_page(Client(), alice.email).status_code == 429
    choose(Client(), ask_for_reset(Client(), alice.email))
    assert sign_in_by_page(Client(), alice.email, NEW).status_code == 302


def test_it_shows_the_wait_alike_for_addresses_nobody_has(alice, with_password):
    with_password(alice)
    pages = []
    for place, email in enumerate((alice.email, STRANGER)):
        client = Client(REMOTE_ADDR=f"203.0.113.{place}")
        for n in range(10):
            page = sign_in_by_page(client, email, f"wrong {n}")
        pages.append(re.sub(rb"[A-Za-z0-9+/=_-]{20,}", b"", page.content))
    assert pages[0] == pages[1]


def test_it_logs_wrong_passwords(alice, with_password, caplog):
    with_password(alice)
    with caplog.at_level("WARNING", logger="axes"):
        sign_in_by_page(Client(), alice.email, "wrong 1")
    assert any("login failure" in record.getMessage() for record in caplog.records)
    assert "wrong 1" not in caplog.text


@pytest.mark.parametrize(
    "path",
    [LOGIN, RESET, "/account/logout/", "/profile/looks/", "/settings/people/invite/"],
)
def test_it_refuses_a_change_without_the_token(alice, path, with_password):
    with_password(alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="shangji.foundation.people.backends.PeopleBackend")
    assert client.post(path, {"email": alice.email}).status_code == 403


def test_it_refuses_a_change_from_another_origin(alice):
    client = Client(enforce_csrf_checks=True)
    client.get(LOGIN)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = client.post(
        LOGIN,
        {"login": alice.email, "password": PASSWORD, "csrfmiddlewaretoken": token},
        HTTP_ORIGIN="http://evil.test",
    )
    assert answer.status_code == 403


def test_it_marks_its_cookies(alice, with_password):
    with_password(alice)
    client = Client()
    sign_in_by_page(client, alice.email)
    for name in (settings.SESSION_COOKIE_NAME, "sj_device"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "https:evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/%09/evil.test",
        "/%2F/evil.test",
        "%2F%2Fevil.test",
        "/%5Cevil.test",
        "/%255Cevil.test",
        "javascript:alert(1)",
        " //evil.test",
        "http://127.0.0.1:8000@evil.test/",
        "///evil.test",
        "/ /evil.test\n",
    ],
)
def test_it_goes_home_instead_of_away(alice, target, with_password):
    with_password(alice)
    assert sign_in_by_page(Client(), alice.email, next=target).url == "/"


@pytest.mark.parametrize("target", ["/profile/", "/settings/people/?state=off&q=a%20b"])
def test_it_goes_where_somebody_wanted_to_be(alice, target, with_password):
    with_password(alice)
    assert sign_in_by_page(Client(), alice.email, next=target).url == target
