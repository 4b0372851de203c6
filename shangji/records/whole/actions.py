"""What an administrator does with a whole export: start it, fetch it."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import transaction

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.files import storage
from shangji.foundation.jobs.queue import enqueue
from shangji.records.imports.models import Export
from shangji.records.whole.archive import CHUNK
from shangji.records.whole.queries import latest_export, require_whole
from shangji.records.whole.writing import JOB, WHOLE, Progress, write_workspace


def start_whole_export(*, actor: Actor, now: datetime) -> Export:
    """Let a job write the archive, and put down who asked for it. One that is being written is
    not begun twice."""
    require_whole(actor)
    with transaction.atomic():
        before = latest_export()
        if before is not None and before.running:
            return before.export
        export = Export.objects.create(
            record_type=WHOLE, created_by_id=actor.user_id, created_at=now
        )
        job = enqueue(JOB, params={"export_id": export.pk}, actor=actor)
        Export.objects.filter(pk=export.pk).update(job_id=job.pk)
        Operation.objects.create(
            actor_id=actor.user_id, door=actor.door, action=JOB, at=now, change_count=0
        )
    export.refresh_from_db()
    return export


def write_whole_export(
    *, actor: Actor, export: Export, now: datetime, progress: Progress | None = None
) -> Export:
    """Write the archive and put it among the files; an older one goes."""
    require_whole(actor)
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as raw:
        facts = write_workspace(raw, now=now, progress=progress)
        raw.seek(0)
        written = storage.write(_pieces(raw))
    for old in Export.objects.filter(record_type=WHOLE).exclude(file_key=""):
        storage.remove(old.file_key)
        Export.objects.filter(pk=old.pk).update(file_key="")
    export.file_key, export.rows = written.key, sum(facts["rows"].values())
    export.finished_at = now
    export.save(update_fields=["file_key", "rows", "finished_at"])
    return export


def _pieces(raw: IO[bytes]) -> Iterator[bytes]:
    while piece := raw.read(CHUNK):
        yield piece
