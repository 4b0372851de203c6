"""The one door for uploads: too large is answered before the body is read, a full disk in words."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangji.foundation.files.actions import too_large
from shangji.foundation.files.storage import disk_full, is_disk_full
from shangji.lib import problems
from shangji.lib.errors import DomainError

#: what the other fields and the boundaries of a form may take beside its file
FORM_ROOM = 1024 * 1024


class UploadMiddleware:
    """Reads multipart bodies here, where an error can still be told in words.

    The declared length is the truth: the server hands over no byte more than it says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data":
            if _declared(request) > settings.UPLOAD_LIMIT + FORM_ROOM:
                return _answer(request, 413, _("Too large"), str(too_large()))
            try:
                request.FILES  # noqa: B018 - reads the body
            except OSError as error:
                _drop_half_read(request)
                if is_disk_full(error):
                    return _answer(request, 507, _("Disk full"), str(disk_full()))
                raise
        return self.get_response(request)


def _drop_half_read(request: HttpRequest) -> None:
    """Close temporary files of an upload that broke off; closing deletes them."""
    for handler in request.upload_handlers:
        half = getattr(handler, "file", None)
        if half is not None:
            half.close()


def _declared(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _answer(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problems.answer(DomainError(message), status)
    if request.headers.get("HX-Request"):
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    context = {"status": status, "title": title, "message": message}
    return render(request, "ui/error.html", context, status=status)
