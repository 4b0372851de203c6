"""The rule by which open opportunities are put in order."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class WorkOrder(Record):
    """The one rule of the workspace; before it is first changed the built-in one holds."""

    record_type = "work_order"

    key = models.CharField(max_length=10, default="default", unique=True, editable=False)
    # rules.work.WorkWeights in its stored form
    settings = models.JSONField(default=dict)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(key="default"), name="one_work_order")
        ]

    def __str__(self) -> str:
        return self.record_type
