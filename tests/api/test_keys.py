"""Keys of programs: scopes, end, shown once, stored hashed (TOK-1 to TOK-3, AUTH-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.actions.invitations import invite_again
from shangji.foundation.people.actions.tokens import make_program, make_token, revoke_token
from shangji.foundation.people.actions.users import switch_off
from shangji.foundation.people.models import ApiToken, User
from shangji.foundation.people.pages.tokens import token_row
from shangji.lib.errors import DomainError, Forbidden, Invalid
from tests.api.client import Program, program

pytestmark = pytest.mark.django_db
SESSION = "shangji.foundation.people.backends.PeopleBackend"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_a_key_that_reads_does_not_write(alice: User, now: datetime) -> None:
    record = make_opportunity(alice)
    api, path = program(alice, now, {"*": "read"}), f"opportunities/{record.pk}"
    assert api.get(path).status_code == 200
    for answer in (
        api.patch(path, {"description": "x"}),
        api.delete(path),
        api.post("opportunities", {"name": "X"}),
        api.post(f"{path}/win", {}),
        api.post(f"{path}/next-step", {"next_step": "Call", "next_step_on": "2026-12-01"}),
        api.post("pool/claim", {"ids": [record.pk]}),
        api.ask("POST", f"{path}/files", {}),
    ):
        assert answer.status_code == 403
        level = "delete" if answer.request["REQUEST_METHOD"] == "DELETE" else "write"
        assert answer.data["missing_scope"] == f"opportunity:{level}"
    assert not Operation.objects.exclude(action__startswith="token").exists()


def test_a_key_that_writes_does_not_delete(alice: User, now: datetime) -> None:
    record = make_opportunity(alice)
    api = program(alice, now, {"opportunity": "write"})
    assert api.patch(f"opportunities/{record.pk}", {"description": "x"}).status_code == 200
    assert api.delete(f"opportunities/{record.pk}").status_code == 403


def test_a_key_for_contacts_knows_of_nothing_else(alice: User, now: datetime) -> None:
    account = make_account(alice)
    contact = make_contact(alice, account=account)
    record = make_opportunity(alice, account=account)
    api = program(alice, now, {"contact": "delete"})
    seen = api.get(f"contacts/{contact.pk}")
    assert seen.status_code == 200 and seen.data["account"] is None
    assert api.get("contacts?f=account.filled.").status_code == 200
    for path in ("opportunities", f"opportunities/{record.pk}", "accounts", "activities"):
        assert api.get(path).data["missing_scope"].endswith(":read"), path
    assert api.post(f"opportunities/{record.pk}/win", {}).status_code == 403
    assert api.patch(f"contacts/{contact.pk}", {"account": account.pk}).status_code == 422


def test_a_key_is_never_more_than_its_person(alice: User, vera: User, now: datetime) -> None:
    mine = make_opportunity(alice)
    refused = program(vera, now).patch(f"opportunities/{mine.pk}", {"name": "X"})
    assert refused.status_code == 403 and "missing_scope" not in refused.data
    api = program(alice, now)
    User.objects.filter(pk=alice.pk).update(role="readonly")
    assert api.patch(f"opportunities/{mine.pk}", {"name": "X"}).status_code == 403
    assert api.get(f"opportunities/{mine.pk}").status_code == 200


def test_a_key_ends(alice: User, now: datetime) -> None:
    ended, revoked, off = program(alice, now), program(alice, now), program(alice, now)
    ApiToken.objects.filter(pk=ended.token.pk).update(expires_at=now - timedelta(seconds=1))
    assert ended.get("accounts").status_code == 401
    revoke_token(actor=Actor(alice), token=revoked.token, now=now)
    assert revoked.get("accounts").status_code == 401
    assert off.get("accounts").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refused = off.get("accounts")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.data["remedy"]
    assert Program("sjt_wrong").get("accounts").status_code == 401


def test_undo_does_not_bring_a_key_back(alice: User, now: datetime) -> None:
    api = program(alice, now)
    revoke_token(actor=Actor(alice), token=api.token, now=now)
    target = Operation.objects.filter(action="token.revoke").get()
    with pytest.raises(DomainError):
        undo_operation(actor=Actor(alice), target=target, now=now)
    assert api.get("accounts").status_code == 401


def test_it_is_shown_once_and_stored_hashed(alice: User) -> None:
    browser = Client()
    browser.force_login(alice, backend=SESSION)
    made = browser.post("/profile/keys/new/", {"name": "ERP", "on_opportunity": "read"})
    key = made.content.decode().split('value="sjt_')[1].split('"')[0]
    assert len(key) >= 43 and made.headers["Cache-Control"].startswith("max-age=0")
    token = ApiToken.objects.get()
    assert token.scopes == {"opportunity": "read"} and key not in str(vars(token))
    for change in Change.objects.all():
        assert key not in str(change.fields) and token.token_hash not in str(change.fields)
    for page in ("/profile/keys/", f"/profile/keys/{token.pk}/", "/profile/"):
        text = browser.get(page).content.decode()
        assert f"sjt_{key}" not in text and token.token_hash not in text
    assert Program(f"sjt_{key}").get("opportunities").status_code == 200
    token.refresh_from_db()
    assert token.last_used_on is not None


def test_another_persons_key_is_not_there(
    alice: User, bob: User, dana: User, now: datetime
) -> None:
    """TOK-2."""
    token = program(bob, now).token
    assert token is not None
    for person in (alice, dana):
        browser = Client()
        browser.force_login(person, backend=SESSION)
        assert b"Sync" not in browser.get("/profile/keys/").content
        assert browser.get(f"/profile/keys/{token.pk}/").status_code == 404
        assert browser.post(f"/profile/keys/{token.pk}/", {"name": "Mine"}).status_code == 404
        assert browser.post(f"/profile/keys/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert (token.name, token.deleted_at) == ("Sync", None)


def test_a_key_makes_no_keys(alice: User, now: datetime) -> None:
    actor = Actor(alice, "api", {"*": "delete"})
    with pytest.raises(Forbidden):
        make_token(actor=actor, name="X", scopes={"*": "read"}, expires_on=None, now=now)


def test_it_names_what_is_wrong_with_a_new_key(alice: User, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        make_token(
            actor=Actor(alice), name=" ", scopes={"planet": "read"}, now=now,
            expires_on=now.date() - timedelta(days=2),
        )  # fmt: skip
    assert set(refused.value.errors) == {"name", "scopes", "expires_on"}
    with pytest.raises(Invalid):
        make_token(actor=Actor(alice), name="A", scopes={}, expires_on=None, now=now)


def test_a_cookie_beside_a_key_is_not_looked_at(alice: User, vera: User, now: datetime) -> None:
    record = make_opportunity(alice)
    api = program(vera, now)
    api.client.force_login(alice, backend=SESSION)
    assert api.patch(f"opportunities/{record.pk}", {"name": "X"}).status_code == 403
    api.key = "sjt_wrong"
    assert api.get(f"opportunities/{record.pk}").status_code == 401


def test_a_program_has_a_role_and_keys_of_its_own(dana: User, alice: User, now: datetime) -> None:
    token, key = make_program(
        actor=Actor(dana), name="ERP", role="rep", scopes={"account": "write"}, expires_on=None,
        now=now,
    )  # fmt: skip
    api = Program(key)
    made = api.post("accounts", {"name": "From the ERP"})
    assert made.data["owner"] == {"id": token.user_id, "name": "ERP"}
    assert api.get("opportunities").status_code == 403
    assert not token.user.has_usable_password()
    with pytest.raises(Invalid):
        invite_again(actor=Actor(dana), user=token.user, now=now)
    browser = Client()
    browser.force_login(dana, backend=SESSION)
    page = browser.get("/settings/programs/").content.decode()
    assert "ERP" in page and key not in page
    form = {"name": "B", "on_account": "read"}
    more = browser.post(f"/settings/programs/{token.user_id}/key/", form)
    second = more.content.decode().split('value="sjt_')[1].split('"')[0]
    assert Program(f"sjt_{second}").get("accounts").status_code == 200
    assert browser.post(f"/profile/keys/{token.pk}/revoke/").status_code == 302
    assert api.get("accounts").status_code == 401
    switch_off(actor=Actor(dana), user=User.objects.get(pk=token.user_id), now=now)
    assert Program(f"sjt_{second}").get("accounts").status_code == 401


def test_only_administrators_make_programs(alice: User, mei: User, now: datetime) -> None:
    for person in (alice, mei):
        with pytest.raises(Forbidden):
            make_program(
                actor=Actor(person), name="ERP", role="rep", scopes={"*": "read"},
                expires_on=None, now=now,
            )  # fmt: skip


def test_one_level_for_every_type_has_its_exceptions(alice: User) -> None:
    browser = Client()
    browser.force_login(alice, backend=SESSION)
    form = {"name": "BI", "every": "read", "on_contact": "", "on_account": "same"}
    made = browser.post("/profile/keys/new/", form)
    key = made.content.decode().split('value="sjt_')[1].split('"')[0]
    api = Program(f"sjt_{key}")
    assert api.get("contacts").status_code == 403
    assert api.get("accounts").status_code == 200
    assert api.post("accounts", {"name": "A"}).status_code == 403
    row = ApiToken.objects.get()
    row.expires_at = datetime(2027, 1, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    told = token_row(row, timezone.now())
    names = {str(name): str(level) for name, level in told["scopes"]}
    assert (names["Records of every type"], names["Contacts"]) == ("Read", "Nothing")
    assert "Customers" not in names
    assert told["last_day"] == date(2027, 1, 31)
