"""`shangji check` finds what is unsafe for production, and is quiet when nothing is."""

import stat
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from shangji.config import checks

Usage = namedtuple("Usage", "total used free")


def ids(check: Callable[..., list[CheckMessage]]) -> list[str | None]:
    return [message.id for message in check(None)]


@pytest.fixture
def safe(settings: Any, tmp_path: Path) -> Any:
    """Settings as they should be for production."""
    settings.DATA_DIR = tmp_path
    settings.DEBUG = settings.DEMO = False
    settings.MAIL_URL = "smtp://mail.example.com"
    settings.DEFAULT_FROM_EMAIL = "Shangji <crm@example.com>"
    settings.BASE_URL = "https://crm.example.com"
    settings.HTTPS = True
    settings.OUTGOING_PAUSED_FLAG = tmp_path / "outgoing.paused"
    return settings


def test_it_is_quiet_when_all_is_well(safe: Any) -> None:
    for check in (
        checks.secret_is_kept,
        checks.not_for_development,
        checks.mail_goes_out,
        checks.address_is_public,
        checks.disk_has_room,
    ):
        assert ids(check) == []


def test_it_finds_a_short_secret(safe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGJI_SECRET", "changeme")
    assert ids(checks.secret_is_kept) == ["shangji.E001"]


def test_it_finds_a_secret_others_can_read(safe: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x" * 60)
    secret.chmod(0o600)
    assert ids(checks.secret_is_kept) == []
    secret.chmod(stat.S_IRUSR | stat.S_IROTH)
    assert ids(checks.secret_is_kept) == ["shangji.E002"]


def test_it_finds_development_and_demo_mode(safe: Any) -> None:
    safe.DEBUG = safe.DEMO = True
    assert ids(checks.not_for_development) == ["shangji.E003", "shangji.E004"]


def test_it_finds_that_mail_is_not_set(safe: Any) -> None:
    safe.MAIL_URL = ""
    assert ids(checks.mail_goes_out) == ["shangji.W001"]


def test_it_finds_a_sender_at_localhost_and_paused_mail(safe: Any) -> None:
    safe.DEFAULT_FROM_EMAIL = "Shangji <shangji@localhost>"
    safe.OUTGOING_PAUSED_FLAG.touch()
    assert ids(checks.mail_goes_out) == ["shangji.W002", "shangji.W003"]


def test_it_finds_an_address_nobody_else_can_open(safe: Any) -> None:
    safe.BASE_URL = "http://127.0.0.1:8000"
    safe.HTTPS = False
    safe.ALLOWED_HOSTS = ["*"]
    assert ids(checks.address_is_public) == ["shangji.W004", "shangji.W005", "shangji.E008"]


def test_it_finds_a_full_disk(safe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: Usage(2**40, 2**40, 2**20))
    assert ids(checks.disk_has_room) == ["shangji.W006"]


@pytest.mark.django_db
def test_it_finds_an_old_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 40, 1))
    expected = ["shangji.E005"] if connection.vendor == "sqlite" else []
    assert ids(checks.sqlite_is_safe) == expected


@pytest.mark.django_db
def test_it_finds_a_clock_that_was_set_back() -> None:
    assert ids(checks.clock_is_right) == []
    MigrationRecorder(connection).migration_qs.create(
        app="later", name="0001", applied=datetime.now(UTC) + timedelta(days=400)
    )
    assert ids(checks.clock_is_right) == ["shangji.E010"]
