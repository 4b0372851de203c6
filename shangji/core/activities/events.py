"""What happens to activities."""

from typing import ClassVar

from shangji.foundation.events.bus import Event
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class PeopleMentioned(Event):
    """Somebody was named with @ in a note."""

    name: ClassVar[str] = "activity.mentioned"
    activity_id: int
    user_ids: list[int]
    by_id: int | None
