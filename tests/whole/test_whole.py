"""A whole export becomes the same workspace again, on either database: every table is compared."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.files.actions import store_upload
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.actions.tokens import make_token
from shangji.foundation.people.models import Team, User
from shangji.records.actions import create_record, delete_record, edit_record
from shangji.records.imports.models import Export
from shangji.records.whole import tables
from shangji.records.whole.tables import PASSING, SECRET_TABLES, derived_tables, tables_of
from shangji.records.whole.writing import write_workspace

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]
As = Callable[[User], Actor]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def filled(
    alice: User, dana: User, actor: As, now: datetime, tmp_path: Path, settings: Any
) -> Iterator[Path]:
    """A workspace with records, history, a bin, a file and a key, and its data folder."""
    settings.DATA_DIR = tmp_path / "old"
    settings.FILES_DIR = settings.DATA_DIR / "files"
    settings.FILES_DIR.mkdir(parents=True)
    (settings.DATA_DIR / "secret").write_text("s3cret")
    alice.set_password("a long enough password")
    alice.save()
    own = actor(alice)
    account = create_record(
        actor=own,
        record_type="account",
        values={"name": "华东机械有限公司", "revenue": Decimal("1234567.8901")},
        now=now,
    )
    assert isinstance(account, Account)
    gone = create_record(actor=own, record_type="account", values={"name": "Gone"}, now=now)
    create_record(
        actor=own,
        record_type="opportunity",
        values={"name": "MES “二期” \\ 'x'", "amount": Decimal("98000.50"), "account": account.pk},
        now=now,
    )
    edit_record(actor=own, record=account, values={"city": "上海", "tags": ["重点"]}, now=now)
    delete_record(actor=own, record=gone, now=now)
    upload = SimpleUploadedFile("合同.txt", b"contract", "text/plain")
    store_upload(actor=own, upload=upload, record_type="account", record_id=account.pk, now=now)
    make_token(actor=own, name="key", scopes={"*": "read"}, expires_on=None, now=now)
    yield settings.DATA_DIR


def written(target: Path, now: datetime, *, secrets: bool) -> Path:
    with target.open("wb") as raw:
        write_workspace(raw, now=now, secrets=secrets)
    return target


def read(archive: Path) -> tuple[dict[str, list[Any]], dict[str, bytes], dict[str, Any]]:
    """Tables by name, files by name, the manifest."""
    tables, files, manifest = {}, {}, {}
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name == "manifest.json":
                manifest = json.loads(data)
            elif member.name.startswith("tables/"):
                # jsonb keeps keys in an order of its own, so lines are compared as data
                tables[member.name] = [json.loads(line) for line in data.decode().splitlines()]
            else:
                files[member.name] = data
    return tables, files, manifest


def shangji(folder: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    surroundings = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    surroundings |= {"SHANGJI_DATA_DIR": str(folder), "DATABASE_URL": database}
    surroundings["DJANGO_SETTINGS_MODULE"] = "shangji.config.settings"
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "shangji.config.cli", *arguments],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def through(archive: Path, folder: Path, *, secrets: bool, database: str = "") -> Path:
    """Restore into an empty workspace and export that one."""
    done = shangji(folder, "restore", str(archive), database=database)
    assert done.returncode == 0, done.stderr + done.stdout
    again = folder.with_suffix(".tar.gz")
    more = ["--with-secrets"] if secrets else []
    done = shangji(folder, "export", "--all", str(again), *more, database=database)
    assert done.returncode == 0, done.stderr
    return again


def same(one: Path, other: Path) -> None:
    before, after = read(one), read(other)
    assert before[0].keys() == after[0].keys()
    for name, rows in before[0].items():
        assert after[0][name] == rows, name
    assert before[1] == after[1]
    for key in ("migrations", "next_ids", "rows", "secrets"):
        assert before[2][key] == after[2][key], key


def test_it_becomes_the_same_workspace_on_sqlite(
    filled: Path, tmp_path: Path, now: datetime
) -> None:
    first = written(tmp_path / "first.tar.gz", now, secrets=True)
    second = through(first, tmp_path / "new", secrets=True)
    same(first, second)
    tables, files, _manifest = read(second)
    assert any(name.startswith("files/") for name in files) and "secret" in files
    assert len(tables["tables/accounts_account.jsonl"]) == 3  # its header and two
    assert len(tables["tables/audit_change.jsonl"]) > 2
    # mail rests until somebody says that this is the workspace to go on with
    assert (tmp_path / "new" / "outgoing.paused").exists()


@pytest.mark.postgres
def test_it_goes_from_postgresql_to_sqlite_and_back(
    filled: Path, tmp_path: Path, now: datetime
) -> None:
    first = written(tmp_path / "first.tar.gz", now, secrets=True)
    second = through(first, tmp_path / "lite", secrets=True)
    same(first, second)
    place = live.DATABASES["default"]
    name = f"{place['NAME']}_back"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        url = f"postgresql://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{name}"
        third = through(second, tmp_path / "back", secrets=True, database=url)
        same(second, third)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def test_a_copy_without_secrets_finds_counts_and_numbers_like_the_first(
    filled: Path, tmp_path: Path, now: datetime
) -> None:
    first = written(tmp_path / "first.tar.gz", now, secrets=False)
    same(first, through(first, tmp_path / "new", secrets=False))
    asked = (
        "from shangji.config import sqlite; import django; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from shangji.core.accounts.models import Account\n"
        "from shangji.core.opportunities.models.stage_total import StageTotal\n"
        "from shangji.foundation.search.models import SearchEntry\n"
        "from shangji.foundation.jobs.models import Job\n"
        "print(StageTotal.objects.get().amount_e4, SearchEntry.objects.count(),"
        " Job.objects.filter(kind='search.reindex').count())\n"
        "print(Account.objects.create(name='Next', created_at=datetime.now(UTC),"
        " updated_at=datetime.now(UTC)).pk)\n"
    )
    surroundings = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    surroundings |= {
        "SHANGJI_DATA_DIR": str(tmp_path / "new"),
        "DJANGO_SETTINGS_MODULE": "shangji.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told, next_id = done.stdout.split("\n")[:2]
    assert told == "980005000 2 0"
    assert int(next_id) == read(first)[2]["next_ids"]["accounts_account"] + 1


def test_every_row_of_a_table_longer_than_a_batch_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(tables, "BATCH", 2)
    for number in range(5):
        Team.objects.create(name=f"Team {number}", created_at=now, updated_at=now)
    path = tmp_path / "table"
    assert tables.write_table(connection, Team, path, secrets=False) == 5
    before = list(Team.objects.order_by("pk").values())
    Team.objects.all().delete()
    assert tables.read_table(Team, path) == 5
    assert list(Team.objects.order_by("pk").values()) == before


def test_secrets_go_along_only_when_asked(filled: Path, tmp_path: Path, now: datetime) -> None:
    safe = read(written(tmp_path / "safe.tar.gz", now, secrets=False))
    full = read(written(tmp_path / "full.tar.gz", now, secrets=True))
    for name in SECRET_TABLES:
        assert f"tables/{name}.jsonl" not in safe[0]
        assert f"tables/{name}.jsonl" in full[0]

    def column(tables: dict[str, list[Any]], table: str, name: str) -> list[Any]:
        header, *rows = tables[f"tables/{table}.jsonl"]
        return [row[header.index(name)] for row in rows]

    assert set(column(safe[0], "people_user", "password")) == {"!"}
    assert any("$" in value for value in column(full[0], "people_user", "password"))
    assert all(
        value.startswith("left-out-") for value in column(safe[0], "people_apitoken", "token_hash")
    )
    assert column(safe[0], "people_apitoken", "name") == ["key"]


def test_every_table_goes_along_or_says_why_not() -> None:
    from django.apps import apps  # noqa: PLC0415 - the one test with it

    gone = {model._meta.db_table for model in tables_of(apps, secrets=True)}
    managed = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    assert managed - gone == PASSING | derived_tables()
    assert derived_tables() == {
        "opportunities_stagetotal",
        "search_searchentry",
        "search_searchspelling",
    }


def test_an_empty_column_comes_back_empty() -> None:
    def read(name: str) -> Any:
        return tables._reader(Operation._meta.get_field(name))(None)

    assert read("undo_report") is None and read("at") is None


def test_it_refuses_what_is_damaged_newer_or_not_empty(
    filled: Path, tmp_path: Path, now: datetime
) -> None:
    first = written(tmp_path / "first.tar.gz", now, secrets=False)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(first.read_bytes()[:-2000])
    done = shangji(tmp_path / "one", "restore", str(cut))
    assert done.returncode == 1 and "damaged" in done.stderr
    newer = tmp_path / "newer.tar.gz"
    with tarfile.open(first) as old, tarfile.open(newer, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name == "manifest.json":
                told = json.loads(data)
                told["migrations"].append(["accounts", "9999_later"])
                data = json.dumps(told).encode()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    done = shangji(tmp_path / "two", "restore", str(newer))
    assert done.returncode == 1 and "newer" in done.stderr
    # nothing is left behind that would stand in the way of the next attempt
    done = shangji(tmp_path / "two", "restore", str(first))
    assert done.returncode == 0, done.stderr
    done = shangji(tmp_path / "two", "restore", str(first))
    assert done.returncode == 1 and "already" in done.stderr


def test_an_administrator_starts_and_fetches_it(
    filled: Path, alice: User, dana: User, sign_in: SignIn, tmp_path: Path
) -> None:
    assert sign_in(alice).get("/settings/export/").status_code == 403
    assert sign_in(alice).post("/settings/export/").status_code == 403
    client = sign_in(dana)
    assert client.get("/export/whole/").status_code == 404
    assert client.post("/settings/export/").status_code == 302
    client.post("/settings/export/")
    assert Export.objects.count() == 1  # one at a time
    assert client.get("/settings/export/").status_code == 200
    run_all_jobs()
    page = client.get("/settings/export/").content.decode()
    assert "/export/whole/" in page
    answer: Any = client.get("/export/whole/")
    archive = tmp_path / "fetched.tar.gz"
    archive.write_bytes(b"".join(answer.streaming_content))
    tables, _files, manifest = read(archive)
    assert manifest["secrets"] is False and len(tables) > 50
    # the work on the export itself is no part of it
    assert len(tables["tables/records_export.jsonl"]) == 1
    assert Operation.objects.filter(action="workspace.export", actor=dana).count() == 1
    assert sign_in(alice).get("/export/whole/").status_code == 403
    export = Export.objects.get()
    assert client.get(f"/export/{export.pk}/").status_code == 404
