"""What a person looked at last."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.search.index import searchable
from shangji.foundation.search.models import PinnedRecord, RecentRecord
from shangji.lib.errors import DomainError, Forbidden, NotFound

#: a reload is no new visit
PAUSE = timedelta(minutes=5)
KEEP = 50
MOST_PINNED = 20


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


def toggle_pin(*, actor: Actor, record_type: str, record_id: int, now: datetime) -> bool:
    """Keep a visible record at the top of the search, or no longer. True when it is pinned now.

    NotFound for what the actor may not know of, DomainError beyond MOST_PINNED.
    """
    if actor.user_id is None:
        raise Forbidden
    mine = PinnedRecord.objects.filter(user_id=actor.user_id)
    if mine.filter(record_type=record_type, record_id=record_id).delete()[0]:
        return False
    kind = searchable(record_type)
    if kind is None or not kind.show(actor, [record_id]):
        raise NotFound
    if mine.count() >= MOST_PINNED:
        raise DomainError(_("At most %(n)s pinned records. Unpin one first.") % {"n": MOST_PINNED})
    PinnedRecord.objects.update_or_create(
        user_id=actor.user_id,
        record_type=record_type,
        record_id=record_id,
        defaults={"at": now},
    )
    return True


def _forget_older(user_id: int) -> None:
    visits = RecentRecord.objects.filter(user_id=user_id).order_by("-at")
    old = list(visits.values_list("pk", flat=True)[KEEP : KEEP + 50])
    if old:
        RecentRecord.objects.filter(pk__in=old).delete()
