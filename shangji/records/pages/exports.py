"""Export in the browser: at once as a stream, long lists by a job."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.access.checks import require_type
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Invalid
from shangji.lib.sheets.writer import MEDIA_TYPES
from shangji.records import exports
from shangji.records.description import Field, RecordDescription, describe
from shangji.records.listing.state import read_state
from shangji.records.pages.answers import actor_of, of_type
from shangji.records.saved_views import ShownView, base_state

TYPES: dict[str, str] = {**MEDIA_TYPES, "json": "application/json"}


@of_type
@require_http_methods(["GET", "HEAD"])
def export(request: HttpRequest, description: RecordDescription) -> HttpResponseBase:
    """The list of this address as a file; `format` csv, xlsx or json, `ids=1,2` for some rows."""
    actor = actor_of(request)
    now = timezone.now()
    asked, broken = _asked(request, description)
    if broken is not None:
        return _refuse(request, description, broken)
    query = exports.query_of(actor, asked)
    if exports.count_of(query) > exports.AT_ONCE:
        # starting a job changes something: a form asks for it by POST
        return render(
            request,
            "records/export.html",
            {"description": description, "many": True, "query": request.GET.urlencode()},
        )
    rows = exports.rows_of(query, now, asked.format)
    fields = exports.sheet_fields(query.fields, asked.format)
    return _answer(fields, rows, description, asked.format)


@of_type
@require_POST
def start(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Write a long list by a job; its page shows the progress and gives the file."""
    actor, (asked, broken) = actor_of(request), _asked(request, description)
    if broken is not None:
        return _refuse(request, description, broken)
    started = exports.start_export(actor=actor, request=asked, now=timezone.now())
    return redirect("records:export_page", pk=started.pk)


def _refuse(request: HttpRequest, description: RecordDescription, view: ShownView) -> HttpResponse:
    """A broken view has no file: without its filter that would hold the whole list."""
    require_type(actor_of(request), "export", description.type)
    context = {"description": description, "view": view}
    return render(request, "records/export.html", context, status=400)


def _asked(
    request: HttpRequest, description: RecordDescription
) -> tuple[exports.Request, ShownView | None]:
    """What is asked for; and the saved view whose filter it needs, when that is broken."""
    actor = actor_of(request)
    params = request.GET
    form = params.get("format", "csv")
    if form not in exports.FORMATS:
        raise Invalid.whole(_("A file is csv, xlsx or json."))
    base, view = base_state(description, actor, params.get("view", ""))
    state = read_state(description, actor, params, base)
    ids = None
    if "ids" in params:
        words = params["ids"][:400_000].split(",")
        if not all(word.isdecimal() and len(word) < 19 for word in words if word):
            raise Invalid.whole(_("Ids are numbers with commas between."))
        ids = tuple(int(word) for word in words if word)
    asked = exports.Request(
        description,
        tuple(one.text for one in state.conditions) if ids is None else (),
        state.sort,
        state.columns,
        form,
        ids,
    )
    if view and view.broken and ids is None and "f" not in params:
        return asked, view
    return asked, None


def _answer(
    fields: Sequence[Field], rows: Any, description: RecordDescription, form: str
) -> HttpResponseBase:
    name = f"{description.plural} {timezone.localdate():%Y-%m-%d}.{form}"
    header = exports.header_of(fields)
    response: HttpResponseBase
    if form == "xlsx":
        response = FileResponse(exports.xlsx_file(header, rows, str(description.plural)))
    elif form == "json":
        keys = [one.key for one in fields]
        response = StreamingHttpResponse(exports.json_bytes(description, keys, rows))
    else:
        response = StreamingHttpResponse(exports.csv_bytes(header, rows))
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A long export: its progress, then its file."""
    actor = actor_of(request)
    found = exports.get_export(actor, pk)
    context = {
        "export": found,
        "description": describe(found.record_type),
        "job": Job.objects.filter(pk=found.job_id).first(),
        "many": False,
    }
    return render(request, "records/export.html", context)


@login_required
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, with the rights its reader has now."""
    actor = actor_of(request)
    found = exports.get_export(actor, pk)
    fields, rows = exports.read_export(actor=actor, export=found)
    return _answer(fields, rows, describe(found.record_type), exports.read_request(found).format)
