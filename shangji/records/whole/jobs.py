"""The whole export in the background."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job
from shangji.foundation.notices.actions import notify
from shangji.records.imports.models import Export
from shangji.records.whole import actions
from shangji.records.whole.writing import JOB


@job(JOB, label=_("Whole export"))
def run(ctx: JobContext, *, export_id: int) -> dict[str, int]:
    """Write the archive; a repeat writes it anew, as of its own moment."""
    export = Export.objects.get(pk=export_id)

    def progress(done: int, total: int) -> None:
        ctx.progress(done, total)
        ctx.raise_if_cancelled()

    done = actions.write_whole_export(
        actor=ctx.actor, export=export, now=timezone.now(), progress=progress
    )
    if done.created_by_id is not None:
        notify(
            user_ids=[done.created_by_id],
            kind="export.done",
            title=gettext_noop("The whole export is ready"),
            body=gettext_noop("%(rows)s rows"),
            params={"rows": done.rows},
            url=reverse("records:whole"),
            now=timezone.now(),
            unique_key=f"export:{done.pk}",
        )
    return {"rows": done.rows}
