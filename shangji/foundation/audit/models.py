"""Operations and changes (law 3), and the base of every record that takes part."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.audit.custom_values import CustomValues


class Operation(models.Model):
    """One write: who, through which door, when, why. Its changes say what."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    door = models.CharField(max_length=12)
    action = models.CharField(max_length=60)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    change_count = models.PositiveIntegerField(default=0)
    undoes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    undone_at = models.DateTimeField(null=True)
    # what undo could not restore: [{"record_type", "record_id", "field", "cause"}]
    undo_report = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor", "-id"], name="operation_actor"),
            models.Index(fields=["at"], name="operation_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class Change(models.Model):
    """What one operation did to one record."""

    #: the history of a merged record stays its own (records.merging)
    merge_stays: ClassVar[frozenset[str]] = frozenset({"record_id"})

    CREATED, UPDATED, DELETED, RESTORED = "created", "updated", "deleted", "restored"

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="changes")
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    # the record's version after this change
    version = models.PositiveIntegerField(default=1)
    # {field name: [before, after]} in the field's JSON form
    fields = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["record_type", "record_id", "-id"], name="change_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_type} {self.record_id}"


class Record(models.Model):
    """Base of records in the ledger: versioned, never deleted at once, seen by rule.

    A subclass names its `record_type` and is handed to `audit.registry.track`.
    """

    record_type: ClassVar[str]
    #: field names whose values never enter the ledger (passwords, keys)
    unlogged: ClassVar[frozenset[str]] = frozenset()

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    deleted_at = models.DateTimeField(null=True, editable=False)
    external_system = models.CharField(max_length=40, blank=True, editable=False)
    external_id = models.CharField(max_length=120, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class WithCustomValues(models.Model):
    """What customers add to a record, by key of a custom field."""

    custom_values = CustomValues()

    class Meta:
        abstract = True


class OwnedRecord(Record):
    """A record with an owner; without one it lies in the open pool."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
