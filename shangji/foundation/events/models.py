"""The outbox: one row per event, written in the transaction of its operation."""

from typing import ClassVar

from django.db import models


class OutboxEvent(models.Model):
    """Something that happened. Delivery to subscribers goes by jobs."""

    name = models.CharField(max_length=80)
    payload = models.JSONField()
    operation_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="outbox_at")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
