"""TOTP, recovery codes and what a second factor guards."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from shangji.foundation.people.tests.conftest import PASSWORD
from shangji.foundation.people.tests.test_sign_in import sign_in_by_page, signed_in


def code_of(secret: str) -> str:
    _before, counter, _after = yield_hotp_counters_from_time()
    return f"{hotp_value(secret, counter):06d}"


@pytest.fixture
def secret(alice, with_password) -> str:
    with_password(alice)
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    RecoveryCodes.activate(alice)
    return secret


def test_it_asks_for_the_second_step(alice, secret):
    client = Client()
    answer = sign_in_by_page(client, alice.email)
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(answer.url).status_code == 200
    assert not signed_in(client)
    assert client.post(answer.url, {"code": code_of(secret)}).status_code == 302
    assert signed_in(client)


def test_it_lets_a_recovery_code_in_once(alice, secret):
    code = Authenticator.objects.get(user=alice, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        client = Client()
        sign_in_by_page(client, alice.email)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is expected


def test_it_lets_a_code_in_once_whichever_process_took_it(alice, secret):
    code = code_of(secret)
    for expected in (True, False):
        cache.clear()  # what one process remembers, another does not
        client = Client()
        sign_in_by_page(client, alice.email)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is expected


def test_it_slows_down_wrong_second_steps(alice, secret):
    client = Client()
    sign_in_by_page(client, alice.email)
    for _ in range(10):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not signed_in(client)


def test_it_switches_the_app_on_after_a_second_look(alice, with_password):
    with_password(alice)
    client = Client()
    sign_in_by_page(client, alice.email)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    client.post(page.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert b"data:image/svg" in page.content
    secret = re.search(rb"<code>([A-Z2-7]+)</code>", page.content)[1].decode()
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_list_webauthn",
     "mfa_add_webauthn", "account_reauthenticate", "account_change_password"],
)  # fmt: skip
def test_it_opens_the_pages_of_the_second_step(alice, secret, name):
    client = Client()
    sign_in_by_page(client, alice.email)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse(name)).status_code == 200


def test_it_offers_a_challenge_for_passkeys(client, alice):
    answer = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert "request_options" in answer.json()


def test_it_offers_a_passkey_to_who_has_one(alice, secret):
    client = Client()
    page = client.get(sign_in_by_page(client, alice.email).url).content.decode()
    assert "webauthn-button" not in page
    assert "placeholder" not in page


def test_it_removes_the_second_step_of_who_lost_it(sign_in, alice, mei, dana, secret):
    address = reverse("people:second_step", args=[alice.pk])
    assert sign_in(mei).post(address).status_code == 403
    waiting = Client()
    sign_in_by_page(waiting, alice.email)
    client = sign_in(dana)
    assert address in client.get(reverse("people:edit", args=[alice.pk])).content.decode()
    client.post(address)
    assert not Authenticator.objects.filter(user=alice).exists()
    assert address not in client.get(reverse("people:edit", args=[alice.pk])).content.decode()
    assert waiting.get(reverse("account_login")).status_code == 200


def test_it_lets_who_got_a_new_password_by_mail_have_a_second_step(alice, with_password):
    with_password(alice)
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True)  # as a reset does
    client = Client()
    sign_in_by_page(client, alice.email)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert client.get(reverse(name)).status_code == 200
