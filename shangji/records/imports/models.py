"""One import of one file, and the rows of it that did not come in."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation


class OwnWork(models.QuerySet[Any]):
    """Rows that only their maker and administrators may know of."""

    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_admin else self.filter(created_by_id=actor.user_id)


class Import(models.Model):
    """A file on its way in. Counts and `done_rows` move with each chunk's transaction."""

    class State(models.TextChoices):
        NEW = "new", _("Mapping")
        CHECKING = "checking", _("Being tried")
        CHECKED = "checked", _("Tried")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    record_type = models.CharField(max_length=40)
    # the bytes in the file store; the name is a label
    file_key = models.CharField(max_length=32)
    file_name = models.CharField(max_length=200)
    file_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    # see mapping.Mapping
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    # what the trial found: see engine.Report
    report = models.JSONField(default=dict)
    total_rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    operation = models.ForeignKey(Operation, null=True, on_delete=models.PROTECT, related_name="+")
    job_id = models.BigIntegerField(null=True)

    objects = OwnWork.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["created_by", "-id"], name="import_maker"),
            models.Index(fields=["sha256"], name="import_hash"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFailure(models.Model):
    """One row that did not come in, as it stands in the file, with its causes."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="failures")
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    # [[header or "", cause], …]
    causes = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["line"]
        indexes: ClassVar = [models.Index(fields=["run", "line"], name="import_failure_line")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class Export(models.Model):
    """A long list written to a file; the reader's rights are asked again when it is fetched."""

    record_type = models.CharField(max_length=40)
    # {"conditions": [...], "sort": "", "columns": [...], "ids": [...] or null, "format": "csv"}
    request = models.JSONField(default=dict)
    file_key = models.CharField(max_length=32, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True)

    objects = OwnWork.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.record_type} #{self.pk}"
