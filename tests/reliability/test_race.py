"""RACE-5: a record goes while somebody edits it, imports into it, uploads to it or logs on it."""

from threading import Event, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.fixtures import Settings

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.activities.actions import log_activity
from shangji.core.activities.models import Activity
from shangji.core.opportunities.defaults import install_defaults
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.files import access, storage
from shangji.foundation.files.actions import store_upload, sweep
from shangji.foundation.files.models import StoredFile
from shangji.lib.errors import NotFound
from shangji.records.actions import delete_record, edit_record, restore_record
from shangji.records.actions.bin import empty_bin
from shangji.records.imports import actions, queries, running
from shangji.records.imports.mapping import load
from shangji.records.imports.models import Import

MAPPING = {
    "version": 1,
    "type": "opportunity",
    "match": ["external_id"],
    "system": "old",
    "columns": [
        {"header": "id", "field": "external_id"},
        {"header": "deal", "field": "name"},
        {"header": "customer", "field": "account"},
    ],
}


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Any) -> Any:
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def committed(transactional_db: None, now: Any) -> None:
    """Rows that the emptied tables of a test with real commits need."""
    forget_pipelines()
    install_defaults(now)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"offer", "text/plain")


def on_disk(folder: Any) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def attach(me: Actor, record: Any, now: Any) -> StoredFile:
    return store_upload(
        actor=me, upload=upload(), record_type=record.record_type, record_id=record.pk, now=now
    )


@pytest.mark.django_db
def test_race_5_an_upload_to_what_went_meanwhile_leaves_nothing(
    alice: Any, actor: Any, now: Any, folder: Any, monkeypatch: Any
) -> None:
    record, me = make_opportunity(alice), actor(alice)
    write = storage.write

    def write_slowly(chunks: Any) -> Any:
        delete_record(actor=me, record=record, now=now)
        return write(chunks)

    monkeypatch.setattr(storage, "write", write_slowly)
    with pytest.raises(NotFound):
        attach(me, record, now)
    assert (StoredFile.objects.count(), on_disk(folder)) == (0, [])


def test_race_5_who_deletes_waits_for_an_upload_that_was_first(
    committed: None, alice: Any, actor: Any, now: Any, monkeypatch: Any
) -> None:
    record, me = make_opportunity(alice), actor(alice)
    gone, threads = Event(), []

    def delete() -> None:
        try:
            delete_record(actor=me, record=Opportunity.objects.get(pk=record.pk), now=now)
            gone.set()
        finally:
            connection.close()

    hold = access.hold

    def hold_and_let_go(*args: Any) -> None:
        hold(*args)
        threads.append(Thread(target=delete))
        threads[0].start()
        assert not gone.wait(0.4)

    monkeypatch.setattr(access, "hold", hold_and_let_go)
    stored = attach(me, record, now)
    threads[0].join(60)
    assert gone.is_set()
    # it went with its record and comes back with it
    with pytest.raises(NotFound):
        attach(me, record, now)
    record.refresh_from_db()
    restore_record(actor=me, record=record, now=now)
    assert access.may_read(me, "opportunity", record.pk)
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [stored.pk]


@pytest.mark.django_db
def test_race_5_a_record_that_goes_for_good_takes_its_files_along(
    alice: Any, bob: Any, actor: Any, now: Any, folder: Any
) -> None:
    record, other = make_account(alice), make_account(bob)
    attach(actor(alice), record, now)
    kept = attach(actor(bob), other, now)
    delete_record(actor=actor(alice), record=record, now=now)
    assert sweep(now=now)["binned"] == 0
    empty_bin(actor=system_actor(), now=now, days=-1)
    assert sweep(now=now)["binned"] == 1
    assert on_disk(folder) == [kept.key]


@pytest.mark.django_db
def test_race_5_nothing_is_logged_on_what_went_meanwhile(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    for record in (make_opportunity(alice), make_account(alice)):
        seen = type(record).objects.get(pk=record.pk)
        delete_record(actor=me, record=record, now=now)
        with pytest.raises(NotFound):
            log_activity(actor=me, kind="call", text="Called", about=seen, now=now)
        with pytest.raises(NotFound):
            edit_record(actor=me, record=seen, values={"name": "Still here"}, now=now)
    assert not Activity.objects.exists()


def begun(me: Actor, text: str, now: Any) -> Import:
    run = actions.bring_file(
        actor=me, chunks=[text.encode()], name="deals.csv", record_type="opportunity", now=now
    )
    actions.set_mapping(actor=me, run=run, mapping=load(MAPPING))
    return actions.begin(actor=me, run=run, now=now)


def by_chunks_of_two(monkeypatch: Any) -> None:
    chunks = queries.chunks_of
    monkeypatch.setattr(running, "chunks_of", lambda rows, _many: chunks(rows, 2))


@pytest.mark.django_db
def test_race_5_an_import_links_nothing_to_a_customer_that_went_between_two_chunks(
    dana: Any, actor: Any, now: Any, monkeypatch: Any
) -> None:
    me = actor(dana)
    account = make_account(dana, name="Acme")
    make_account(dana, name="Bolt")
    by_chunks_of_two(monkeypatch)
    run = begun(me, "id,deal,customer\n1,A,Acme\n2,B,Bolt\n3,C,Acme\n4,D,Bolt\n", now)

    def between(at: Import) -> None:
        if at.done_rows == 2:
            delete_record(actor=me, record=account, now=now)

    done = actions.run_import(actor=me, run=run, now=now, between=between)
    assert (done.created, done.failed) == (3, 1)
    (left,) = done.failures.all()
    assert left.causes == [["customer", "Somebody deleted this meanwhile."]]
    assert set(Opportunity.objects.values_list("name", flat=True)) == {"A", "B", "D"}


@pytest.mark.django_db
def test_race_5_an_import_revives_nothing_that_went_between_two_chunks(
    dana: Any, actor: Any, now: Any, monkeypatch: Any
) -> None:
    me = actor(dana)
    deals = [
        make_opportunity(dana, name=f"Old {n}", external_system="old", external_id=str(n))
        for n in (1, 2, 3, 4)
    ]
    by_chunks_of_two(monkeypatch)
    rows = "".join(f"{n},New {n},\n" for n in (1, 2, 3, 4))
    run = begun(me, f"id,deal,customer\n{rows}", now)

    def between(at: Import) -> None:
        if at.done_rows == 2:
            delete_record(actor=me, record=deals[3], now=now)

    done = actions.run_import(actor=me, run=run, now=now, between=between)
    deals[3].refresh_from_db()
    assert (deals[3].name, deals[3].deleted_at) == ("Old 4", now)
    # its row is one that the workspace does not hold, and comes in as such
    assert (done.updated, done.created, done.failed) == (3, 1, 0)


def test_race_5_who_deletes_waits_for_the_chunk_that_links_there(
    committed: None, dana: Any, actor: Any, now: Any
) -> None:
    me = actor(dana)
    account = make_account(dana, name="Acme")
    run = begun(me, "id,deal,customer\n1,A,Acme\n", now)
    gone, threads = Event(), []

    def delete() -> None:
        try:
            delete_record(actor=me, record=Account.objects.get(pk=account.pk), now=now)
            gone.set()
        finally:
            connection.close()

    def inside(_at: Import) -> None:
        threads.append(Thread(target=delete))
        threads[0].start()
        assert not gone.wait(0.4)

    done = actions.run_import(actor=me, run=run, now=now, inside=inside)
    threads[0].join(60)
    assert gone.is_set() and done.created == 1
