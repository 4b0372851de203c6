"""The recycle bin: what lies in it longer than 30 days goes for good."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.recorder import operation
from shangji.records.description import descriptions

KEEP_DAYS = 30
BATCH = 200


def empty_bin(*, actor: Actor, now: datetime, days: int = KEEP_DAYS) -> dict[str, int]:
    """Delete what was put into the bin more than `days` ago, a batch a transaction.

    Rows that something still points at stay, and are tried again the next day. The ledger keeps
    its lines. Answers how many rows of each type went. Needs the right "settings.workspace".
    """
    require_right(actor, "settings.workspace")
    before = now - timedelta(days=days)
    gone: dict[str, int] = {}
    for description in descriptions():
        rows = model_queryset(description.model).filter(deleted_at__lt=before).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        count = 0
        for start in range(0, len(ids), BATCH):
            count += _delete(actor, description.type, rows, ids[start : start + BATCH], now)
        if count:
            gone[description.type] = count
    return gone


def _delete(actor: Actor, record_type: str, rows: object, ids: list[int], now: datetime) -> int:
    count = 0
    with operation(actor, f"{record_type}.purge", now=now, reason=f"{len(ids)} rows") as _op:
        for pk in ids:
            try:
                with transaction.atomic():
                    rows.filter(pk=pk).delete()  # type: ignore[attr-defined]
                count += 1
            except ProtectedError:
                continue
    return count
