"""What people do with an import: bring a file, map it, try it, start it, take it back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.files.rules import clean_name
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import DomainError, Invalid, NotFound
from shangji.lib.sheets import Sheet, SheetError
from shangji.records.imports import files
from shangji.records.imports.engine import Importer
from shangji.records.imports.guess import guess_mapping
from shangji.records.imports.known import known_mapping, sheet_by_key
from shangji.records.imports.mapping import Mapping, dump, load
from shangji.records.imports.models import Import
from shangji.records.imports.queries import (
    chunks_of,
    earlier_import,
    first_mapping,
    own_keys,
    samples_of,
    stopped,
)
from shangji.records.imports.report import Report
from shangji.records.imports.running import run_import
from shangji.records.imports.targets import rows_of
from shangji.records.imports.undoing import start_undo, undo_import

__all__ = [
    "begin",
    "bring_file",
    "read_as",
    "resume_import",
    "run_import",
    "set_mapping",
    "start_import",
    "start_trial",
    "start_undo",
    "try_import",
    "undo_import",
]

#: a trial of more rows is done by a job
TRY_AT_ONCE = 10_000
#: before the name of a type, where a file is read as records of it
TYPE = "type:"
_OPEN = (Import.State.NEW, Import.State.CHECKED, Import.State.CHECKING)


def bring_file(
    *, actor: Actor, chunks: Iterable[bytes], name: str, record_type: str, now: datetime
) -> Import:
    """Keep a file and guess its mapping. Invalid names line and cause of what is no table.

    Args:
        record_type: "" guesses it from the headers.
    """
    if record_type:
        rows_of(record_type).require(actor)
    kept = files.keep(chunks)
    try:
        sheet = files.sheet_of(kept.key)
        mapping = first_mapping(actor, sheet, record_type)
        rows_of(mapping.type).require(actor)
        return Import.objects.create(
            record_type=mapping.type,
            file_key=kept.key,
            file_name=clean_name(name),
            file_size=kept.size,
            sha256=kept.sha256,
            sheet=sheet.name,
            mapping=dump(mapping),
            created_by_id=actor.user_id,
            created_at=now,
        )
    except SheetError as problem:
        files.forget(kept.key)
        where = _("Line %(line)s: ") % {"line": problem.line} if problem.line > 0 else ""
        raise Invalid.field("file", f"{where}{problem.cause}") from None
    except BaseException:
        files.forget(kept.key)
        raise


def set_mapping(*, actor: Actor, run: Import, mapping: Mapping) -> Import:
    """Change the mapping before the start; what a trial found is forgotten."""
    header = files.sheet_of(run.file_key, run.sheet).header
    # checks every field, match key and template
    Importer(actor=actor, mapping=mapping, header=header, now=run.created_at)
    rows_of(mapping.type).require(actor)
    return _keep_mapping(run, mapping, run.sheet)


def _keep_mapping(run: Import, mapping: Mapping, sheet: str) -> Import:
    changed = Import.objects.filter(pk=run.pk, state__in=_OPEN).update(
        mapping=dump(mapping),
        record_type=mapping.type,
        sheet=sheet,
        state=Import.State.NEW,
        report={},
    )
    if not changed:
        raise DomainError(_("This import has begun already."))
    run.refresh_from_db()
    return run


def read_as(*, actor: Actor, run: Import, key: str, sheet: str = "") -> Import:
    """Map the file anew, in place of the present mapping.

    Args:
        key: of what another system writes (`known`), "type:contact" for records of a type, ""
            lets the headers tell.
        sheet: another sheet of the workbook: its headers tell, whatever the key.
    """
    table = _table(run, sheet)
    if table.name != run.sheet:
        key = ""
    system = sheet_by_key(key)
    if system is not None:
        rows = rows_of(system.type)
        mapping = known_mapping(system, rows, actor, table.header, samples_of(table))
    elif key.startswith(TYPE):
        rows = rows_of(key.removeprefix(TYPE))
        mapping = guess_mapping(rows, actor, table.header, samples_of(table))
    elif not key:
        mapping = first_mapping(actor, table)
        rows = rows_of(mapping.type)
    else:
        raise NotFound(_("Not here, or not yours to see."))
    rows.require(actor)
    return _keep_mapping(run, mapping, table.name)


def _table(run: Import, sheet: str) -> Sheet:
    try:
        return files.sheet_of(run.file_key, sheet or run.sheet)
    except SheetError as problem:
        raise Invalid.field("sheet", problem.cause) from None


def try_import(
    *, actor: Actor, run: Import, now: datetime, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Read every row and write nothing: what would happen, kept as the import's report."""
    rows_of(run.record_type).require(actor)
    sheet, mapping = files.sheet_of(run.file_key, run.sheet), load(run.mapping)
    importer = Importer(
        actor=actor,
        mapping=mapping,
        header=sheet.header,
        now=now,
        own_keys=own_keys(sheet, mapping),
    )
    report = Report()
    try:
        for chunk in chunks_of(sheet.rows(), importer.rows.chunk):
            report.add(len(chunk), importer.plan(chunk), importer)
            if progress is not None:
                progress(report.total)
    except SheetError as problem:
        raise Invalid.field("file", problem.cause) from None
    document = report.document(importer, sheet.problems)
    Import.objects.filter(pk=run.pk, state__in=_OPEN).update(
        report=document, state=Import.State.CHECKED, total_rows=report.total
    )
    run.refresh_from_db()
    return document


def start_import(*, actor: Actor, run: Import, now: datetime, again: bool = False) -> Import:
    """Let a job bring the rows in. A second start does nothing.

    Args:
        again: import although the same file came in before.
    """
    begin(actor=actor, run=run, now=now, again=again)
    with transaction.atomic():
        job = enqueue(
            "import.run",
            params={"import_id": run.pk},
            unique_key=f"import.run:{run.pk}",
            actor=actor,
        )
        Import.objects.filter(pk=run.pk).update(job_id=job.pk)
    run.refresh_from_db()
    return run


def begin(*, actor: Actor, run: Import, now: datetime, again: bool = False) -> Import:
    """Mark the start; from here on the mapping is fixed."""
    rows_of(run.record_type).require(actor)
    before = earlier_import(run)
    if before is not None and not again:
        raise Invalid.field(
            "again",
            _("This file came in before, as import %(number)s. Say so to import it again.")
            % {"number": before.pk},
        )
    is_many = load(run.mapping).many
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        if fresh.state in _OPEN:
            fresh.operation = Operation.objects.create(
                actor_id=actor.user_id,
                door=actor.door,
                action=f"{run.record_type}.import_parts"
                if is_many
                else f"{run.record_type}.import",
                reason=run.file_name[:500],
                at=now,
                change_count=0,
            )
            fresh.state, fresh.started_at = Import.State.RUNNING, now
            fresh.save(update_fields=["operation", "state", "started_at"])
    run.refresh_from_db()
    return run


def resume_import(*, actor: Actor, run: Import) -> Import:
    """Let a new job go on where a broken-off import, or undo of one, ended."""
    if not stopped(run):
        raise DomainError(_("This import still runs. Cancel it or wait."))
    kind = "import.undo" if run.state == Import.State.UNDOING else "import.run"
    with transaction.atomic():
        job = enqueue(kind, params={"import_id": run.pk}, actor=actor)
        Import.objects.filter(pk=run.pk).update(job_id=job.pk)
    run.refresh_from_db()
    return run


def start_trial(*, actor: Actor, run: Import, now: datetime) -> Import:
    """Try at once, or by a job when the file is long."""
    sheet = files.sheet_of(run.file_key, run.sheet)
    rows = sum(1 for _row in islice(sheet.rows(), TRY_AT_ONCE + 1))
    if rows <= TRY_AT_ONCE:
        try_import(actor=actor, run=run, now=now)
        return run
    with transaction.atomic():
        job = enqueue("import.check", params={"import_id": run.pk}, actor=actor)
        Import.objects.filter(pk=run.pk, state__in=_OPEN).update(
            state=Import.State.CHECKING, job_id=job.pk
        )
    run.refresh_from_db()
    return run
