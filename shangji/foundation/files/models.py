"""Files that hang on records. The bytes lie under a generated key; the name is only a label."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.audit.models import Record
from shangji.foundation.files import access


class StoredFileQuerySet(RecordQuerySet["StoredFile"]):
    """A file is seen and changed by whoever sees and changes its record."""

    def permitted(self, actor: Actor, verb: str) -> Self:
        condition = Q(pk__in=[])
        for record_type in access.listed_types():
            rows = access.rows(record_type, actor, verb)
            condition |= Q(on_type=record_type, on_id__in=rows)
        return self.filter(condition)

    def allows(self, actor: Actor, verb: str, record: "StoredFile") -> bool:
        if verb == "read":
            return access.may_read(actor, record.on_type, record.on_id)
        return access.may_change(actor, record.on_type, record.on_id)


class StoredFile(Record):
    """One uploaded file. Deleted ones stay in the bin for 30 days, then the bytes go."""

    record_type = "file"
    unlogged = frozenset({"key"})

    key = models.CharField(max_length=32, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # decided by the content; pictures were drawn anew and may show in a page
    media_type = models.CharField(max_length=100)
    is_picture = models.BooleanField(default=False)
    # the record it hangs on
    on_type = models.CharField(max_length=40)
    on_id = models.BigIntegerField()
    # the field of the record whose value it is part of; "" for a file of the record itself
    in_field = models.CharField(max_length=8, blank=True, default="")

    objects = StoredFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["on_type", "on_id", "-id"], name="file_record"),
        ]

    def __str__(self) -> str:
        return self.name
