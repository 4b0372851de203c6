"""Files of a record: list and upload; one file: download and delete."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.files import access, storage
from shangji.foundation.files.actions import delete_file, store_upload
from shangji.foundation.files.pictures import draw_small
from shangji.foundation.files.queries import files_of, readable_file
from shangji.lib.errors import Invalid, NotFound

#: nothing in a stored file may run, load or be framed
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@login_required
@require_http_methods(["GET", "POST"])
def on_record(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """The files of a record, as a page or (htmx) as its panel; POST adds files."""
    actor = request.actor
    if request.method == "POST":
        uploads = request.FILES.getlist("file")
        if not uploads:
            raise Invalid.field("file", _("Choose a file."))
        for upload in uploads:
            store_upload(
                actor=actor,
                upload=upload,
                record_type=record_type,
                record_id=record_id,
                now=timezone.now(),
            )
        if not request.htmx:
            return _back(request, record_type, record_id)
    context = {
        "files": files_of(actor, record_type, record_id),
        "record_type": record_type,
        "record_id": record_id,
        "may_change": access.may_change(actor, record_type, record_id),
        "limit": settings.UPLOAD_LIMIT,
        "back": request.GET.get("back", ""),
    }
    return render(request, "files/list.html#panel" if request.htmx else "files/list.html", context)


@login_required
@require_GET
def serve(request: HttpRequest, key: str) -> HttpResponseBase:
    """The bytes, to whoever may read the record. Only redrawn pictures show inside a page."""
    stored = readable_file(request.actor, key)
    is_small = stored.is_picture and "small" in request.GET
    etag = f'"{stored.sha256}{"-small" if is_small else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    try:
        stream = (_small(stored.key) if is_small else storage.path_of(stored.key)).open("rb")
    except FileNotFoundError:
        raise NotFound(_("The bytes of this file are missing on the disk.")) from None
    inline = stored.is_picture and "download" not in request.GET
    return FileResponse(
        stream,
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.media_type,
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-cache",
            "ETag": etag,
        },
    )


def _small(key: str) -> Path:
    """The small copy of a picture, drawn when it is asked for the first time."""
    path = storage.small_path_of(key)
    if not path.exists():
        draw_small(storage.path_of(key), path)
    return path


@login_required
@require_POST
def delete(request: HttpRequest, key: str) -> HttpResponse:
    stored = delete_file(actor=request.actor, key=key, now=timezone.now())
    if request.htmx:
        return HttpResponse(headers={"HX-Trigger": "sj:files-changed"})
    messages.success(request, _("%(name)s is in the bin.") % {"name": stored.name})
    return _back(request, stored.on_type, stored.on_id)


def _back(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    target = request.POST.get("back", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("files:on", record_type=record_type, record_id=record_id)
