"""Figures for Prometheus; loaded and mounted only when SHANGJI_METRICS is on."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from shangji.foundation.jobs.models import Job

_JOBS = Gauge("shangji_jobs", "Jobs by state", ["state"])


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text."""
    for state in ("queued", "running", "failed"):
        _JOBS.labels(state).set(Job.objects.filter(state=state).count())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
