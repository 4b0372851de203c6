"""Which models take part in the ledger, and who wants to know after a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from shangji.lib.values import dataclass

# for types only: every apps.py imports this module before models may be loaded
if TYPE_CHECKING:
    from shangji.foundation.audit.actions import UndoReport
    from shangji.foundation.audit.models import Operation, Record
    from shangji.foundation.audit.recorder import Recorder

_TRACKED: dict[str, type[Record]] = {}
_BEFORE: list[Callable[[Recorder, Record], None]] = []
_AFTER: dict[str, list[Callable[[Recorder, list[Record]], None]]] = {}
_RESTORED: dict[str, Callable[[Recorder, Record, set[str]], None]] = {}
_TOGETHER: dict[str, frozenset[str]] = {}
_STEPS: dict[str, UndoStep] = {}
_NEVER: set[str] = set()
_GUARDS: list[Callable[[Record, Mapping[str, Any]], dict[str, str]]] = []
_USES: list[Callable[[Going, str], set[int]]] = []


@dataclass(frozen=True)
class Covered:
    """What of an operation the ledger's undo leaves to a step: updated records, ids by type, and
    names of fields of all others."""

    records: Mapping[str, Collection[int]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Going:
    """Records that an undo would put into the bin, ids by type.

    Attributes:
        target: the operation that is undone.
        below: its changes with lower ids are yet to be undone.
    """

    made: Mapping[str, Collection[int]]
    target: Operation
    below: int


class UndoStep(Protocol):
    """How an operation is undone whose ledger alone does not say all it did (a merge)."""

    def covers(self, target: Operation) -> Covered:
        """What `run` sets back."""

    def run(self, op: Recorder, target: Operation, report: UndoReport) -> None:
        """Set the rest back, after the ledger's undo, in its transaction."""


def undo_by(verb: str, step: UndoStep) -> None:
    """Let a step take part in undoing operations whose action ends with `.verb`. An undo of such
    an undo is refused: the ledger does not know how to do it again."""
    _STEPS[verb] = step


def never_undo(*actions: str) -> None:
    """Operations of these names cannot be undone, by nobody: the ledger says what was done and not
    how to set it back (a password, a consent), or the rows are not records (roles)."""
    _NEVER.update(actions)


def is_for_good(action: str) -> bool:
    return action in _NEVER


def for_good() -> Collection[str]:
    return _NEVER


def undo_step(action: str) -> UndoStep | None:
    return _STEPS.get(action.rpartition(".")[2])


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


def before_creation(hook: Callable[[Recorder, Record], None]) -> None:
    """Run `hook(recorder, record)` before a new record of any type is written."""
    _BEFORE.append(hook)


def before_hooks() -> list[Callable[[Recorder, Record], None]]:
    return _BEFORE


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


def guard_restoring(guard: Callable[[Record, Mapping[str, Any]], dict[str, str]]) -> None:
    """Ask `guard(record, values by field name)` before undo sets fields back: what it answers,
    a cause by field name, stays as it is and is reported."""
    _GUARDS.append(guard)


def refused_values(record: Record, values: Mapping[str, Any]) -> dict[str, str]:
    """Why some of the values cannot be set back, by field name."""
    return {name: cause for guard in _GUARDS for name, cause in guard(record, values).items()}


def keep_used(used: Callable[[Going, str], set[int]]) -> None:
    """Ask `used(going, record type)` before undo bins what an operation made: of that type, the
    ids that others refer to by now. They stay and are reported."""
    _USES.append(used)


def used_since(going: Going, record_type: str) -> set[int]:
    """Which of the records that would go stand in use."""
    return {pk for used in _USES for pk in used(going, record_type)}


def restored_hook(record_type: str) -> Callable[[Recorder, Record, set[str]], None] | None:
    return _RESTORED.get(record_type)
