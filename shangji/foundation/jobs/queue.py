"""Put work into the queue, in the transaction of whoever asks for it (law 4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs import transport
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.registry import QUEUES, kind_named


def enqueue(
    kind: str,
    *,
    params: Mapping[str, Any] | None = None,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    queue: str | None = None,
    priority: int = 0,
    actor_id: int | None = None,
    actor: Actor | None = None,
) -> Job:
    """One job, visible to workers when the caller's transaction commits.

    Args:
        params: JSON-able keyword arguments of the handler.
        unique_key: a repeat returns the job that has it already, in whatever state.
        run_at: not before this instant; now when left out.
        queue: another queue than the kind's own.
        priority: larger goes first within its queue.
        actor_id, actor: for whom; the handler's `ctx.actor`, and who may see its progress.

    Raises UnknownKind for a kind nobody registered.
    """
    if unique_key is not None:
        known = Job.objects.filter(unique_key=unique_key).first()
        if known is not None:
            return known
    row = _row(kind, params, unique_key, run_at, queue, priority, _user_id(actor, actor_id))
    if unique_key is None:
        row.save(force_insert=True)
    else:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return Job.objects.get(unique_key=unique_key)
    transport.announce([row])
    return row


def enqueue_many(
    kind: str,
    items: Sequence[tuple[Mapping[str, Any], str | None]],
    *,
    run_at: datetime | None = None,
    priority: int = 0,
    actor_id: int | None = None,
    actor: Actor | None = None,
) -> None:
    """Many jobs of one kind in few statements: (params, unique_key) each.

    A unique key that exists already, there or earlier in `items`, is left alone.
    """
    who = _user_id(actor, actor_id)
    rows: dict[str, Job] = {}
    for number, (params, key) in enumerate(items):
        row = _row(kind, params, key, run_at, None, priority, who)
        rows.setdefault(f"#{number}" if key is None else f"={key}", row)
    keys = [row.unique_key for row in rows.values() if row.unique_key is not None]
    with transaction.atomic(savepoint=False):
        known = set(_known(keys))
        fresh = [row for row in rows.values() if row.unique_key not in known]
        Job.objects.bulk_create(fresh, batch_size=500)
        transport.announce(fresh)


def _known(keys: Sequence[str]) -> list[str | None]:
    found: list[str | None] = []
    for start in range(0, len(keys), 500):
        batch = keys[start : start + 500]
        found += Job.objects.filter(unique_key__in=batch).values_list("unique_key", flat=True)
    return found


def _user_id(actor: Actor | None, actor_id: int | None) -> int | None:
    return actor.user_id if actor is not None else actor_id


def _row(
    kind: str,
    params: Mapping[str, Any] | None,
    unique_key: str | None,
    run_at: datetime | None,
    queue: str | None,
    priority: int,
    actor_id: int | None,
) -> Job:
    found = kind_named(kind)
    if queue is not None and queue not in QUEUES:
        raise ValueError(f"queue should be one of {QUEUES}, is {queue!r}")
    now = timezone.now()
    return Job(
        kind=kind,
        params=dict(params or {}),
        unique_key=unique_key,
        queue=queue or found.queue,
        priority=priority,
        run_at=run_at or now,
        max_attempts=found.max_attempts,
        created_by_id=actor_id,
        created_at=now,
    )
