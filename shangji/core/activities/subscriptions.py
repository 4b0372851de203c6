"""What activities set off: whoever is named with @ is told."""

from datetime import datetime

from django.utils.translation import gettext_noop

from shangji.core.activities.events import PeopleMentioned
from shangji.core.activities.models import Activity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.notices.actions import notify
from shangji.foundation.people.models import User


def tell_mentioned(event: PeopleMentioned, now: datetime) -> None:
    """A notice to each person named who may see what it is about; never to the writer."""
    activity = Activity.objects.filter(pk=event.activity_id, deleted_at=None).first()
    if activity is None:
        return
    people = User.objects.filter(pk__in=event.user_ids, is_active=True).exclude(pk=event.by_id)
    seeing = [
        user.pk
        for user in people
        if model_queryset(Activity).visible_to(Actor(user, "job")).filter(pk=activity.pk).exists()
    ]
    writer = User.objects.filter(pk=event.by_id).first()
    url = f"/activities/{activity.pk}/"
    if activity.opportunity_id is not None:
        url = f"/opportunities/{activity.opportunity_id}/"
    notify(
        user_ids=seeing,
        kind="activity.mentioned",
        title=gettext_noop("%(name)s mentioned you"),
        body=gettext_noop("%(subject)s"),
        params={"name": writer.name if writer else "Shangji", "subject": activity.subject},
        url=url,
        now=now,
        unique_key=f"mention:{activity.pk}",
    )
