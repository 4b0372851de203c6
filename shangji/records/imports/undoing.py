"""An import taken back: at once when it is small, else part by part as it came in."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import UndoReport, begin_undo, undo_operation, undo_part
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.queries import may_undo
from shangji.foundation.audit.registry import undo_step
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import DomainError, Forbidden
from shangji.records.imports.models import Import
from shangji.records.imports.queries import CHUNK, import_of, stopped


def undo_any(*, actor: Actor, target: Operation, now: datetime) -> tuple[UndoReport, Import | None]:
    """Undo an operation; one that is an import's as on its own page, with that import."""
    run = import_of(target)
    if run is None:
        return undo_operation(actor=actor, target=target, now=now), None
    return start_undo(actor=actor, run=run, now=now), run


def start_undo(*, actor: Actor, run: Import, now: datetime) -> UndoReport:
    """Let a job take a large import back; a small one goes at once.

    The report of a large one names the operation that has begun, and nothing more yet.
    """
    operation = _require(actor, run)
    if run.created + run.updated <= CHUNK:
        return undo_import(actor=actor, run=run, now=now)
    with transaction.atomic():
        begun = begin_undo(actor=actor, target=operation, now=now) if in_parts(run) else operation
        job = enqueue("import.undo", params={"import_id": run.pk}, actor=actor)
        Import.objects.filter(pk=run.pk).update(state=Import.State.UNDOING, job_id=job.pk)
    run.refresh_from_db()
    return UndoReport(operation_id=begun.pk)


def undo_import(
    *,
    actor: Actor,
    run: Import,
    now: datetime,
    between: Callable[[int], None] = lambda _done: None,
) -> UndoReport:
    """Take the whole import back: created rows into the bin, changed ones as they were. An undo
    that broke off goes on.

    Args:
        between: called after each part of a large one with the number of changes set back.
    """
    if run.state == Import.State.UNDOING and in_parts(run):
        if not stopped(run):
            raise DomainError(_("This import still runs. Cancel it or wait."))
        return go_on_undoing(actor=actor, run=run, now=now, between=between)
    operation = _require(actor, run)
    if in_parts(run):
        with transaction.atomic():
            begin_undo(actor=actor, target=operation, now=now)
            Import.objects.filter(pk=run.pk).update(state=Import.State.UNDOING)
        return go_on_undoing(actor=actor, run=run, now=now, between=between)
    with transaction.atomic():
        # a command that still brings rows in ends before this, or finds it done
        Import.objects.select_for_update().get(pk=run.pk)
        report = undo_operation(actor=actor, target=operation, now=now, savepoint=False)
        run.state = Import.State.UNDONE
        run.save(update_fields=["state"])
    return report


def _require(actor: Actor, run: Import) -> Operation:
    """The operation of an import that may be taken back now."""
    if run.operation is None or not may_undo(actor, run.operation):
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))
    whole = run.state == Import.State.UNDOING and not in_parts(run)  # by its job
    if run.state != Import.State.DONE and not whole and not stopped(run):
        raise DomainError(_("This import still runs. Cancel it or wait."))
    return run.operation


def in_parts(run: Import) -> bool:
    """Whether an import goes back part by part; lines and people of deals are one step each."""
    is_large = run.created + run.updated > CHUNK
    return is_large and run.operation is not None and undo_step(run.operation.action) is None


def go_on_undoing(
    *,
    actor: Actor,
    run: Import,
    now: datetime,
    inside: Callable[[], None] = lambda: None,
    between: Callable[[int], None] = lambda _done: None,
) -> UndoReport:
    """Set back what is left of an undo that has begun: each part, with how far it came, is one
    transaction, so that a killed worker goes on there.

    Args:
        inside: called in each part's transaction (a lease is checked there).
        between: called after each part with the number of changes set back (progress, cancel).
    """
    undo = Operation.objects.filter(undoes=run.operation, undo_report__isnull=True).latest("pk")
    while True:
        with transaction.atomic():
            fresh = Import.objects.select_for_update().get(pk=run.pk)
            if fresh.state != Import.State.UNDOING:
                raise DomainError(_("Another worker goes on with this import."))
            kept = fresh.report.get("undo", {})
            report = UndoReport(
                kept.get("restored", 0), kept.get("left", []), more=kept.get("more", 0)
            )
            below = undo_part(
                actor=actor, undo=undo, below=kept.get("below"), report=report, now=now
            )
            fresh.report["undo"] = {
                "below": below,
                "restored": report.restored,
                "left": report.left,
                "more": report.more,
            }
            if below is None:
                fresh.state = Import.State.UNDONE
                del fresh.report["undo"]
            fresh.save(update_fields=["state", "report"])
            inside()
        if below is None:
            run.refresh_from_db()
            return report
        between(report.restored + report.left_count)
