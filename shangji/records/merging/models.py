"""Where merged records went, and what each merge carried along."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shangji.foundation.audit.models import Operation

#: what the ledger calls the merge itself: the names of those that went into a record
NOTE = "merged"


class MergedRecord(models.Model):
    """A record that was merged into another: its address, history and foreign ids lead there.

    The record itself lies in the bin; undo takes it out and this row away.
    """

    #: these rows tell of the merged record and stay with it
    merge_stays: ClassVar[frozenset[str]] = frozenset({"record_id"})

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    into_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    external_system = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="merged_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_type", "into_id"], name="merged_into"),
            models.Index(
                fields=["record_type", "external_system", "external_id"],
                name="merged_external",
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} → {self.into_id}"


class MergeMove(models.Model):
    """What a merge changed in one column of one table, so that undo can set it back.

    `moved` is [[id, before, after], …]; of rows that a merge took away (two that may be only
    once) it is [{column: value}, …] with `column` "".
    """

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="+")
    # "contacts.contactpoint"
    table = models.CharField(max_length=100)
    column = models.CharField(max_length=100, blank=True)
    moved = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {len(self.moved)}"
