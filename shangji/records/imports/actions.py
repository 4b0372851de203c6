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
from shangji.lib.sheets import SheetError
from shangji.records.imports import files
from shangji.records.imports.engine import Importer
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
    "resume_import",
    "run_import",
    "set_mapping",
    "start_import",
    "start_trial",
    "start_undo",
    "try_import",
    "undo_import",
    "use_known",
]

#: a trial of more rows is done by a job
TRY_AT_ONCE = 10_000
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
    changed = Import.objects.filter(pk=run.pk, state__in=_OPEN).update(
        mapping=dump(mapping), record_type=mapping.type, state=Import.State.NEW, report={}
    )
    if not changed:
        raise DomainError(_("This import has begun already."))
    run.refresh_from_db()
    return run


def use_known(*, actor: Actor, run: Import, key: str) -> Import:
    """Read the file as what another system writes (`known`), in place of the present mapping."""
    sheet = sheet_by_key(key)
    if sheet is None:
        raise NotFound(_("Not here, or not yours to see."))
    rows = rows_of(sheet.type)
    rows.require(actor)
    table = files.sheet_of(run.file_key, run.sheet)
    mapping = known_mapping(sheet, rows, actor, table.header, samples_of(table))
    return set_mapping(actor=actor, run=run, mapping=mapping)


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
