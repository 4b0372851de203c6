"""Every page here, by everybody: it opens, or answers what the rules say."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from shangji.foundation.audit.words import action_name
from shangji.foundation.people import actions
from shangji.foundation.people.models import User
from shangji.foundation.people.words import ACTIONS

SETTINGS = [
    "people:list",
    "people:invite",
    "people:teams",
    "people:team_new",
    "people:roles",
    "people:role_new",
    "people:workspace",
    "people:currencies",
    "people:calendar",
]


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_opens_settings_for_an_admin_only(sign_in, dana, mei, vera, alice, name, language):
    User.objects.filter(pk=dana.pk).update(language=language)
    assert sign_in(dana).get(reverse(name)).status_code == 200
    for other in (alice, mei, vera):
        assert sign_in(other).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["people:profile", "mfa_index", "account_change_password"])
def test_it_opens_the_own_pages_for_everybody(sign_in, alice, mei, vera, dana, name):
    for user in (alice, mei, vera, dana):
        response = sign_in(user).get(reverse(name), follow=True)
        assert response.status_code == 200
        assert response.context["request"].path != reverse("account_login")


@pytest.mark.parametrize("key", ["rep", "manager", "marketer", "service", "readonly", "admin"])
def test_it_shows_each_built_in_role_as_a_table(sign_in, dana, key):
    page = sign_in(dana).get(reverse("people:role", args=[key]))
    assert b"role-table" in page.content


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done", "account_signup",
     "account_inactive", "account_reset_password_from_key_done"],
)  # fmt: skip
def test_it_opens_the_pages_before_sign_in(client, dana, name):
    assert client.get(reverse(name)).status_code == 200


def test_it_sends_strangers_to_sign_in(client, dana):
    for name in [*SETTINGS, "people:profile"]:
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_it_leads_settings_to_the_first_page_one_may_open(sign_in, dana, alice):
    assert sign_in(dana).get(reverse("people:settings")).url == reverse("people:list")
    client = sign_in(alice)
    assert client.get(client.get(reverse("people:settings")).url).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["people:off", "people:on", "people:invite_again", "people:team_delete", "people:rate_delete",
     "people:role_delete"],
)  # fmt: skip
def test_it_changes_nothing_by_get(sign_in, dana, name):
    assert sign_in(dana).get(reverse(name, args=[dana.pk])).status_code == 405


def test_it_allows_no_inline_script(client, sign_in, dana):
    for page in (client.get("/account/login/"), sign_in(dana).get(reverse("people:list"))):
        policy = page["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert " style=" not in page.content.decode()
        assert "frame-ancestors 'none'" in policy


def test_it_asks_the_database_no_more_for_more_people(
    sign_in, dana, north, now, django_assert_max_num_queries
):
    client = sign_in(dana)

    def queries() -> int:
        with django_assert_max_num_queries(40) as asked:
            client.get(reverse("people:list"))
            client.get(reverse("people:teams"))
        return len(asked)

    queries()  # what comes once
    few = queries()
    for number in range(20):
        User.objects.create(
            email=f"p{number}@example.com",
            name=f"P{number}",
            team=north,
            created_at=now,
            updated_at=now,
        )
    assert queries() == few


def test_it_keeps_every_page_for_people_who_signed_in(client, dana):
    open_to_all = {"healthz", "readyz", "account_login", "account_signup", "account_reset_password"}
    for name in open_to_all:
        assert client.get(reverse(name)).status_code == 200
    for path in ("/", "/insights/", "/settings/", "/search/", "/notices/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.url.startswith(reverse("account_login")), path


def test_it_has_words_for_every_action():
    folder = Path(actions.__file__).parent
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    used = set(re.findall(r'operation\(\s*(?:actor|Actor\([^)]*\)), "([a-z_.]+)"', code))
    assert len(used) > 15
    assert used <= set(ACTIONS)
    assert action_name("person.invite") != "person.invite"
