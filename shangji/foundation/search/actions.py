"""What a person looked at last."""

from datetime import datetime, timedelta

from shangji.foundation.access.actor import Actor
from shangji.foundation.search.models import RecentRecord

#: a reload is no new visit
PAUSE = timedelta(minutes=5)
KEEP = 50


def remember_visit(*, actor: Actor, record_type: str, record_id: int, now: datetime) -> None:
    """Note that somebody opened a record. One read, and a write unless it was just open."""
    if actor.user_id is None:
        return
    newest = (
        RecentRecord.objects.filter(user_id=actor.user_id)
        .order_by("-at")
        .values_list("record_type", "record_id", "at")
        .first()
    )
    if newest and newest[:2] == (record_type, record_id) and now - newest[2] < PAUSE:
        return
    _visit, is_new = RecentRecord.objects.update_or_create(
        user_id=actor.user_id,
        record_type=record_type,
        record_id=record_id,
        defaults={"at": now},
    )
    if is_new:
        _forget_older(actor.user_id)


def _forget_older(user_id: int) -> None:
    visits = RecentRecord.objects.filter(user_id=user_id).order_by("-at")
    old = list(visits.values_list("pk", flat=True)[KEEP : KEEP + 50])
    if old:
        RecentRecord.objects.filter(pk__in=old).delete()
