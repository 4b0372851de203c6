"""For machines that watch: alive, ready, metrics. Coarse answers, no versions, no names."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from shangji.foundation.jobs.models import Job

_JOBS = Gauge("shangji_jobs", "Jobs by state", ["state"])


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated; else 503."""
    try:
        executor = MigrationExecutor(connection)
        ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        ready = False
    if ready:
        return HttpResponse("ready", content_type="text/plain")
    return HttpResponse("not ready", status=503, content_type="text/plain")


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; only mounted when SHANGJI_METRICS is on."""
    assert settings.METRICS
    for state in ("queued", "running", "failed"):
        _JOBS.labels(state).set(Job.objects.filter(state=state).count())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
