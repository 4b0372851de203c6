"""The whole export in settings: start it, see how far it is, fetch it."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shangji.foundation.files import storage
from shangji.lib.errors import NotFound
from shangji.records.pages.answers import actor_of
from shangji.records.whole.actions import start_whole_export
from shangji.records.whole.queries import latest_export, require_whole


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method == "POST":
        start_whole_export(actor=actor, now=timezone.now())
        return redirect("records:whole")
    require_whole(actor)
    context = {"settings_page": "whole", "whole": latest_export()}
    return render(request, "records/whole.html", context)


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """The archive, for whoever is an administrator now."""
    require_whole(actor_of(request))
    found = latest_export()
    if found is None or not found.size:
        raise NotFound(_("The file is no longer kept. Start the export again."))
    day = timezone.localdate(found.export.finished_at)
    response = FileResponse(
        storage.path_of(found.export.file_key).open("rb"),
        as_attachment=True,
        filename=f"shangji-{day:%Y-%m-%d}.tar.gz",
        content_type="application/gzip",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
