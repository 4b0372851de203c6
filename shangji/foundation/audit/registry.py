"""Which models take part in the ledger, and who wants to know after a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

# for types only: every apps.py imports this module before models may be loaded
if TYPE_CHECKING:
    from shangji.foundation.audit.models import Record
    from shangji.foundation.audit.recorder import Recorder

_TRACKED: dict[str, type[Record]] = {}
_AFTER: dict[str, list[Callable[[Recorder, list[Record]], None]]] = {}
_RESTORED: dict[str, Callable[[Recorder, Record, set[str]], None]] = {}
_TOGETHER: dict[str, frozenset[str]] = {}


def track(model: type[Record]) -> None:
    """Let a model take part in operations, history and undo. Call in `AppConfig.ready`."""
    _TRACKED[model.record_type] = model


def tracked_model(record_type: str) -> type[Record] | None:
    return _TRACKED.get(record_type)


def tracked_types() -> list[str]:
    return sorted(_TRACKED)


def after_change(record_type: str, hook: Callable[[Recorder, list[Record]], None]) -> None:
    """Run `hook(recorder, records)` once per operation, in its transaction (search index)."""
    _AFTER.setdefault(record_type, []).append(hook)


def after_hooks(record_type: str) -> list[Callable[[Recorder, list[Record]], None]]:
    return _AFTER.get(record_type, [])


def on_restored(
    record_type: str,
    hook: Callable[[Recorder, Record, set[str]], None],
    *,
    together: frozenset[str] = frozenset(),
) -> None:
    """Run `hook(recorder, record, field names)` when undo set fields back.

    Args:
        together: fields that undo sets back all or none of: they mean one thing.
    """
    _RESTORED[record_type] = hook
    _TOGETHER[record_type] = together


def restored_together(record_type: str) -> frozenset[str]:
    return _TOGETHER.get(record_type, frozenset())


def restored_hook(record_type: str) -> Callable[[Recorder, Record, set[str]], None] | None:
    return _RESTORED.get(record_type)
