"""Files and pictures as values: sent with the form, seen with the record, undone with it."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.files.actions import store_upload, sweep
from shangji.foundation.files.models import StoredFile
from shangji.foundation.people.models import User
from shangji.foundation.search.queries import search
from shangji.lib.errors import Invalid
from shangji.records.actions import edit_record
from shangji.records.conditions import Condition, compile_node, holds
from shangji.records.description import describe
from shangji.records.imports.targets import import_fields, rows_of
from shangji.records.merging.actions import merge_records
from tests.custom.conftest import MakeField

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


def text(name: str, content: bytes = b"hello") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def status(browser: Client, url: str) -> int:
    answer: Any = browser.get(url)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def picture(name: str = "hall.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def test_it_is_sent_shown_found_changed_and_undone(
    make_field: MakeField, alice: User, mei: User, charlie: User, actor: AsActor, sign_in: SignIn,
    now: datetime,
) -> None:  # fmt: skip
    key, record = make_field("file", "Contract").key, make_opportunity(owner=alice, now=now)
    me, browser = actor(alice), sign_in(alice)
    edit = reverse("records:edit", args=["opportunities", record.pk]) + f"?fields={key}"
    assert 'enctype="multipart/form-data"' in browser.get(edit).content.decode()
    sent = {f"{key}-sent": "1", f"{key}-upload": [text("signed 海纳.txt"), text("b.txt")]}
    assert browser.post(edit, {**sent, "version": record.version}).status_code == 302
    record.refresh_from_db()
    first, second = record.custom_values[key]
    stored = StoredFile.objects.get(key=first)
    assert (stored.on_type, stored.on_id, stored.in_field) == ("opportunity", record.pk, key)
    # seen with the record and by nobody else
    address = reverse("files:file", args=[first])
    assert status(browser, address) == status(sign_in(mei), address) == 200
    assert status(sign_in(charlie), address) == 404
    page = browser.get(f"/opportunities/?columns=name,{key}&f={key}.filled.").content.decode()
    assert "signed 海纳.txt" in page and address in page
    assert [hit.record_id for hit in search(me, "signed")] == [record.pk]
    told = browser.get(f"/api/v1/opportunities/{record.pk}").json()[key]
    assert told[0]["name"] == "signed 海纳.txt"
    assert status(browser, f"/api/v1/files/{first}") == 200
    assert told[0]["url"].endswith(f"/api/v1/files/{first}")
    # the value is changed in its field, not among the files
    assert browser.post(reverse("files:delete", args=[first])).status_code == 400
    kept = {f"{key}-sent": "1", key: [second], "version": record.version}
    assert browser.post(edit, kept).status_code == 302
    record.refresh_from_db()
    assert record.custom_values[key] == [second]
    assert status(browser, address) == 404
    history = browser.get(reverse("records:history", args=["opportunities", record.pk]))
    assert "b.txt" in history.content.decode()
    last = Operation.objects.latest("pk")
    undo_operation(actor=me, target=last, now=now)
    record.refresh_from_db()
    assert record.custom_values[key] == [first, second]
    assert status(browser, address) == 200
    assert search(me, "signed")


def test_a_new_record_takes_its_files_and_refuses_those_of_others(
    make_field: MakeField, alice: User, bob: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    key = make_field("image", "Site", in_create=True).key
    browser, new = sign_in(alice), reverse("records:new", args=["opportunities"])
    values = {"name": "With picture", f"{key}-sent": "1"}
    form = browser.post(new, {**values, f"{key}-upload": [text("a.txt")]})
    assert form.status_code == 400 and "is no picture" in form.content.decode()
    form = browser.post(new, {**values, f"{key}-upload": [text("a.png", b"II*\x00tiff")]})
    assert form.status_code == 400 and "TIFF" in form.content.decode()
    assert browser.post(new, {**values, f"{key}-upload": [picture()]}).status_code == 302
    made = Opportunity.objects.get(name="With picture")
    [name] = made.custom_values[key]
    page = browser.get(f"/opportunities/{made.pk}/").content.decode()
    assert f'src="/files/{name}/?small" alt="hall.png"' in page
    small: Any = browser.get(f"/files/{name}/?small")
    with Image.open(io.BytesIO(small.getvalue())) as drawn:
        assert drawn.size == (320, 160)
    # a key of another record's file is no file here
    other = make_opportunity(owner=alice, now=now)
    with pytest.raises(Invalid, match="hangs on another record"):
        edit_record(actor=actor(alice), record=other, values={key: [name]}, now=now)
    answer = browser.patch(
        f"/api/v1/opportunities/{other.pk}", {key: ["0" * 32]}, content_type="application/json"
    )
    assert answer.status_code in {400, 422}
    draft = store_upload(
        actor=actor(bob), upload=picture(), record_type="draft", record_id=bob.pk, now=now
    )
    assert status(browser, f"/files/{draft.key}/") == 404
    # a draft that nobody set goes after a month
    assert sweep(now=now + timedelta(days=31))["binned"] >= 1
    assert not StoredFile.objects.filter(key=draft.key).exists()
    assert StoredFile.objects.filter(key=name).exists()


def test_a_program_hangs_a_file_and_sets_it(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    key, record = make_field("file", "Contract").key, make_opportunity(owner=alice, now=now)
    empty = make_opportunity(owner=alice, now=now)
    browser, one = sign_in(alice), f"/api/v1/opportunities/{record.pk}"
    sent = browser.post(f"{one}/files", {"file": text("c.txt")}).json()
    answer = browser.patch(one, {key: [sent["key"]]}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()[key][0]["name"] == "c.txt"
    again = browser.patch(one, {key: answer.json()[key]}, content_type="application/json")
    assert again.status_code == 200
    me, description = actor(alice), describe("opportunity")
    for operator, found in (("filled", {record.pk}), ("empty", {empty.pk})):
        node = Condition(key, operator)
        rows = Opportunity.objects.filter(compile_node(description, me, node))
        assert set(rows.values_list("pk", flat=True)) == found
        every = Opportunity.objects.all()
        assert {row.pk for row in every if holds(description, me, node, row, now)} == found
    assert key not in import_fields(rows_of("opportunity"), me)
    cleared = browser.patch(one, {key: None}, content_type="application/json")
    assert cleared.status_code == 200 and cleared.json()[key] == []
    assert StoredFile.objects.get(key=sent["key"]).deleted_at is not None


def test_a_merge_keeps_the_files_of_both(
    make_field: MakeField, dana: User, actor: AsActor, now: datetime
) -> None:
    key, me = make_field("file", "Contract", of="account").key, actor(dana)
    first, second = (make_account(dana, name=name) for name in ("Haina", "Haina Ltd"))
    for record in (first, second):
        draft = store_upload(
            actor=me, upload=text("x.txt"), record_type="draft", record_id=dana.pk, now=now
        )
        edit_record(actor=me, record=record, values={key: [draft.key]}, now=now)
    merge_records(
        actor=me, record_type="account", survivor_id=first.pk, other_ids=[second.pk], now=now
    )
    first.refresh_from_db()
    files = StoredFile.objects.filter(on_id=first.pk, deleted_at=None).order_by("pk")
    assert [one.in_field for one in files] == [key, ""]
    assert first.custom_values[key] == [files[0].key]
    undo_operation(actor=me, target=Operation.objects.latest("pk"), now=now)
    back = StoredFile.objects.get(on_id=second.pk)
    assert (back.in_field, back.deleted_at) == (key, None)
