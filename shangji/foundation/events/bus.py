"""Publish and subscribe. State and message are one commit (law 4)."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.jobs.queue import enqueue_many
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Event:
    """Base of events: frozen, in the past tense, JSON-able fields only."""

    name: ClassVar[str]


Handler = Callable[[Any, datetime], None]
_SUBSCRIBERS: dict[str, dict[str, Handler]] = {}
_CLASSES: dict[str, type[Event]] = {}


def subscribe(event: type[Event], handler: Handler, *, name: str) -> None:
    """Have `handler(event, now)` run once for each event, in a job of its own.

    Call in `AppConfig.ready`; `name` identifies the subscription across releases.
    """
    _CLASSES[event.name] = event
    _SUBSCRIBERS.setdefault(event.name, {})[name] = handler


def subscribers(event_name: str) -> dict[str, Handler]:
    return _SUBSCRIBERS.get(event_name, {})


def publish(events: Sequence[Event], *, operation_id: int | None, now: datetime) -> None:
    """Write events to the outbox and one job per subscriber, inside the open transaction."""
    rows = OutboxEvent.objects.bulk_create(
        [
            OutboxEvent(
                name=event.name, payload=to_payload(event), operation_id=operation_id, at=now
            )
            for event in events
        ]
    )
    enqueue_many(
        "events.deliver",
        [
            ({"event_id": row.pk, "subscriber": name}, f"event:{row.pk}:{name}")
            for row in rows
            for name in subscribers(row.name)
        ],
    )


def to_payload(event: Event) -> dict[str, Any]:
    return {key: _plain(value) for key, value in dataclasses.asdict(event).items()}


def from_payload(name: str, payload: dict[str, Any]) -> Event:
    """The event of a stored payload; KeyError for a name nobody subscribes to."""
    return _CLASSES[name](**payload)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
