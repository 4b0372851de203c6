"""What is known of imports: whose they are, where they stand, what their files hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from django.utils import translation
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Invalid, NotFound
from shangji.lib.first_places import FirstPlaces
from shangji.lib.sheets import Row, Sheet
from shangji.records.imports.guess import LANGUAGES, SAMPLE, guess_mapping, guess_type
from shangji.records.imports.known import known_mapping, recognise, recognised_type
from shangji.records.imports.mapping import Column, Mapping, load
from shangji.records.imports.models import Import
from shangji.records.imports.readers import text_of
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


def first_mapping(actor: Actor, sheet: Sheet, record_type: str = "") -> Mapping:
    """What to begin with: the mapping this person used last for these headers, else that of a
    system whose export it is, else a guess.

    Args:
        record_type: "" lets the headers tell.
    """
    before = mapped_before(actor, sheet.header, record_type)
    if before is not None:
        return before[1]
    wanted = record_type or recognised_type(actor, sheet.header)
    found = recognise(sheet.header, wanted) if wanted else []
    rows = rows_of(wanted or guess_type(actor, sheet.header))
    samples = samples_of(sheet)
    if found:
        return known_mapping(found[0].sheet, rows, actor, sheet.header, samples)
    return guess_mapping(rows, actor, sheet.header, samples)


def samples_of(sheet: Sheet) -> list[Row]:
    return list(islice(sheet.rows(), SAMPLE))


def mapped_before(
    actor: Actor, header: Iterable[str], record_type: str = ""
) -> tuple[Import, Mapping] | None:
    """The last finished import of these headers by this person, with its mapping. The file of
    its failing rows has two headers more and is known too."""
    names = set(header)
    mended = next((pair for pair in mending_headers() if set(pair) <= names), ())
    before = Import.objects.filter(created_by_id=actor.user_id, state=Import.State.DONE)
    if record_type:
        before = before.filter(record_type=record_type)
    for one in before.order_by("-id")[:20]:
        try:
            mapping = load(one.mapping)
        except Invalid:
            continue
        known = {column.header for column in mapping.columns}
        if known == names:
            return one, mapping
        if mended and known == names - set(mended):
            more = tuple(Column(name) for name in mended)
            return one, replace(mapping, columns=(*mapping.columns, *more))
    return None


def mending_headers() -> list[tuple[str, str]]:
    """The two headers that a file of failing rows has more, in each language."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append((_("Line"), _("Cause")))
    return found


def mends(actor: Actor, run: Import, header: Sequence[str]) -> Import | None:
    """The import whose failing rows this file brings back, mended."""
    if not any(set(pair) <= set(header) for pair in mending_headers()):
        return None
    before = mapped_before(actor, header, run.record_type)
    return before[0] if before and before[0].failed else None


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


def import_of(operation: Operation) -> Import | None:
    """The import whose operation this is."""
    found: Import | None = (
        Import.objects.filter(operation=operation).select_related("operation").first()
    )
    return found


def job_of(run: Import) -> Job | None:
    """The job that works on an import, or worked on it last."""
    return Job.objects.filter(pk=run.job_id).first() if run.job_id else None


def stopped(run: Import) -> bool:
    """Whether the import broke off, or its undo: the job failed or was cancelled. What no job does
    is done by a command, of which nobody knows whether it lives: two workers at once do no harm,
    as each part asks how far the import is."""
    job, at_work = job_of(run), (Import.State.RUNNING, Import.State.UNDOING)
    return run.state in at_work and (job is None or job.is_over)


def standing(runs: Iterable[Import]) -> dict[int, str]:
    """How each import stands, in a word, by id: of one that somebody stopped, that it rests."""
    runs = list(runs)
    at_work = (Import.State.RUNNING, Import.State.UNDOING)
    jobs = {run.job_id: run.pk for run in runs if run.job_id and run.state in at_work}
    states = Job.objects.filter(pk__in=jobs).values_list("pk", "state") if jobs else ()
    words: dict[str, str] = {Job.State.CANCELLED: _("Paused"), Job.State.FAILED: _("Broken off")}
    rests = {jobs[pk]: words[state] for pk, state in states if state in words}
    return {run.pk: rests.get(run.pk) or run.get_state_display() for run in runs}


def chunks_of(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(islice(rest, size)):
        yield chunk


def own_keys(sheet: Sheet, mapping: Mapping) -> FirstPlaces:
    """Names of the file's own rows, when a column links rows to one another; else none."""
    rows = rows_of(mapping.type)
    description = rows.description
    linking = {
        one.key
        for one in description.fields
        if isinstance(one.kind, Link) and one.kind.target == description.type
    }
    found = FirstPlaces()
    title = mapping.column_of(description.title)
    if title is None or not any(column.field in linking for column in mapping.columns):
        return found
    if title.header not in sheet.header:
        return found
    place = sheet.header.index(title.header)
    for row in sheet.rows():
        key = rows.match_key(description.title, text_of(row.cells[place]).strip()[:250])
        if key:
            found.first(key, row.line)
    return found
