"""What people do with an import: bring a file, map it, try it, start it, take it back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import UndoReport, undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.queries import may_undo
from shangji.foundation.audit.recorder import continued
from shangji.foundation.files.rules import clean_name
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import DomainError, Forbidden, Invalid
from shangji.lib.sheets import Row, Sheet, SheetError
from shangji.records.actions.circles import hold_own_links
from shangji.records.events import RecordsImported
from shangji.records.imports import files
from shangji.records.imports.engine import Importer
from shangji.records.imports.guess import guess_type
from shangji.records.imports.mapping import Mapping, dump, load
from shangji.records.imports.models import Import, ImportFailure
from shangji.records.imports.plan import Plan
from shangji.records.imports.queries import (
    CHUNK,
    chunks_of,
    earlier_import,
    guessed,
    own_keys,
    stopped,
)
from shangji.records.imports.readers import text_of
from shangji.records.imports.report import Report
from shangji.records.imports.targets import rows_of
from shangji.records.imports.writing import WritingImporter

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
        rows = rows_of(record_type or guess_type(actor, sheet.header))
        rows.require(actor)
        mapping = guessed(rows, actor, sheet)
        return Import.objects.create(
            record_type=rows.description.type,
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
        for chunk in chunks_of(sheet.rows()):
            report.add(len(chunk), importer.plan(chunk))
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
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        if fresh.state in _OPEN:
            fresh.operation = Operation.objects.create(
                actor_id=actor.user_id,
                door=actor.door,
                action=f"{run.record_type}.import",
                reason=run.file_name[:500],
                at=now,
                change_count=0,
            )
            fresh.state, fresh.started_at = Import.State.RUNNING, now
            fresh.save(update_fields=["operation", "state", "started_at"])
    run.refresh_from_db()
    return run


def run_import(
    *,
    actor: Actor,
    run: Import,
    now: datetime,
    between: Callable[[Import], None] | None = None,
    inside: Callable[[Import], None] | None = None,
) -> Import:
    """Bring the rows in, chunk by chunk, from where the last finished chunk ended.

    Args:
        inside: called within each chunk's transaction (a lease is checked there).
        between: called after each chunk (progress, cancel).
    """
    run.refresh_from_db()
    if run.state != Import.State.RUNNING or run.operation is None:
        return run
    rows_of(run.record_type).require(actor)
    sheet, mapping = files.sheet_of(run.file_key, run.sheet), load(run.mapping)
    keys = own_keys(sheet, mapping)
    importer = WritingImporter(
        actor=actor, mapping=mapping, header=sheet.header, now=now, own_keys=keys
    )
    if not run.report.get("second"):
        place = 0
        for chunk in chunks_of(sheet.rows()):
            if place + len(chunk) <= run.done_rows:
                importer.remember(chunk)
            else:
                _write_chunk(run, importer, chunk, inside, place)
                if between is not None:
                    between(run)
            place += len(chunk)
    if keys:
        _second_pass(run, actor, mapping, sheet, keys, now, inside)
    return _finish(run, actor, importer, now)


def _write_chunk(
    run: Import,
    importer: WritingImporter,
    chunk: list[Row],
    inside: Callable[[Import], None] | None,
    place: int,
) -> None:
    """One chunk: its rows, failures, counts and progress are one transaction. When the database
    refuses a row, the chunk is done again row by row."""
    try:
        _write_once(run, importer, chunk, inside, place, careful=False)
    except (IntegrityError, Invalid):
        importer.forget_made()
        _write_once(run, importer, chunk, inside, place, careful=True)


def _write_once(
    run: Import,
    importer: WritingImporter,
    chunk: list[Row],
    inside: Callable[[Import], None] | None,
    place: int,
    *,
    careful: bool,
) -> None:
    assert run.operation is not None
    with continued(importer.actor, run.operation, now=importer.now) as op:
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        if fresh.done_rows != place or fresh.state != Import.State.RUNNING:
            raise DomainError(_("Another worker goes on with this import."))
        importer.recorder = op
        plan = importer.plan(chunk, lock=True)
        importer.drop_gone(plan)
        created, updated = importer.write(op, plan, careful=careful)
        keep_failures(run, plan)
        run.done_rows = place + len(chunk)
        run.created += created
        run.updated += updated
        run.unchanged += plan.unchanged
        run.skipped += plan.skipped
        run.failed += len(plan.failures)
        run.save(
            update_fields=["done_rows", "created", "updated", "unchanged", "skipped", "failed"]
        )
        if inside is not None:
            inside(run)


def keep_failures(run: Import, plan: Plan) -> None:
    """The rows that did not come in, as they stand in the file."""
    ImportFailure.objects.bulk_create(
        [
            ImportFailure(
                run=run,
                line=one.line,
                cells=[text_of(cell)[:2000] for cell in one.cells],
                causes=[list(pair) for pair in one.causes],
            )
            for one in plan.failures
        ],
        batch_size=500,
    )


def _second_pass(
    run: Import,
    actor: Actor,
    mapping: Mapping,
    sheet: Sheet,
    keys: frozenset[str],
    now: datetime,
    inside: Callable[[Import], None] | None,
) -> None:
    """Links among the rows of the file, now that all of them are in."""
    assert run.operation is not None
    importer = WritingImporter(
        actor=actor, mapping=mapping, header=sheet.header, now=now, own_keys=keys, second=True
    )
    place, begun = 0, int(run.report.get("second", 0))
    failed = set(run.failures.values_list("line", flat=True))
    for chunk in chunks_of(sheet.rows()):
        size = len(chunk)
        place += size
        if place <= begun:
            importer.remember(chunk)
            continue
        chunk = [row for row in chunk if row.line not in failed]
        with continued(actor, run.operation, now=now) as op:
            importer.recorder = op
            hold_own_links(importer.description, importer.fields)
            plan = importer.plan(chunk, lock=True)
            ids = [change.record.pk for change in plan.changes]
            created = set(
                run.operation.changes.filter(
                    record_type=run.record_type, record_id__in=ids, kind="created"
                ).values_list("record_id", flat=True)
            )
            importer.link_second(op, plan, created)
            keep_failures(run, plan)
            run.failed += len(plan.failures)
            run.report = {**run.report, "second": place}
            run.save(update_fields=["report", "failed"])
            if inside is not None:
                inside(run)


def _finish(run: Import, actor: Actor, importer: Importer, now: datetime) -> Import:
    assert run.operation is not None
    with continued(actor, run.operation, now=now) as op:
        run.state, run.finished_at = Import.State.DONE, now
        run.total_rows = run.done_rows
        run.report = {**run.report, "result": importer.words()}
        run.save(update_fields=["state", "finished_at", "total_rows", "report"])
        op.publish(
            RecordsImported(
                import_id=run.pk,
                record_type=run.record_type,
                created=run.created,
                updated=run.updated,
                failed=run.failed,
                by_id=actor.user_id,
            )
        )
    return run


def undo_import(*, actor: Actor, run: Import, now: datetime) -> UndoReport:
    """Take the whole import back: created rows into the bin, changed ones as they were."""
    if run.operation is None or not may_undo(actor, run.operation):
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))
    if run.state not in (Import.State.DONE, Import.State.UNDOING) and not stopped(run):
        raise DomainError(_("This import still runs. Cancel it or wait."))
    with transaction.atomic():
        report = undo_operation(actor=actor, target=run.operation, now=now)
        run.state = Import.State.UNDONE
        run.save(update_fields=["state"])
    return report


def start_undo(*, actor: Actor, run: Import, now: datetime) -> Import:
    """Let a job take a large import back; a small one goes at once."""
    if run.operation is None or not may_undo(actor, run.operation):
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))
    if run.state != Import.State.DONE and not stopped(run):
        raise DomainError(_("This import still runs. Cancel it or wait."))
    if run.created + run.updated <= CHUNK:
        undo_import(actor=actor, run=run, now=now)
        return run
    with transaction.atomic():
        if Import.objects.filter(pk=run.pk, state=run.state).update(state=Import.State.UNDOING):
            job = enqueue("import.undo", params={"import_id": run.pk}, actor=actor)
            Import.objects.filter(pk=run.pk).update(job_id=job.pk)
    run.refresh_from_db()
    return run


def resume_import(*, actor: Actor, run: Import) -> Import:
    """Let a new job go on where a broken-off import ended."""
    if not stopped(run):
        raise DomainError(_("This import still runs. Cancel it or wait."))
    with transaction.atomic():
        job = enqueue("import.run", params={"import_id": run.pk}, actor=actor)
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
