"""A person's own notices; nobody reads another's."""

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.notices.models import Notice
from shangji.lib.errors import NotFound

#: the bell says "99+" beyond
COUNT_LIMIT = 100
#: how many somebody has not read, as SQL
UNREAD = (
    "SELECT count(*) FROM (SELECT 1 FROM notices_notice"
    " WHERE user_id = {user} AND read_at IS NULL LIMIT {limit}) AS unread"
)


def own_notices(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """The actor's notices, newest first."""
    rows = Notice.objects.filter(user_id=actor.user_id or 0).order_by("-id")
    return rows.filter(read_at=None) if unread else rows


def unread_count(actor: Actor) -> int:
    """How many the actor has not read, 100 at most."""
    along: dict[str, int] = getattr(actor.user, "along", {})
    if "unread" in along:  # asked with the person
        return along["unread"]
    with connection.cursor() as cursor:
        cursor.execute(UNREAD.format(user="%s", limit=COUNT_LIMIT), [actor.user_id or 0])
        return int(cursor.fetchone()[0])


def forget_count(actor: Actor) -> None:
    """What was counted with the person is no longer so."""
    getattr(actor.user, "along", {}).pop("unread", None)


def own_notice(actor: Actor, pk: int) -> Notice:
    """One of the actor's notices. NotFound for another's."""
    notice = own_notices(actor).filter(pk=pk).first()
    if notice is None:
        raise NotFound(_("There is no such notice."))
    return notice
