"""What is known of imports: whose they are, where they stand, what their files hold."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Invalid, NotFound
from shangji.lib.sheets import Row, Sheet
from shangji.records.imports.guess import SAMPLE, guess_mapping
from shangji.records.imports.mapping import Mapping, load
from shangji.records.imports.models import Import
from shangji.records.imports.readers import text_of
from shangji.records.imports.rows import ImportRows
from shangji.records.imports.targets import rows_of
from shangji.records.kinds import Link

#: rows of one transaction
CHUNK = 1000


def get_import(actor: Actor, pk: int) -> Import:
    """An import of one's own, any for administrators. NotFound otherwise."""
    found: Import | None = Import.objects.all().visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Not here, or not yours to see."))
    return found


def guessed(rows: ImportRows, actor: Actor, sheet: Sheet) -> Mapping:
    """The mapping this person used last for these headers, else a guess."""
    before = Import.objects.filter(
        created_by_id=actor.user_id, record_type=rows.description.type, state=Import.State.DONE
    ).order_by("-id")[:20]
    for one in before:
        try:
            mapping = load(one.mapping)
        except Invalid:
            continue
        if {column.header for column in mapping.columns} == set(sheet.header):
            return mapping
    samples = list(islice(sheet.rows(), SAMPLE))
    return guess_mapping(rows, actor, sheet.header, samples)


def earlier_import(run: Import) -> Import | None:
    """A finished import of the same bytes into the same type, not taken back."""
    return (
        Import.objects.filter(
            sha256=run.sha256,
            record_type=run.record_type,
            state__in=(Import.State.DONE, Import.State.RUNNING),
        )
        .exclude(pk=run.pk)
        .order_by("-id")
        .first()
    )


def job_of(run: Import) -> Job | None:
    """The job that works on an import, or worked on it last."""
    return Job.objects.filter(pk=run.job_id).first() if run.job_id else None


def stopped(run: Import) -> bool:
    """Whether the import broke off: its job failed or was cancelled."""
    job = job_of(run)
    return run.state == Import.State.RUNNING and job is not None and job.is_over


def chunks_of(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(islice(rest, size)):
        yield chunk


def own_keys(sheet: Sheet, mapping: Mapping) -> frozenset[str]:
    """Names of the file's own rows, when a column links rows to one another; else none."""
    rows = rows_of(mapping.type)
    description = rows.description
    linking = {
        one.key
        for one in description.fields
        if isinstance(one.kind, Link) and one.kind.target == description.type
    }
    title = mapping.column_of(description.title)
    if title is None or not any(column.field in linking for column in mapping.columns):
        return frozenset()
    if title.header not in sheet.header:
        return frozenset()
    place = sheet.header.index(title.header)
    return frozenset(
        rows.match_key(description.title, text_of(row.cells[place]).strip()[:250])
        for row in sheet.rows()
    ) - {""}
