"""Let a job work out a list that takes longer than a page."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.foundation.jobs.actions import cancel
from shangji.foundation.jobs.queries import job_for
from shangji.records import saved_views
from shangji.records.description import RecordDescription
from shangji.records.listing.answers import ask
from shangji.records.listing.state import read_state
from shangji.records.pages.answers import actor_of, of_type
from shangji.ui.addresses import address


@of_type
@require_POST
def list_answer(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """The list that the address asks for: a job begins, and the list shows how far it is.

    With `stop` in the form that job is cancelled instead, and the list says so.
    """
    actor = actor_of(request)
    params = QueryDict(request.GET.urlencode())
    base, _view = saved_views.base_state(description, actor, params.get("view", ""))
    state = read_state(description, actor, params, base)
    stop = request.POST.get("stop")
    if stop is None:
        job = ask(actor, description, state)
    else:
        job = job_for(actor, int(stop) if stop.isdecimal() and len(stop) < 19 else 0)
        if not job.is_over:
            cancel(actor=actor, job_id=job.pk, now=timezone.now())
    query = state.query(base, page=state.page)
    mark = "&" if query != "?" else ""
    to = f"{address('records:list', description.slug)}{query}{mark}answer={job.pk}"
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)
