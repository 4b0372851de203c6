"""AUTH-9 and invitations: how people come in."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.people.actions.invitations import (
    accept_invitation,
    invite_again,
    invite_person,
)
from shangji.foundation.people.actions.tidying import forget_old
from shangji.foundation.people.actions.welcome import start_workspace
from shangji.foundation.people.models import Invitation, User
from shangji.foundation.people.tests.conftest import PASSWORD
from shangji.foundation.workspace.models import Workspace
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import Forbidden, Invalid, NotFound

WELCOME = "/welcome/"
FIRST = {
    "workspace_name": "青山机械",
    "language": "zh-hans",
    "currency": "CNY",
    "name": "戴娜",
    "email": "Dana@Example.com",
    "password": "correct horse battery",
}


@pytest.fixture
def invite(dana, now):
    def send(**changes):
        values = {"name": "Lin", "email": "lin@example.com", "role": "rep", "team": None,
                  "language": "en", **changes}  # fmt: skip
        return invite_person(actor=Actor(dana), now=now, **values)

    return send


def token_of(link: str) -> str:
    return link.rstrip("/").split("/")[-1]


def test_it_leads_the_first_visitor_to_the_welcome_page(client, db):
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == WELCOME


def test_it_starts_a_workspace_with_its_first_admin(client, db):
    answer = client.post(WELCOME, FIRST)
    assert answer.status_code == 302
    admin = User.objects.get()
    assert (admin.email, admin.role, admin.name) == ("dana@example.com", "admin", "戴娜")
    assert admin.check_password(FIRST["password"])
    assert current_workspace().name == "青山机械"
    assert client.get(reverse("people:profile")).status_code == 200


@pytest.mark.parametrize("password", ["", "1234567890", "password12", "short"])
def test_it_wants_a_real_first_password(client, db, password):
    assert client.post(WELCOME, {**FIRST, "password": password}).status_code == 400
    assert not User.objects.exists()


def test_it_says_all_at_once_what_is_not_right(client, db):
    page = client.post(WELCOME, {**FIRST, "email": "", "password": "short"})
    assert set(page.context["form"].errors) == {"email", "password"}


def test_it_shuts_the_welcome_page_for_ever(client, dana):
    for answer in (client.get(WELCOME), client.post(WELCOME, FIRST)):
        assert answer.status_code == 404
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert client.post(WELCOME, FIRST).status_code == 404
    assert User.objects.count() == 1


def test_it_makes_no_second_first_admin_in_a_race(dana, now):
    with pytest.raises(NotFound):
        start_workspace(
            actor=system_actor("page"), now=now, **{**FIRST, "email": "evil@example.com"}
        )
    assert User.objects.count() == 1


def test_it_has_no_demo_buttons_outside_a_demo(client, dana):
    User.objects.filter(pk=dana.pk).update(is_demo=True)
    assert client.post("/demo/admin/").status_code == 404
    with override_settings(DEMO=True):
        assert client.post("/demo/admin/").status_code == 404
    Workspace.objects.update_or_create(pk=1, defaults={"is_demo": True})
    assert client.post("/demo/admin/").status_code == 404


def test_it_signs_demo_people_in_with_one_click(client, dana, alice):
    current_workspace()
    Workspace.objects.update(is_demo=True)
    User.objects.filter(pk=dana.pk).update(is_demo=True)
    with override_settings(DEMO=True):
        assert b"/demo/admin/" in client.get("/account/login/").content
        assert client.get("/demo/admin/").status_code == 405
        assert client.post("/demo/rep/").status_code == 404  # Alice is no demo person
        assert Client(enforce_csrf_checks=True).post("/demo/admin/").status_code == 403
        client.post("/demo/admin/")
        assert client.get(reverse("people:profile")).status_code == 200


def test_it_lets_nobody_sign_up(client, dana):
    answer = client.post(
        "/account/signup/",
        {"email": "new@example.com", "password1": "x" * 12, "password2": "x" * 12, "role": "admin"},
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.com").exists()


def test_it_mails_an_invitation_in_the_language_of_the_invited(invite):
    invite(language="zh-hans", name="林悦")
    mail = OutgoingMail.objects.get()
    assert mail.to == "lin@example.com"
    assert mail.urgent
    assert "/join/" in mail.text


def test_it_keeps_only_the_hash_of_a_token(invite):
    token = token_of(invite().link)
    row = Invitation.objects.get()
    assert len(token) >= 27  # 160 bits
    assert token not in row.token_hash
    assert len(row.token_hash) == 64


def test_it_lets_somebody_join_once(invite, client, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    path = reverse("people:join", args=[token_of(invite().link)])
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "short"}).status_code == 400
    assert client.post(path, {"password": "correct horse battery"}).status_code == 302
    assert User.objects.get(email="lin@example.com").check_password("correct horse battery")
    assert client.get(reverse("people:profile")).status_code == 200
    assert Client().get(path).status_code == 404
    assert Client().post(path, {"password": "another long secret"}).status_code == 404


def test_it_ends_an_invitation_after_seven_days(invite, now):
    token = token_of(invite().link)
    with pytest.raises(NotFound):
        accept_invitation(token=token, password="correct horse", now=now + timedelta(days=7))


def test_it_ends_the_old_link_when_it_invites_again(invite, dana, now):
    first = invite()
    again = invite_again(actor=Actor(dana), user=first.user, now=now)
    with pytest.raises(NotFound):
        accept_invitation(token=token_of(first.link), password="correct horse", now=now)
    accept_invitation(token=token_of(again.link), password="correct horse", now=now)
    with pytest.raises(Invalid):
        invite_again(actor=Actor(dana), user=User.objects.get(pk=first.user.pk), now=now)


def test_it_invites_nobody_twice(invite, alice):
    with pytest.raises(Invalid) as refusal:
        invite(email=" ALICE@example.com ")
    assert list(refusal.value.errors) == ["email"]


def test_it_lets_only_admins_invite(alice, mei, now):
    for user in (alice, mei):
        with pytest.raises(Forbidden):
            invite_person(
                actor=Actor(user), name="X", email="x@example.com", role="rep", team=None,
                language="en", now=now,
            )  # fmt: skip


def test_it_shows_the_link_once_where_mail_is_not_set_up(sign_in, dana):
    client = sign_in(dana)
    form = {"name": "Lin", "email": "lin@example.com", "role": "rep", "language": "en"}
    page = client.post(reverse("people:invite"), form)
    assert re.search(rb"/join/[\w-]{27}", page.content)
    assert page["Cache-Control"] == "no-store"
    with override_settings(MAIL_URL="smtp://127.0.0.1:1"):
        page = client.post(reverse("people:invite"), {**form, "email": "wu@example.com"})
    assert page.status_code == 302
    assert b"/join/" not in client.get(page.url).content


def test_it_keeps_somebody_out_whose_invitation_was_undone(invite, dana, now):
    invited = invite()
    undo_operation(actor=Actor(dana), target=Operation.objects.latest("pk"), now=now)
    invited.user.refresh_from_db()
    assert invited.user.deleted_at is not None
    assert not invited.user.is_active
    with pytest.raises(NotFound):
        accept_invitation(token=token_of(invited.link), password="correct horse", now=now)


def test_it_forgets_what_is_over(invite, client, dana, with_password, now):
    with_password(dana)
    client.post("/account/login/", {"login": dana.email, "password": PASSWORD})
    invite()
    assert forget_old(now=now + timedelta(days=13)) == {
        "sessions": 0, "sign_ins": 0, "failures": 0, "invitations": 0,
    }  # fmt: skip
    much_later = timezone.now() + timedelta(days=200)
    assert forget_old(now=much_later) == {
        "sessions": 1, "sign_ins": 1, "failures": 0, "invitations": 1,
    }  # fmt: skip
    assert User.objects.filter(email="lin@example.com").exists()


def test_it_says_what_a_password_needs_in_the_readers_language(db):
    client = Client(headers={"Accept-Language": "zh-CN"})
    form = {"workspace_name": "宁波", "name": "王", "email": "w@example.com",
            "password": "x1", "language": "zh-hans", "currency": "CNY"}  # fmt: skip
    page = client.post(reverse("people:welcome"), form).content.decode()
    assert "至少需要 10 个字符" in page and "This password" not in page
