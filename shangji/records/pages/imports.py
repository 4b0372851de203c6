"""Import in the browser: bring a file, map it, try it, start it, look at what failed, undo."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.queries import may_undo
from shangji.foundation.files.actions import TooLarge
from shangji.foundation.jobs import actions as jobs
from shangji.lib.errors import DomainError, Forbidden, Invalid, NotFound
from shangji.lib.sheets import SheetError, csv_chunks
from shangji.records.description import by_slug
from shangji.records.imports import actions, form, queries
from shangji.records.imports.engine import Importer
from shangji.records.imports.files import LIMITS, sheet_of
from shangji.records.imports.known import Recognised, recognise
from shangji.records.imports.mapping import Mapping, dump, load
from shangji.records.imports.models import Import, ImportFailure
from shangji.records.imports.readers import Problem, text_of
from shangji.records.imports.targets import closed_fields, import_fields, importable, rows_of
from shangji.records.pages.answers import actor_of, say

PREVIEW = 20
PER_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Bring a file; of one type, or of a type that its headers tell."""
    actor = actor_of(request)
    record_type = ""
    if slug:
        description = by_slug(slug)
        if description is None:
            raise NotFound(_("Not here, or not yours to see."))
        record_type = description.type
        rows_of(record_type).require(actor)
    types = importable(actor)
    if not types:
        raise Forbidden(_("Your role does not allow this."))
    errors: list[str] = []
    if request.method == "POST":
        chosen = request.POST.get("type", "")[:40] or record_type
        try:
            chunks, name = _content(request.FILES, request.POST.get("text", ""))
            run = actions.bring_file(
                actor=actor, chunks=chunks, name=name, record_type=chosen, now=timezone.now()
            )
            return redirect("records:import_page", pk=run.pk)
        except Invalid as problem:
            errors = [text for texts in problem.errors.values() for text in texts]
    past = Import.objects.all().visible_to(actor).select_related("created_by")
    context = {
        "types": types,
        "record_type": record_type,
        "errors": errors,
        "imports": _shown(Paginator(past, PER_PAGE).get_page(request.GET.get("page"))),
        "limit": LIMITS.file_bytes,
        "list_slug": slug,
    }
    return render(request, "records/import_upload.html", context, status=400 if errors else 200)


def _shown(page: Any) -> Any:
    words = queries.standing(page)
    for one in page:
        one.description, one.standing = _described(one), words[one.pk]
    return page


def _described(run: Import) -> Any:
    try:
        return rows_of(run.record_type).description
    except NotFound:
        return None


def _content(files: Any, pasted: str) -> tuple[Any, str]:
    """Bytes and name of what was given: a file, or rows pasted from a sheet."""
    given = files.get("file")
    if given is not None:
        if (given.size or 0) > LIMITS.file_bytes:
            raise TooLarge(_("The file is too large for one import. Cut it in two."))
        return given.chunks(), given.name or ""
    if pasted.strip():
        return [pasted.encode()], _("Pasted rows")
    raise Invalid.field("file", _("Choose a file, or paste rows with their headers."))


@login_required
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """An import wherever it stands: mapping, trial, progress, result."""
    actor = actor_of(request)
    return _page(request, actor, queries.get_import(actor, pk))


def _page(
    request: HttpRequest, actor: Actor, run: Import, errors: list[str] | None = None
) -> HttpResponse:
    open_ = run.state in {Import.State.NEW, Import.State.CHECKED}
    context: dict[str, Any] = {
        "run": run,
        "description": _described(run),
        "job": queries.job_of(run),
        "stopped": queries.stopped(run),
        "standing": queries.standing([run])[run.pk],
        "errors": errors or [],
        "open": open_,
        "earlier": queries.earlier_import(run) if open_ else None,
        "may_undo": run.operation is not None and may_undo(actor, run.operation),
    }
    if open_:
        context |= _mapping_context(actor, run)
    elif run.state != Import.State.CHECKING:
        failures = Paginator(run.failures.all(), PER_PAGE).get_page(request.GET.get("page"))
        context["failures"] = failures
        context["notes"] = [
            (header, one)
            for header, one in run.report.get("result", {}).items()
            if one["unknown"] or (one["link"] and one["empty"])
        ]
    if request.headers.get("HX-Target") == "figures":
        return render(request, "records/_import_figures.html", context)
    status = 400 if errors else 200
    return render(request, "records/import.html", context, status=status)


def _mapping_context(actor: Actor, run: Import) -> dict[str, Any]:
    try:
        sheet = sheet_of(run.file_key, run.sheet)
        rows = list(islice(sheet.rows(), PREVIEW))
        mapping = load(run.mapping)
    except (SheetError, NotFound) as problem:
        return {"gone": str(problem)}
    except Invalid:
        return {"gone": _("The mapping of this import cannot be read. Bring the file again.")}
    fields = import_fields(rows_of(run.record_type), actor)
    lines = form.lines_of(mapping, sheet.header, rows, fields, run.report)
    return {
        "sheet": sheet,
        "mapping": mapping,
        "lines": lines,
        "unmapped": [line.column.header for line in lines if line.field is None],
        "closed": closed_fields(run.record_type, actor),
        "fields": form.field_choices(fields, actor, run.record_type),
        "constants": form.constants_of(mapping, fields),
        "matches": form.match_choices(mapping, fields),
        "match": ",".join(mapping.match),
        "modes": form.MODES,
        "orders": form.ORDERS,
        "policies": form.POLICIES,
        "numbers": form.NUMBERS,
        "rules": form.rules_of(mapping, fields),
        "mends": queries.mends(actor, run, sheet.header),
        "examples": form.examples_of(run.report),
        "known": _known(actor, sheet.header),
        "types": importable(actor),
        "preview": _preview(actor, run, mapping, sheet.header, rows),
    }


def _known(actor: Actor, header: tuple[str, ...]) -> list[Recognised]:
    """Exports of other systems that the headers fit, of types this person may import."""
    types = {one.type for one in importable(actor)}
    return [one for one in recognise(header) if one.sheet.type in types]


def _preview(
    actor: Actor, run: Import, mapping: Mapping, header: tuple[str, ...], rows: list[Any]
) -> list[dict[str, Any]]:
    """The first rows as they stand, each cell with the cause why it cannot be read, if any."""
    shown = [
        {"line": row.line, "cells": [{"text": text_of(c)[:200], "cause": ""} for c in row.cells]}
        for row in rows
    ]
    try:
        importer = Importer(actor=actor, mapping=mapping, header=header, now=run.created_at)
    except Invalid:
        return shown
    for place, _key, reader in importer.readers:
        for one, value in zip(shown, reader.read([row.cells[place] for row in rows]), strict=True):
            if isinstance(value, Problem):
                one["cells"][place]["cause"] = str(value)
    return shown


@login_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Map, try, start, cancel, resume, undo."""
    actor = actor_of(request)
    run = queries.get_import(actor, pk)
    now = timezone.now()
    try:
        if verb in {"map", "try", "start"} and "field_0" in request.POST:
            sheet = sheet_of(run.file_key, run.sheet)
            mapping = form.read_form(run.record_type, sheet.header, request.POST, load(run.mapping))
            actions.set_mapping(actor=actor, run=run, mapping=load(dump(mapping)))
        if verb == "known":
            key, sheet_name = request.POST.get("known", "")[:80], request.POST.get("sheet", "")
            actions.read_as(actor=actor, run=run, key=key, sheet=sheet_name[:100])
        elif verb == "try":
            actions.start_trial(actor=actor, run=run, now=now)
        elif verb == "start":
            actions.start_import(
                actor=actor, run=run, now=now, again=request.POST.get("again") == "1"
            )
        elif verb == "resume":
            actions.resume_import(actor=actor, run=run)
        elif verb == "cancel":
            job = queries.job_of(run)
            if job is not None:
                jobs.cancel(actor=actor, job_id=job.pk, now=now)
        elif verb == "undo":
            actions.start_undo(actor=actor, run=run, now=now)
            is_long = run.state == Import.State.UNDOING
            text = _("The import is being taken back.") if is_long else _("The import went back.")
            say(request, text)
    except (Forbidden, NotFound):
        raise
    except SheetError as problem:
        return _page(request, actor, run, [problem.cause])
    except Invalid as problem:
        run.refresh_from_db()
        texts = [text for texts in problem.errors.values() for text in texts]
        return _page(request, actor, run, texts)
    except DomainError as problem:
        say(request, str(problem.message), tone="bad")
    return redirect("records:import_page", pk=run.pk)


@login_required
@require_GET
def failures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that did not come in, as a file to mend and bring again."""
    actor = actor_of(request)
    run = queries.get_import(actor, pk)
    header = [column["header"] for column in run.mapping.get("columns", [])]
    header += [_("Line"), _("Cause")]

    def rows() -> Iterator[list[Any]]:
        for one in ImportFailure.objects.filter(run=run).iterator(chunk_size=1000):
            causes = "; ".join(f"{name}: {cause}" if name else cause for name, cause in one.causes)
            cells = [*one.cells, *([""] * (len(header) - 2 - len(one.cells)))]
            yield [*cells, one.line, causes]

    response = StreamingHttpResponse(
        csv_chunks(header, rows()), content_type="text/csv; charset=utf-8"
    )
    name = ngettext("%(n)s row of %(file)s", "%(n)s rows of %(file)s", run.failed)
    name = name % {"n": run.failed, "file": run.file_name.rpartition(".")[0] or run.file_name}
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response
