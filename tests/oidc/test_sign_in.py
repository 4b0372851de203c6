"""Signing in by OpenID Connect, against a provider that runs inside the test."""

import html
import importlib
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import clear_url_caches, reverse
from pytest_django.fixtures import Settings

from shangji.config import urls
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.people import sign_in_urls
from shangji.foundation.people.actions.invitations import invite_person
from shangji.foundation.people.models import User
from shangji.lib.errors import NotFound
from tests.oidc.provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider, and Shangji as if it had started with its address."""
    found = Provider()
    app = {
        "provider_id": "oidc",
        "name": "Company ID",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": found.url},
    }
    before = settings.SOCIALACCOUNT_PROVIDERS
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    _read_urls()
    yield found
    settings.SOCIALACCOUNT_PROVIDERS = before
    _read_urls()
    found.stop()


def _read_urls() -> None:
    for module in (sign_in_urls, urls):
        importlib.reload(module)
    clear_url_caches()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_parts: Any) -> None:
        return None


def visitor() -> Client:
    return Client(headers={"Accept-Language": "en"})


def claims(user: Any, **more: Any) -> dict[str, Any]:
    return {
        "sub": "u-1",
        "email": user.email,
        "email_verified": True,
        "name": user.name,
        **more,
    }


def to_provider(client: Client, target: str = "") -> str:
    """Press the button; the address of the provider the page leads to."""
    page = client.post("/account/oidc/oidc/login/", {"next": target} if target else {})
    assert page.status_code == 200
    text = page.content.decode()
    led = html.unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', text)[1])  # type: ignore[index]
    assert f'href="{html.escape(led)}"' in text, "the link that works without the refresh"
    return led


def way_back(client: Client, target: str = "") -> str:
    """Where the provider sends the browser back to, with its code."""
    try:
        urllib.request.build_opener(_Stay).open(to_provider(client, target), timeout=10)
    except urllib.error.HTTPError as answer:
        assert answer.code == 302
        back = urllib.parse.urlsplit(answer.headers["Location"])
        answer.close()
    assert (back.netloc, back.path) == ("testserver", "/account/oidc/oidc/login/callback/")
    return f"{back.path}?{back.query}"


def there_and_back(client: Client, target: str = "") -> Any:
    """The whole way; what the browser is answered when it comes back."""
    return client.get(way_back(client, target))


def is_in(client: Client) -> bool:
    return client.get(reverse("people:profile")).status_code == 200


def test_the_sign_in_page_offers_it(provider: Provider, alice: User) -> None:
    page = visitor().get("/account/login/").content.decode()
    assert "Sign in with Company ID" in page and 'action="/account/oidc/oidc/login/"' in page
    # a link from elsewhere starts nothing
    assert visitor().get("/account/oidc/oidc/login/").status_code == 405


def test_it_goes_on_by_a_page_for_no_form_may_lead_away(provider: Provider, alice: User) -> None:
    client = visitor()
    page = client.post("/account/oidc/oidc/login/")
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    led = urllib.parse.urlsplit(to_provider(client))
    query = dict(urllib.parse.parse_qsl(led.query))
    assert f"{led.scheme}://{led.netloc}{led.path}" == f"{provider.url}/authorize"
    assert query["code_challenge_method"] == "S256" and len(query["state"]) >= 16


def test_somebody_invited_joins_by_it(provider: Provider, dana: User, now: Any) -> None:
    invited = invite_person(
        actor=Actor(dana), name="Lin Yue", email="lin@example.com", role="rep",
        team=None, language="en", now=now,
    )  # fmt: skip
    provider.person = claims(invited.user, email="LIN@example.com")
    client = visitor()
    answer = there_and_back(client, "/accounts/?view=mine")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/?view=mine")
    assert is_in(client)
    assert provider.calls[-2:] == ["/token", "/userinfo"]
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.uid) == (invited.user.pk, "u-1")
    assert Operation.objects.latest("id").action == "person.link"
    # the mailed link has done its work
    token = invited.link.rstrip("/").rpartition("/")[2]
    assert visitor().get(reverse("people:join", args=[token])).status_code == NotFound.status


def test_it_knows_them_again_when_their_address_changed(provider: Provider, alice: User) -> None:
    provider.person = claims(alice)
    there_and_back(visitor())
    provider.person = claims(alice, email="alice.wang@example.com", email_verified=False)
    client = visitor()
    there_and_back(client)
    assert is_in(client) and SocialAccount.objects.count() == 1
    assert Operation.objects.filter(action="person.link").count() == 1


def test_it_leaves_the_own_password_alone(provider: Provider, alice: User) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    provider.person = claims(alice)
    there_and_back(visitor())
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"email": "nobody@example.com"}, "Nobody here has this mail address"),
        ({"email_verified": False}, "Nobody here has this mail address"),
        ({"email": ""}, "Nobody here has this mail address"),
    ],
)
def test_it_refuses_an_address_nobody_has_or_vouches_for(
    provider: Provider, alice: User, more: dict[str, Any], told: str
) -> None:
    provider.person = claims(alice, **more)
    client = visitor()
    answer = there_and_back(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/")
    assert told in client.get("/account/login/").content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1 and not SocialAccount.objects.exists()


@pytest.mark.parametrize("linked", [False, True])
def test_it_refuses_somebody_switched_off(provider: Provider, alice: User, linked: bool) -> None:
    provider.person = claims(alice)
    if linked:
        there_and_back(visitor())
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client = visitor()
    answer = there_and_back(client)
    assert answer.headers["Location"] == "/account/login/"
    assert "Your access is switched off" in client.get("/account/login/").content.decode()
    assert not is_in(client)
    assert SocialAccount.objects.count() == int(linked)


def test_it_says_so_when_they_cancel_or_come_with_a_foreign_state(
    provider: Provider, alice: User
) -> None:
    client = visitor()
    answer = there_and_back(client)
    assert answer.headers["Location"] == reverse("socialaccount_login_cancelled")
    assert client.get(answer.headers["Location"]).status_code == 200
    provider.person = claims(alice)
    forged = client.get("/account/oidc/oidc/login/callback/?code=x&state=never-given")
    assert forged.status_code in {200, 401} and b"Sign-in did not work" in forged.content
    assert not is_in(client)


def test_a_way_back_leads_in_once_and_its_own_browser_only(provider: Provider, alice: User) -> None:
    provider.person = claims(alice)
    client, other = visitor(), visitor()
    back = way_back(client)
    assert b"Sign-in did not work" in other.get(back).content and not is_in(other)
    client.get(back)
    assert is_in(client)
    client.logout()
    assert b"Sign-in did not work" in client.get(back).content and not is_in(client)


def test_it_asks_for_the_second_step_too(provider: Provider, alice: User) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: PLC0415

    TOTP.activate(alice, generate_totp_secret())
    provider.person = claims(alice)
    client = visitor()
    answer = there_and_back(client)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_provider_that_is_away_is_told_and_passwords_go_on(
    provider: Provider, alice: User
) -> None:
    provider.stop()
    answer = visitor().post("/account/oidc/oidc/login/")
    assert answer.status_code == 503 and b"Sign-in did not work" in answer.content
    assert visitor().get("/account/login/").status_code == 200
