"""/settings/jobs/ for administrators, and the progress of one's own jobs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.jobs import actions
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queries import (
    failed_jobs,
    job_for,
    queue_counts,
    running_jobs,
    schedules,
)
from shangji.lib.errors import DomainError, Forbidden, NotFound


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    context = {
        "settings_page": "jobs",
        "queues": queue_counts(actor, now=timezone.now()),
        "running": running_jobs(actor),
        "failed": failed_jobs(actor),
        "schedules": schedules(actor),
    }
    return render(request, "jobs/overview.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own job: a fragment for `sj-progress`, a page for a browser without script."""
    context = {"job": job_for(request.actor, pk)}
    if request.headers.get("HX-Request"):
        return render(request, "jobs/progress.html", context)
    return render(request, "jobs/job.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.retry(actor=request.actor, job_id=pk, now=timezone.now())
        messages.success(request, _("The job runs again."))
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("jobs:overview")


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        job = actions.cancel(actor=request.actor, job_id=pk, now=timezone.now())
        over = job.state == Job.State.CANCELLED
        text = _("The job was cancelled.") if over else _("The job stops as soon as it can.")
        messages.success(request, text)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, str(error))
    if request.POST.get("from") == "settings":
        return redirect("jobs:overview")
    return redirect("jobs:progress", pk=pk)
