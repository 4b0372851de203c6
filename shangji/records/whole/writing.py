"""Write a whole workspace: records, history, settings and files, as of one moment."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from shangji.records.imports.models import Export
from shangji.records.whole.archive import pack, workspace_files
from shangji.records.whole.tables import next_ids, one_moment, tables_of, write_table

KIND = "workspace"
#: the job that writes an archive in the background, and `record_type` of its row
JOB = "workspace.export"
WHOLE = "workspace"

Progress = Callable[[int, int], None]


def write_workspace(
    raw: IO[bytes],
    *,
    now: datetime,
    secrets: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the archive to a stream; returns its manifest's facts.

    Args:
        secrets: password hashes, hashes of keys, second factors and the signing secret go too.
        progress: told (tables done, tables in all).
    """
    facts: dict[str, Any] = {"kind": KIND, "secrets": secrets}
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".whole-") as scratch,
        one_moment() as source,
    ):
        parts = _parts(Path(scratch), source, facts, secrets, progress)
        pack(raw, parts, facts, now, zipped=True)
    return facts


def _parts(
    scratch: Path,
    source: BaseDatabaseWrapper,
    facts: dict[str, Any],
    secrets: bool,
    progress: Progress | None,
) -> Iterator[tuple[str, Path]]:
    found = tables_of(apps, secrets=secrets)
    facts["migrations"] = _migrations(source)
    facts["next_ids"] = next_ids(source, found)
    rows: dict[str, int] = {}
    for number, model in enumerate(found):
        if progress is not None:
            progress(number, len(found))
        table = model._meta.db_table
        path = scratch / "table"
        rows[table] = write_table(
            source, model, path, secrets=secrets, without=_passing_rows(source, model)
        )
        yield f"tables/{table}.jsonl", path
    facts["rows"] = rows
    if progress is not None:
        progress(len(found), len(found))
    # after the tables: a file added meanwhile is one too many, never one too few
    yield from workspace_files(without=_export_keys(source))
    secret = settings.DATA_DIR / "secret"
    if secrets and secret.is_file():
        yield "secret", secret


def _migrations(source: BaseDatabaseWrapper) -> list[list[str]]:
    with source.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [list(row) for row in cursor.fetchall()]


def _passing_rows(source: BaseDatabaseWrapper, model: type[models.Model]) -> str:
    """The work on whole exports is not part of one: its job would begin anew in the copy."""
    quote = source.ops.quote_name
    if model is Export:
        return f"{quote('record_type')} = '{WHOLE}'"
    if model._meta.db_table == "jobs_job":
        return f"{quote('kind')} = '{JOB}'"
    return ""


def _export_keys(source: BaseDatabaseWrapper) -> frozenset[str]:
    """Files of exports lie with the others and are made anew when somebody wants them."""
    with source.cursor() as cursor:
        cursor.execute(f"SELECT file_key FROM {Export._meta.db_table}")  # noqa: S608 - our table
        return frozenset(row[0] for row in cursor.fetchall() if row[0])
