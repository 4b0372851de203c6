"""Faults of the database and the disk, as somebody working in a browser meets them."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.foundation.audit.models import Operation
from shangji.foundation.workspace.queries import current_workspace

sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="left out: this part is about SQLite's own file"
)


@pytest.fixture
def client(alice: Any) -> Client:
    current_workspace()  # its row is there before anything goes wrong
    found = Client(raise_request_exception=False)
    found.force_login(alice, backend="shangji.foundation.people.backends.PeopleBackend")
    return found


@pytest.fixture
def locked(db: None) -> Iterator[Any]:
    """Another connection that holds the write lock of the same file until told."""
    import sqlite3  # noqa: PLC0415 - the wheel's, put in place by the settings

    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=1)
    other.execute("PRAGMA busy_timeout=1000")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=300")
    yield other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=15000")


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_flt_6_a_locked_database_answers_503_and_a_time_to_come_back(
    client: Client, locked: Any
) -> None:
    locked.execute("BEGIN IMMEDIATE")
    assert client.get("/accounts/").status_code == 200  # reading goes on
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post("/accounts/new/", {"name": "Ningbo Ltd"}, headers=headers)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert b"busy" in answer.content and b"Traceback" not in answer.content
    locked.execute("ROLLBACK")
    assert not Account.objects.exists() and not Operation.objects.exists()
    assert client.post("/accounts/new/", {"name": "Ningbo Ltd"}).status_code == 302
    assert Account.objects.count() == 1


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_flt_6_a_short_wait_is_waited_out(client: Client) -> None:
    import sqlite3  # noqa: PLC0415 - the wheel's, put in place by the settings

    name, held = connection.settings_dict["NAME"], threading.Event()

    def hold() -> None:
        mine = sqlite3.connect(name, isolation_level=None, timeout=2)
        mine.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(0.5)
        mine.execute("ROLLBACK")
        mine.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    assert client.post("/accounts/new/", {"name": "Ningbo Ltd"}).status_code == 302
    holder.join()
    assert Account.objects.count() == 1


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_flt_5_a_full_disk_under_the_database_is_told_and_recovers(client: Client) -> None:
    client.post("/accounts/new/", {"name": "Before"})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages left free by tests before would be filled first
        most = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        fields = {"all": "1", "name": "Too much", "description": "x" * 9000}
        answers = [client.post("/accounts/new/", fields) for _n in range(40)]
        refused = [one for one in answers if one.status_code != 302]
        assert refused, "the disk was never full"
        for answer in refused:
            assert answer.status_code == 507
            assert b"disk" in answer.content and b"Traceback" not in answer.content
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={most}")
    saved = Account.objects.filter(name="Too much").count()
    assert saved == len(answers) - len(refused)  # nothing half written
    assert Operation.objects.filter(action="account.create").count() == saved + 1
    assert client.post("/accounts/new/", fields).status_code == 302
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
