"""What makes a set-up unsafe for production, as Django system checks with the tag `deploy`."""

import os
import shutil
import sqlite3
import stat
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from shangji.config import env

SAFE_SQLITE = (3, 51, 3)
ROOM = 1024**3  # bytes free below which it warns
SHORTEST_SECRET = 40
LOCAL = frozenset({"127.0.0.1", "localhost", "::1", ""})


@register(Tags.security, deploy=True)
def secret_is_kept(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    given = env.text("SHANGJI_SECRET")
    if given and len(given) < SHORTEST_SECRET:
        return [
            Error(
                "SHANGJI_SECRET is too short.",
                hint=f"{SHORTEST_SECRET} characters or more.",
                id="shangji.E001",
            )
        ]
    path = settings.DATA_DIR / "secret"
    if not given and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [Error(f"Others can read {path}.", hint=f"chmod 600 {path}", id="shangji.E002")]
    return []


@register(Tags.security, deploy=True)
def not_for_development(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "Development mode is on: errors show code and settings.",
                hint="Unset SHANGJI_DEBUG.",
                id="shangji.E003",
            )
        )
    if settings.DEMO:
        found.append(
            Error(
                "Demo mode is on: anybody signs in with one click.",
                hint="Unset SHANGJI_DEMO.",
                id="shangji.E004",
            )
        )
    return found


@register(Tags.database, deploy=True)
def sqlite_is_safe(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    if connection.vendor != "sqlite":
        return []
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        return [
            Error(
                f"SQLite {sqlite3.sqlite_version} can lose data with several connections.",
                hint="Install from requirements.lock: it brings pysqlite3 with 3.51.3 or newer.",
                id="shangji.E005",
            )
        ]
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            [mode] = cursor.fetchone()
    except DatabaseError as error:
        return [Error(f"The database cannot be opened: {error}", id="shangji.E006")]
    if str(mode).lower() != "wal":
        return [
            Error(
                f"SQLite journals as {mode}, not WAL: readers wait for writers.",
                hint="Keep the data folder on a local disk, not a network share.",
                id="shangji.E007",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail_goes_out(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.MAIL_URL:
        found.append(
            Warning(
                "No mail is sent: invitations and password resets reach nobody.",
                hint="Set SHANGJI_MAIL_URL.",
                id="shangji.W001",
            )
        )
    elif settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        found.append(
            Warning(
                "Mail is sent from an address at localhost.",
                hint="Set SHANGJI_MAIL_FROM.",
                id="shangji.W002",
            )
        )
    if settings.OUTGOING_PAUSED_FLAG.exists():
        found.append(
            Warning(
                "Outgoing mail is paused since a restore.",
                hint="shangji restore --confirm-outgoing",
                id="shangji.W003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def address_is_public(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    found: list[CheckMessage] = []
    if address.scheme not in {"http", "https"} or (address.hostname or "") in LOCAL:
        found.append(
            Warning(
                f"Links in mails lead to {settings.BASE_URL}.",
                hint="Set SHANGJI_BASE_URL to the address people use.",
                id="shangji.W004",
            )
        )
    if not settings.HTTPS:
        found.append(
            Warning(
                "Cookies travel without HTTPS.",
                hint="Serve by HTTPS and set SHANGJI_HTTPS=1.",
                id="shangji.W005",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "Every host name is answered.",
                hint="Name yours in SHANGJI_ALLOWED_HOSTS.",
                id="shangji.E008",
            )
        )
    return found


@register(Tags.security, deploy=True)
def disk_has_room(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    folder = settings.DATA_DIR
    if not os.access(folder, os.W_OK):
        return [Error(f"{folder} cannot be written.", id="shangji.E009")]
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        return [
            Warning(
                f"{free // 1024**2} MB free in {folder}.",
                hint="Make room: a full disk stops all work.",
                id="shangji.W006",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def clock_is_right(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """The clock is not before the moment this database was last migrated."""
    try:
        recorder = MigrationRecorder(connection)
        last = (
            recorder.migration_qs.order_by("-applied").values_list("applied", flat=True).first()
            if recorder.has_table()
            else None
        )
    except DatabaseError as error:
        return [Error(f"The database cannot be opened: {error}", id="shangji.E006")]
    if last is not None and last > datetime.now(UTC):
        return [
            Error(
                f"The clock is wrong: this database was migrated at {last:%Y-%m-%d %H:%M}.",
                hint="Set the clock and keep it set (NTP).",
                id="shangji.E010",
            )
        ]
    return []
