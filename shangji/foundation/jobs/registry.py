"""Which kinds of jobs there are and what runs on a schedule.

An app writes its handlers in its own `jobs.py`; all of them are found when Shangji starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import time, timedelta
from typing import Any, TypeVar

from django.utils.functional import Promise

from shangji.lib.values import dataclass

#: mail that somebody waits for goes by "urgent": it always has a thread of its own
QUEUES = ("urgent", "default")

#: of kinds that name no other, and of kinds that this release does not know
DEFAULT_LEASE = timedelta(minutes=2)

H = TypeVar("H", bound=Callable[..., Any])


class UnknownKind(LookupError):
    """No handler is registered under this kind."""


class GiveUp(Exception):
    """Raised by a handler when repeating cannot help; the job fails at once."""


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes:
        handler: called as handler(ctx, **params); what it returns (JSON) is the job's result.
        lease: how long a silent worker keeps the job.
        atomic: the handler's effects and the job's "done" are one transaction: an effect
            happens once, even when the worker is killed. For short work; progress shows at
            the end only.
        label: what people call it; the kind's name when left out.
    """

    name: str
    handler: Callable[..., Any]
    queue: str
    max_attempts: int
    lease: timedelta
    atomic: bool
    label: str | Promise = ""


@dataclass(frozen=True)
class Planned:
    """A registered schedule: every so often, or daily at a local time."""

    name: str
    kind: str
    every: timedelta | None = None
    daily_at: time | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


_KINDS: dict[str, Kind] = {}
_PLANNED: dict[str, Planned] = {}


def job(
    kind: str,
    *,
    queue: str = "default",
    max_attempts: int = 5,
    lease: timedelta = DEFAULT_LEASE,
    atomic: bool = False,
    label: str | Promise = "",
) -> Callable[[H], H]:
    """Register `def run(ctx, **params)` as the handler of a kind.

    A handler that is not atomic may run again after its worker died: it resumes from
    `ctx.job.checkpoint`, or does what a repeat does not double.
    """
    if queue not in QUEUES:
        raise ValueError(f"queue should be one of {QUEUES}, is {queue!r}")

    def register(handler: H) -> H:
        known = _KINDS.get(kind)
        if known is not None and known.handler.__module__ != handler.__module__:
            raise ValueError(f"{kind!r} has two handlers")
        _KINDS[kind] = Kind(kind, handler, queue, max_attempts, lease, atomic, label)
        return handler

    return register


def kind_named(name: str) -> Kind:
    """The kind of a name. Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(f"no job of kind {name!r} is registered") from None


def label_of(kind: str) -> str:
    """What people call a kind."""
    known = _KINDS.get(kind)
    return str(known.label) if known is not None and known.label else kind


def unusual_leases() -> dict[str, timedelta]:
    """Leases of the kinds that differ from the default."""
    return {name: kind.lease for name, kind in _KINDS.items() if kind.lease != DEFAULT_LEASE}


def schedule(
    kind: str,
    *,
    every: timedelta | None = None,
    daily_at: str | None = None,
    params: Mapping[str, Any] | None = None,
    name: str = "",
) -> None:
    """Run a kind again and again; call beside its handler.

    Args:
        every: pause between runs; daily_at: "HH:MM" in the workspace's time zone. One of both.
        name: needed when one kind has two schedules.
    """
    if (every is None) == (daily_at is None):
        raise ValueError("give one of every and daily_at")
    planned = Planned(
        name=name or kind,
        kind=kind,
        every=every,
        daily_at=time.fromisoformat(daily_at) if daily_at else None,
        params=dict(params or {}),
    )
    _PLANNED[planned.name] = planned


def planned_schedules() -> dict[str, Planned]:
    return dict(_PLANNED)
