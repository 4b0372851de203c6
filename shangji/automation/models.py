"""Steps that run by themselves, and what came of each run."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.audit.models import Record
from shangji.foundation.notices.rules import render

RIGHT = "settings.pipelines"


class StepQuerySet(RecordQuerySet[Any]):
    """Seen and changed by whoever may change pipelines."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        return None if actor.can(RIGHT) else Q(pk__in=[])

    def allows(self, actor: Actor, verb: str, record: models.Model) -> bool:
        return actor.can(RIGHT)


class TriggeredStep(Record):
    """One step on one subject of a trigger: "when moved into Quote, make a task"."""

    record_type = "step"

    trigger = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=60)
    # {"version": 1, "values": {…}}, read by the kind only
    params = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["trigger", "subject_id", "position", "id"]
        indexes: ClassVar = [
            models.Index(fields=["trigger", "subject_id", "position"], name="step_of_subject")
        ]

    def __str__(self) -> str:
        return self.kind


class StepRun(models.Model):
    """A step did its work on a record once, or says why not."""

    DONE, SKIPPED = "done", "skipped"

    step = models.ForeignKey(TriggeredStep, on_delete=models.CASCADE, related_name="runs")
    # what made it run: one stay in a stage runs a step once
    occasion = models.CharField(max_length=60)
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=7, default=DONE)
    note_id = models.CharField(max_length=300, blank=True)
    note_params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "occasion"], name="step_once_per_occasion")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="step_run_at")]

    def __str__(self) -> str:
        return f"{self.step_id} on {self.record_type} {self.record_id}: {self.state}"

    @property
    def note(self) -> str:
        """Why it was skipped, in the language that is switched on now."""
        return render(self.note_id, self.note_params)
