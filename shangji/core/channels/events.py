"""What happens on the identity line."""

from typing import ClassVar

from shangji.foundation.events.bus import Event
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class TouchRecorded(Event):
    """A dated touch was added; `opportunity_id` is None where it names a person only."""

    name: ClassVar[str] = "touch.recorded"
    touch_id: int
    opportunity_id: int | None
    contact_id: int | None
