"""What stands around a record: history, files, linked records, search; named actions of core."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.products.factories import make_product
from shangji.foundation.files.models import StoredFile
from shangji.foundation.people.models import User
from tests.api.client import Program, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_history_tells_and_undo_sets_back(alice: User, charlie: User, now: datetime) -> None:
    api = program(alice, now)
    record = make_opportunity(alice, description="")
    changed = api.patch(f"opportunities/{record.pk}", {"description": "x"})
    line = api.get(f"opportunities/{record.pk}/history").data["items"][0]
    assert line["by"] == {"id": alice.pk, "name": "Alice"} and line["door"] == "api"
    assert line["fields"] == [{"field": "Description", "before": "", "after": "x"}]
    number = changed.headers["Operation"]
    assert line["operation"] == int(number) and line["may_undo"] is True
    assert program(charlie, now).post(f"operations/{number}/undo").status_code == 404
    assert api.post(f"operations/{number}/undo").data["restored"] == 1
    assert api.get(f"opportunities/{record.pk}").data["description"] == ""
    assert api.post(f"operations/{number}/undo").status_code == 403
    assert program(charlie, now).get(f"opportunities/{record.pk}/history").status_code == 404


def test_linked_records_are_the_visible_ones(alice: User, charlie: User, now: datetime) -> None:
    """ACC-5."""
    account = make_account(alice)
    mine = make_opportunity(alice, account=account)
    make_opportunity(charlie, account=account)
    api = program(alice, now)
    answer = api.get(f"accounts/{account.pk}/opportunities?totals=1&fields=name")
    assert [row["id"] for row in answer.data["items"]] == [mine.pk]
    assert answer.data["totals"]["count"] == 1
    assert api.get(f"accounts/{account.pk}/products").status_code == 404
    assert api.get(f"accounts/{account.pk}/planets").status_code == 404
    seen = program(charlie, now)
    assert seen.get(f"accounts/{account.pk}/opportunities").status_code == 404
    foreign = seen.get("opportunities").data["items"][0]
    assert foreign["account"] is None or "id" not in foreign["account"]


def _send(api: Program, path: str, name: str, content: bytes) -> int:
    response = api.client.post(
        f"/api/v1/{path}",
        {"file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {api.key}"},
    )
    return response.status_code


def test_files_go_by_the_one_path(alice: User, charlie: User, now: datetime) -> None:
    """ACC-9, UPL-2."""
    record = make_opportunity(alice)
    api, stranger, path = program(alice, now), program(charlie, now), f"opportunities/{record.pk}"
    assert _send(api, f"{path}/files", "a.html", b"<script>alert(1)</script>") == 201
    listed = api.get(f"{path}/files").data["items"]
    assert [one["name"] for one in listed] == ["a.html"]
    key = listed[0]["key"]
    response = api.client.get(
        f"/api/v1/files/{key}", headers={"Authorization": f"Bearer {api.key}"}
    )
    assert b"".join(response) == b"<script>alert(1)</script>"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert stranger.get(f"{path}/files").status_code == 404
    assert stranger.get(f"files/{key}").status_code == 404
    assert stranger.delete(f"files/{key}").status_code == 404
    assert _send(stranger, f"{path}/files", "b.txt", b"x") == 404
    reads = program(alice, now, {"opportunity": "read"})
    assert _send(reads, f"{path}/files", "b.txt", b"x") == 403
    other = program(alice, now, {"contact": "read"})
    assert other.get(f"files/{key}").status_code == 404
    assert api.post(f"{path}/files", {"file": "x"}).status_code == 422
    assert _send(api, f"{path}/files", "empty.txt", b"") == 422
    assert api.delete(f"files/{key}").status_code == 204
    assert StoredFile.objects.filter(deleted_at=None).count() == 0


def test_search_finds_what_is_seen(alice: User, charlie: User, now: datetime) -> None:
    api = program(alice, now)
    mine = api.post("accounts", {"name": "华辰精密机械"}).data["id"]
    program(charlie, now).post("accounts", {"name": "华辰重工"})
    found = api.get("search?q=华辰")
    assert [(one["type"], one["id"]) for one in found.data["items"]] == [("account", mine)]
    api.post("accounts", {"name": "Falcon drive"})
    assert api.get("search?q=華辰").data["items"] == found.data["items"]
    mistyped = api.get("search?q=flacon").data
    assert (mistyped["meant"], mistyped["items"][0]["title"]) == ("falcon", "Falcon drive")
    assert program(charlie, now).get("search?q=flacon").data == {"meant": None, "items": []}
    narrow = program(alice, now, {"contact": "read"})
    assert narrow.get("search?q=华辰").data["items"] == []
    for query in ("q=" + "(" * 5000, "q=%22a%20%26%20%7C%20!", "q=*", "q=%00"):
        assert api.get(f"search?{query}").status_code == 200, query
    assert api.get("search?q=a&limit=1000").status_code == 400
    assert api.get("search?q=a&types=password").status_code == 400


def test_records_are_given_claimed_and_returned(
    alice: User, bob: User, mei: User, now: datetime
) -> None:
    api = program(mei, now)
    record = make_opportunity(alice)
    path = f"opportunities/{record.pk}"
    assert api.post(f"{path}/assign", {"owner": bob.pk}).data["owner"]["id"] == bob.pk
    assert program(alice, now).post(f"{path}/assign", {"owner": "me"}).status_code == 404
    assert api.post(f"{path}/assign", {"owner": "nobody@example.com"}).status_code == 422
    assert api.post(f"{path}/return", {"reason": "no budget"}).data["owner"] is None
    claim = program(alice, now)
    assert claim.post("pool/claim", {"ids": [record.pk]}).data == {"claimed": 1}
    assert claim.post("pool/claim", {"ids": [record.pk]}).status_code == 409


def test_what_hangs_on_a_deal_is_read_and_set(alice: User, now: datetime) -> None:
    api = program(alice, now)
    record, contact = make_opportunity(alice), make_contact(alice)
    product = make_product(price="100")
    path = f"opportunities/{record.pk}"
    person = api.ask("PUT", f"{path}/people/{contact.pk}", {"role": "decider"})
    assert person.status_code == 200, person.data
    assert api.get(f"{path}/people").data["items"][0]["contact"]["id"] == contact.pk
    assert api.ask("PUT", f"{path}/people/{contact.pk}", {"role": "king"}).status_code == 422
    assert api.delete(f"{path}/people/{contact.pk}").status_code == 204
    lines = {
        "lines": [{"product": product.pk, "quantity": 3}, {"name": "Work", "unit_price": "9.5"}]
    }
    assert api.ask("PUT", f"{path}/lines", lines).data["amount"] == "309.5"
    assert api.get(f"{path}/lines").data["items"][1]["total"] == "9.5"
    bad = {"lines": [{"name": "X", "quantity": -1, "unit_price": 1}]}
    assert api.ask("PUT", f"{path}/lines", bad).status_code == 422
    assert api.ask("PUT", f"{path}/competitor-names", {"names": ["Rival"]}).status_code == 200
    assert api.get(f"{path}/competitor-names").data["items"] == ["Rival"]
    assert api.post(f"{path}/touches", {"source": "baidu", "medium": "cpc"}).status_code == 200
    assert len(api.get(f"{path}/stays").data["items"]) == 1
    pipeline = api.get("pipelines").data[0]
    assert {stage["kind"] for stage in pipeline["stages"]} == {"open", "won", "lost"}
    assert api.get("reasons").data and api.get("channels").data


def test_activities_are_logged_and_done(alice: User, now: datetime) -> None:
    api = program(alice, now)
    record, task = make_opportunity(alice), make_activity(alice)
    logged = api.post(
        f"opportunities/{record.pk}/log",
        {"kind": "call", "text": "They want a quote.\nUntil Friday.", "next_step": "Quote",
         "next_on": "2026-12-01"},
    )  # fmt: skip
    assert logged.status_code == 201 and logged.data["subject"] == "They want a quote."
    assert api.get(f"opportunities/{record.pk}").data["next_step"] == "Quote"
    done = api.post(f"opportunities/{record.pk}/step-done", {"outcome": "Sent"})
    assert done.status_code == 201 and done.data["done_at"]
    again = api.post(f"opportunities/{record.pk}/step-done", {"outcome": "Sent"})
    assert again.status_code == 400
    ticked = api.post(f"activities/{task.pk}/done", {"outcome": "ok"})
    assert ticked.data["outcome"] == "ok" and ticked.data["done_at"]
    assert api.post(f"activities/{task.pk}/reopen").data["done_at"] is None
    assert (
        api.post(f"opportunities/{record.pk}/log", {"kind": "task", "text": "x"}).status_code == 422
    )


def test_a_consent_needs_its_text_and_source(alice: User, now: datetime) -> None:
    api, contact = program(alice, now), make_contact(alice)
    body = {"channel": "mail", "given": True, "text_version": "2026-01", "source": "Fair"}
    assert api.post(f"contacts/{contact.pk}/consent", body).status_code == 200
    assert api.post(f"contacts/{contact.pk}/consent", {**body, "source": " "}).status_code == 422
    missing = api.post(f"contacts/{contact.pk}/consent", {"channel": "mail"})
    assert {one["field"] for one in missing.data["errors"]} == {"given", "text_version", "source"}


def test_it_says_who_asks(alice: User, now: datetime) -> None:
    api = program(alice, now, {"contact": "read"})
    assert api.get("me").data["scopes"] == {"contact": "read"}
    assert [one["name"] for one in api.get("people").data] == ["Alice"]
