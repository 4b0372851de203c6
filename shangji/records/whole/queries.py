"""Where the latest whole export stands."""

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.files import storage
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Forbidden
from shangji.lib.values import dataclass
from shangji.records.imports.models import Export
from shangji.records.whole.writing import WHOLE


def require_whole(actor: Actor) -> None:
    """Everything there is goes to nobody but administrators, and to no key of a program."""
    if not actor.is_admin:
        raise Forbidden(_("Your role does not allow this."))


@dataclass(frozen=True)
class Whole:
    """An export with its job; `size` in bytes once its file is there."""

    export: Export
    job: Job | None
    size: int

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.is_over


def latest_export() -> Whole | None:
    """The newest whole export, whoever asked for it."""
    rows = Export.objects.filter(record_type=WHOLE).select_related("created_by")
    found: Export | None = rows.first()
    if found is None:
        return None
    job = Job.objects.filter(pk=found.job_id).first() if found.job_id else None
    path = storage.path_of(found.file_key) if found.file_key else None
    size = path.stat().st_size if path is not None and path.is_file() else 0
    return Whole(found, job, size)
