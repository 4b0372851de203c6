"""An import at work: chunk by chunk, each of them whole or not at all."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import continued
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.first_places import FirstPlaces
from shangji.lib.sheets import Row, Sheet
from shangji.records.actions.circles import hold_own_links
from shangji.records.events import RecordsImported
from shangji.records.imports import files
from shangji.records.imports.engine import Importer
from shangji.records.imports.mapping import Mapping, load
from shangji.records.imports.models import Import, ImportFailure
from shangji.records.imports.plan import Plan
from shangji.records.imports.queries import chunks_of, own_keys
from shangji.records.imports.readers import text_of
from shangji.records.imports.targets import rows_of
from shangji.records.imports.writing import WritingImporter


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
        for chunk in chunks_of(sheet.rows(), importer.rows.chunk):
            if place + len(chunk) <= run.done_rows:
                importer.remember(chunk)
            else:
                _write_chunk(run, importer, chunk, inside, place)
                if between is not None:
                    between(run)
            place += len(chunk)
    if keys:
        _second_pass(run, actor, mapping, sheet, keys, now, inside, between)
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
                cells=[text_of(cell) for cell in one.cells],
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
    keys: FirstPlaces,
    now: datetime,
    inside: Callable[[Import], None] | None,
    between: Callable[[Import], None] | None,
) -> None:
    """Links among the rows of the file, now that all of them are in."""
    assert run.operation is not None
    importer = WritingImporter(
        actor=actor, mapping=mapping, header=sheet.header, now=now, own_keys=keys, second=True
    )
    place, begun = 0, int(run.report.get("second", 0))
    failed = set(run.failures.values_list("line", flat=True))
    for chunk in chunks_of(sheet.rows(), importer.rows.chunk):
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
        if between is not None:
            between(run)


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
