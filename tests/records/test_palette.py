"""The palette: commands by words, pinyin and initials; what was pinned and opened last."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.files.actions import delete_file, store_upload
from shangji.foundation.search.actions import MOST_PINNED, toggle_pin
from shangji.foundation.search.models import PinnedRecord
from shangji.foundation.search.queries import pinned_records, search
from shangji.foundation.search.rules import say
from shangji.lib.errors import DomainError, NotFound
from shangji.records.merging.actions import merge_records

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("label", "sound"),
    [("新建客户", "xinjiankehu xjkh"), ("设置: 查重", "shezhichachong szcc"), ("Import", "")],
)
def test_a_label_sounds_in_pinyin_and_initials(label: str, sound: str) -> None:
    assert say(label) == sound


def test_it_names_what_the_reader_may_do(alice: Any, vera: Any, dana: Any, sign_in: Any) -> None:
    told = sign_in(alice).get("/search/commands?l=移到商务谈判&l=Save").json()
    labels = {one["label"]: one for one in told["commands"]}
    # found in the other language as well, and as that sounds
    assert labels["New customer"]["say"] == "新建客户 xinjiankehu xjkh"
    assert labels["New customer"]["url"] == "/accounts/new/" and labels["New customer"]["dialog"]
    assert labels["Suspected duplicates: Customers"]["url"] == "/accounts/duplicates/"
    assert "Settings: Duplicates" not in labels
    assert told["say"] == {"移到商务谈判": "yidaoshangwutanpan ydswtp", "Save": ""}
    reader = {one["label"] for one in sign_in(vera).get("/search/commands").json()["commands"]}
    assert "New customer" not in reader and "Go to: Customers" in reader
    admin = {one["label"] for one in sign_in(dana).get("/search/commands").json()["commands"]}
    assert "Settings: Duplicates" in admin


def test_pinned_records_come_first_and_stay_own(
    alice: Any, bob: Any, charlie: Any, actor: Any, now: Any, sign_in: Any
) -> None:
    first, second = make_account(alice, name="First"), make_account(alice, name="Second")
    browser = sign_in(alice)
    assert (
        f"/search/visit/account/{first.pk}/"
        in browser.get(f"/accounts/{first.pk}/").content.decode()
    )
    for one in (first, second):
        assert browser.post(f"/search/visit/account/{one.pk}/").status_code == 204
    assert browser.post(f"/search/pin/account/{first.pk}/").status_code == 302
    page = browser.get("/search/suggest").content.decode()
    assert page.index("Pinned") < page.index("First") < page.index("Opened last")
    assert page.count("First") == 1 and "Second" in page
    assert "Unpin" in browser.get("/search/").content.decode()
    assert pinned_records(actor(bob)) == []
    with pytest.raises(NotFound):
        toggle_pin(actor=actor(charlie), record_type="account", record_id=first.pk, now=now)
    browser.post(f"/search/pin/account/{first.pk}/")
    assert not PinnedRecord.objects.exists()


def test_so_many_are_pinned_and_no_more(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    rows = [make_account(alice).pk for _number in range(MOST_PINNED + 1)]
    for pk in rows[:-1]:
        toggle_pin(actor=me, record_type="account", record_id=pk, now=now)
    with pytest.raises(DomainError):
        toggle_pin(actor=me, record_type="account", record_id=rows[-1], now=now)


def test_a_pin_goes_along_with_a_merge(alice: Any, actor: Any, now: Any) -> None:
    me, keep, go = actor(alice), make_account(alice), make_account(alice)
    toggle_pin(actor=me, record_type="account", record_id=go.pk, now=now)
    merge_records(actor=me, record_type="account", survivor_id=keep.pk, other_ids=[go.pk], now=now)
    assert [hit.record_id for hit in pinned_records(me)] == [keep.pk]


def test_a_record_is_found_by_the_names_of_its_files(
    alice: Any, charlie: Any, actor: Any, now: Any
) -> None:
    me, deal, other = actor(alice), make_opportunity(alice), make_opportunity(alice)
    stored = store_upload(
        actor=me, upload=SimpleUploadedFile("技术协议 v3.txt", b"x", "text/plain"),
        record_type="opportunity", record_id=deal.pk, now=now,
    )  # fmt: skip
    assert [hit.record_id for hit in search(me, "技术协议")] == [deal.pk]
    assert search(actor(charlie), "技术协议") == []
    merged = merge_records(
        actor=me, record_type="opportunity", survivor_id=other.pk, other_ids=[deal.pk], now=now
    )
    assert [hit.record_id for hit in search(me, "技术协议")] == [other.pk]
    target = Operation.objects.get(pk=merged.operation_id)
    undo_operation(actor=me, target=target, now=now)
    assert [hit.record_id for hit in search(me, "技术协议")] == [deal.pk]
    delete_file(actor=me, key=stored.key, now=now)
    assert search(me, "技术协议") == []
