"""Imports run by the worker: resumable after any chunk."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job
from shangji.foundation.notices.actions import notify
from shangji.records import exports
from shangji.records.imports import actions
from shangji.records.imports.models import Export, Import
from shangji.records.imports.undoing import go_on_undoing, in_parts


@job("import.check", label=_("Try an import"))
def check(ctx: JobContext, *, import_id: int) -> dict[str, int]:
    """Try a large file without writing."""
    run = Import.objects.get(pk=import_id)

    def progress(done: int) -> None:
        ctx.progress(done, max(done, run.total_rows))
        ctx.raise_if_cancelled()

    report = actions.try_import(actor=ctx.actor, run=run, now=timezone.now(), progress=progress)
    return {"rows": report["total"]}


@job("import.run", label=_("Import"))
def run(ctx: JobContext, *, import_id: int) -> dict[str, int]:
    """Bring a file in. Each chunk with its progress is one transaction, so that a killed worker
    neither loses nor doubles a row."""
    found = Import.objects.select_related("operation").get(pk=import_id)

    def inside(now_at: Import) -> None:
        ctx.checkpoint({"rows": now_at.done_rows})

    def between(now_at: Import) -> None:
        ctx.progress(now_at.done_rows, max(now_at.total_rows, now_at.done_rows))
        ctx.raise_if_cancelled()

    began = found.started_at or ctx.now
    done = actions.run_import(actor=ctx.actor, run=found, now=began, inside=inside, between=between)
    if done.state == Import.State.DONE:
        _tell(
            done,
            "import.done",
            gettext_noop("“%(file)s” is imported"),
            gettext_noop("%(created)s new, %(updated)s changed, %(failed)s did not come in"),
            created=done.created,
            updated=done.updated,
            failed=done.failed,
        )
    return {"created": done.created, "updated": done.updated, "failed": done.failed}


@job("import.undo", label=_("Take an import back"))
def undo(ctx: JobContext, *, import_id: int) -> dict[str, int]:
    """Take a large import back. Each part with its progress is one transaction, so that a killed
    worker goes on where it ended; a repeat finds it done."""
    found = Import.objects.select_related("operation").get(pk=import_id)
    if found.state != Import.State.UNDOING or found.operation is None:
        return {}
    if not in_parts(found):
        whole = actions.undo_import(actor=ctx.actor, run=found, now=timezone.now())
        _tell_back(found, whole)
        return {"restored": whole.restored, "left": whole.left_count}
    total = found.operation.change_count

    def inside() -> None:
        ctx.checkpoint({})

    def between(done: int) -> None:
        ctx.progress(min(done, total), total)
        ctx.raise_if_cancelled()

    report = go_on_undoing(
        actor=ctx.actor, run=found, now=timezone.now(), inside=inside, between=between
    )
    _tell_back(found, report)
    return {"restored": report.restored, "left": report.left_count}


@job("export.run", label=_("Export"))
def export(ctx: JobContext, *, export_id: int) -> dict[str, int]:
    """Write a long list; a repeat writes it anew."""
    found = Export.objects.get(pk=export_id)
    done = exports.write_export(actor=ctx.actor, export=found, now=timezone.now())
    if done.created_by_id is not None:
        notify(
            user_ids=[done.created_by_id],
            kind="export.done",
            title=gettext_noop("Your export is ready"),
            body=gettext_noop("%(rows)s rows"),
            params={"rows": done.rows},
            url=reverse("records:export_page", kwargs={"pk": done.pk}),
            now=timezone.now(),
            unique_key=f"export:{done.pk}",
        )
    return {"rows": done.rows}


def _tell(run: Import, kind: str, title: str, body: str, **params: int) -> None:
    """One notice, in the end, to whoever began the import."""
    if run.created_by_id is None:
        return
    notify(
        user_ids=[run.created_by_id],
        kind=kind,
        title=title,
        body=body,
        params={"file": run.file_name, **params},
        url=reverse("records:import_page", kwargs={"pk": run.pk}),
        now=timezone.now(),
        unique_key=f"{kind}:{run.pk}",
    )


def _tell_back(run: Import, report: UndoReport) -> None:
    _tell(
        run,
        "import.undone",
        gettext_noop("“%(file)s” is taken back"),
        gettext_noop("%(restored)s set back, %(left)s left as they are in use or were changed"),
        restored=report.restored,
        left=report.left_count,
    )
