"""Jobs and schedules. A job's row with its lease is the truth on every database."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.registry import label_of

#: ends an error whose first line a person may read; there is no trace then
EXPLAINED = "\n"


class Job(models.Model):
    """Work to be done outside a request: what, when, how far, and who holds it now.

    A worker holds a running job by `lease_owner` until `lease_until`; a lease that ran out
    gives the job back to the queue.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, null=True, unique=True)
    queue = models.CharField(max_length=20, default="default")
    # larger runs first
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=120, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_note = models.CharField(max_length=200, blank=True)
    # what a handler recorded to resume from
    checkpoint = models.JSONField(default=dict)
    # what a handler returned
    result = models.JSONField(null=True)
    # first line: a sentence; below it where it happened
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            # claiming: the next ready job of a queue
            models.Index(
                fields=["queue", "-priority", "run_at", "id"],
                condition=Q(state="queued"),
                name="job_ready",
            ),
            # leases that ran out
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            # is a run of this kind still under way; failures and progress on the settings page
            models.Index(
                fields=["state", "kind"],
                condition=Q(state__in=["queued", "running", "failed"]),
                name="job_live",
            ),
            # tidying away old ones
            models.Index(fields=["finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state not in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self) -> int | None:
        """0 to 100; None before the handler said how much there is."""
        if self.state == self.State.DONE:
            return 100
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)

    @property
    def error_line(self) -> str:
        return self.error.partition("\n")[0]

    @property
    def is_explained(self) -> bool:
        """Whether the error's first line was written for people (no fault of the program)."""
        return self.error.endswith(EXPLAINED)

    @property
    def label(self) -> str:
        return label_of(self.kind)


class Schedule(models.Model):
    """When a scheduled kind runs next. Rows follow what the code registers (registry.schedule)."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    # one of the two
    every_seconds = models.PositiveIntegerField(null=True)
    daily_at = models.TimeField(null=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(every_seconds__isnull=True) ^ Q(daily_at__isnull=True),
                name="schedule_every_or_daily",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return label_of(self.kind)

    @property
    def how_often(self) -> str:
        if self.daily_at is not None:
            return gettext("daily at %(time)s") % {"time": self.daily_at.strftime("%H:%M")}
        minutes, seconds = divmod(self.every_seconds or 0, 60)
        if seconds or not minutes:
            text = ngettext("every %(n)s second", "every %(n)s seconds", self.every_seconds or 0)
            return text % {"n": self.every_seconds}
        if minutes % 60:
            return ngettext("every %(n)s minute", "every %(n)s minutes", minutes) % {"n": minutes}
        hours = minutes // 60
        return ngettext("every %(n)s hour", "every %(n)s hours", hours) % {"n": hours}
