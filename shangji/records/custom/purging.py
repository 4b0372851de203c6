"""Fields that lay in the bin for 30 days go for good, and their values with them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Func, JSONField, Q

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.custom_values import COLUMN, is_custom
from shangji.foundation.audit.recorder import operation
from shangji.foundation.files.models import StoredFile
from shangji.records.custom.models import CustomField, SequenceNumber
from shangji.records.description import base_of

KEEP_DAYS = 30
#: rows a transaction changes
CHUNK = 1000


class WithoutKey(Func):
    """The column of added values without one key, written by the database itself."""

    output_field = JSONField()

    def __init__(self, key: str, **extra: Any) -> None:
        super().__init__(F(COLUMN), **extra)
        assert is_custom(key), key
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        template = f"json_remove(%(expressions)s, '$.\"{self.key}\"')"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"(%(expressions)s - '{self.key}')")


def purge_fields(*, actor: Actor, now: datetime, days: int = KEEP_DAYS) -> dict[str, int]:
    """Take the values of fields deleted more than `days` ago off all records, then the fields.

    Works in chunks, each a transaction: a run that ends early is gone on with by the next. Until
    it begins a field can be restored, afterwards not. The ledger says how many values went; its
    older lines keep what was changed. Needs the right "settings.workspace".
    Returns how many values of each key went.
    """
    require_right(actor, "settings.workspace")
    over = Q(deleted_at__lt=now - timedelta(days=days)) | Q(state=CustomField.PURGING)
    gone: dict[str, int] = {}
    for pk in CustomField.objects.filter(over, deleted_at__isnull=False).values_list(
        "pk", flat=True
    ):
        # from here on it cannot come back half
        claimed = CustomField.objects.filter(over, pk=pk, deleted_at__isnull=False)
        if not claimed.update(state=CustomField.PURGING):
            continue  # restored meanwhile
        field = CustomField.objects.get(pk=pk)
        gone[field.key] = _purge(actor, field, now)
    return gone


def _purge(actor: Actor, field: CustomField, now: datetime) -> int:
    base = base_of(field.of_type)
    count = 0
    if base is not None:
        last = 0
        while part := _next(base.model, field.key, last):
            with transaction.atomic():
                base.model._base_manager.filter(pk__in=part).update(
                    **{COLUMN: WithoutKey(field.key)}
                )
            count, last = count + len(part), part[-1]
    with operation(actor, "field.purge", now=now, reason=f"{field} ({field.key})") as op:
        op.note(field, "values", count, None)
        SequenceNumber.objects.filter(key=field.key).delete()
        # its files lie in the bin for as long as any other
        files = StoredFile.objects.filter(in_field=field.key, deleted_at=None)
        files.update(deleted_at=now, updated_at=now)
        field.delete()
    return count


def _next(model: type[models.Model], key: str, last: int) -> list[int]:
    """Ids of the next rows with a value, the bin included."""
    rows = model._base_manager.filter(pk__gt=last, **{f"{COLUMN}__has_key": key})
    return list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
