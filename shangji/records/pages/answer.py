"""Let a job work out a list that takes longer than a page."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.foundation.jobs.actions import cancel
from shangji.foundation.jobs.models import Job
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
    job = _stopped(request) if "stop" in request.POST else ask(actor, description, state)
    query = state.query(base, page=state.page)
    mark = "&" if query != "?" else ""
    to = f"{address('records:list', description.slug)}{query}{mark}answer={job.pk}"
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def _stopped(request: HttpRequest) -> Job:
    """The job of the form, cancelled; one that is over already stays as it is."""
    actor, named = actor_of(request), request.POST["stop"]
    number = int(named) if named.isdecimal() and len(named) < 19 else 0
    job = job_for(actor, number)
    return job if job.is_over else cancel(actor=actor, job_id=number, now=timezone.now())
