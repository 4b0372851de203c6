"""TOTP, recovery codes and what a second factor guards."""

import re
from datetime import timedelta

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
from axes.models import AccessAttempt
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shangji.foundation.people.forms.second_step import AddPasskeyForm, EditPasskeyForm
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


def at_the_second_step(email: str) -> Client:
    client = Client()
    sign_in_by_page(client, email)
    return client


def guess(client: Client, times: int, address: str = "mfa_authenticate") -> list[int]:
    """What wrong codes are answered, each time by another process."""
    statuses = []
    for _ in range(times):
        cache.clear()
        statuses.append(client.post(reverse(address), {"code": "000000"}).status_code)
    return statuses


def wait(**spent: int) -> None:
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(**spent))


def test_it_slows_down_wrong_second_steps_over_all_processes(alice, secret):
    assert guess(at_the_second_step(alice.email), 6) == [200] * 6
    client = at_the_second_step(alice.email)  # the password was right again: they still count
    assert guess(client, 5) == [200] * 3 + [429] * 2
    refused = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.context["minutes"] == 1
    assert not signed_in(client)
    # what came meanwhile was not counted
    assert AccessAttempt.objects.get().failures_since_start == 10
    wait(seconds=61)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert signed_in(client)
    assert not AccessAttempt.objects.exists()


def test_each_further_wrong_second_step_doubles_the_wait(alice, secret):
    client = at_the_second_step(alice.email)
    guess(client, 10)
    for minutes in (2, 4):
        wait(minutes=minutes // 2, seconds=1)
        page = client.post(reverse("mfa_authenticate"), {"code": "a recovery code"})
        assert page.context["minutes"] == minutes
    wait(minutes=31)
    assert guess(client, 1) == [200]


def test_wrong_second_steps_are_logged_without_the_code(alice, secret, caplog, capsys):
    client = at_the_second_step(alice.email)
    client.post(reverse("mfa_authenticate"), {"code": "918273"})
    told = caplog.text + "".join(capsys.readouterr())
    assert "wrong code of the second step" in told
    assert "918273" not in told


def test_who_guesses_elsewhere_keeps_nobody_out(alice, secret):
    own = at_the_second_step(alice.email)
    own.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    own.post(reverse("account_logout"))
    stranger = at_the_second_step(alice.email)
    assert guess(stranger, 10)[-1] == 429
    sign_in_by_page(own, alice.email)
    codes = Authenticator.objects.get(user=alice, type="recovery_codes").wrap()
    own.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})
    assert signed_in(own)
    assert guess(stranger, 1) == [429]


def test_wrong_second_steps_do_not_count_for_passwords(alice, secret):
    guess(at_the_second_step(alice.email), 10)
    assert sign_in_by_page(Client(), alice.email).status_code == 302


def test_it_slows_down_wrong_codes_of_who_is_signed_in(sign_in, alice, secret):
    client = sign_in(alice)
    assert guess(client, 10, "mfa_reauthenticate")[8:] == [200, 429]
    page = client.post(reverse("mfa_reauthenticate"), {"code": "000000", "next": "/settings/?a=1"})
    assert "?next=/settings/%3Fa%3D1" in page.content.decode()


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


@pytest.mark.parametrize(
    "answer",
    ["7", '"text"', "[1]", '{"id": "gone"}', '{"id": "QQ", "rawId": "QQ", "response": {}}',
     '{"id": "QQ", "rawId": "QQ", "type": "public-key", "response": {"clientDataJSON": "QQ", '
     '"authenticatorData": "QQ", "signature": "QQ", "userHandle": null}}'],
)  # fmt: skip
def test_it_says_what_to_do_when_a_passkey_does_not_work(client, alice, answer):
    page = client.post(reverse("mfa_login_webauthn"), {"credential": answer})
    assert page.url == reverse("account_login")
    sentence = gettext("This passkey does not work here. Try again, or choose another way.")
    assert [str(one) for one in get_messages(page.wsgi_request)] == [sentence]
    form = AddPasskeyForm(user=alice, data={"credential": answer})
    assert form.non_field_errors() == [sentence]


def test_it_offers_a_passkey_to_who_has_one(alice, secret):
    client = Client()
    page = client.get(sign_in_by_page(client, alice.email).url).content.decode()
    assert "webauthn-button" not in page
    assert "placeholder" not in page


@pytest.mark.parametrize("form", [AddPasskeyForm, EditPasskeyForm])
def test_a_name_of_a_passkey_fits_into_a_line(alice, form):
    passkey = Authenticator(user=alice, type="webauthn", data={"name": "Laptop"})
    more = {"user": alice} if form is AddPasskeyForm else {"instance": passkey}
    assert "name" not in form(data={"name": "n" * 80}, **more).errors
    assert "name" in form(data={"name": "n" * 81}, **more).errors


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


def test_it_says_what_stays_when_the_app_goes(alice, secret, sign_in):
    client = sign_in(alice)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    address = reverse("mfa_deactivate_totp")
    assert client.get(address).context["form"].passkeys is False
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Laptop"})
    assert client.get(address).context["form"].passkeys is True
