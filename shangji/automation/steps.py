"""What automation can do and on what: kinds of steps and triggers, handed down by apps above.

Automation knows records by their description only. An app writes its kinds and triggers in its
`workflow_actions.py` and registers them in `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangji.automation.params import Book, Param
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.notices.rules import render
from shangji.lib.values import dataclass

#: the door through which steps write; what comes through it triggers no further step
DOOR = "workflow"

Params = Mapping[str, Any]


class Skip(Exception):
    """This step has nothing to do on this record; says why.

    Args:
        message_id: marked with gettext_noop, places as in notices ("%(name)s has no owner").
    """

    def __init__(self, message_id: str, **params: str | int) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params

    def __str__(self) -> str:
        return render(self.message_id, self.params)


class BrokenStep(Exception):
    """A stored step cannot be read; the text says why, to people."""


class Apply(Protocol):
    def __call__(self, *, actor: Actor, record: Any, params: Params, now: datetime) -> None: ...


@dataclass(frozen=True)
class StepKind:
    """One thing a step can do.

    Attributes:
        key: stays for ever in stored steps: "activity.make_task".
        record_type: on which records; empty: on any record with an owner.
        version: of `params`; raise it when their meaning changes, and give `upgrade`.
        describe: the step in words: (params, book) -> "Task “…” for the owner".
        preview: what would happen to one record now: (actor, record, params, book, now) -> text.
            Raises Skip. Changes nothing.
        apply: does it, by the same action as every other door. Raises Skip or DomainError.
        upgrade: (stored values, stored version) -> values of this version.
    """

    key: str
    label: str | Promise
    icon: str
    params: tuple[Param, ...]
    describe: Callable[[Params, Book], str]
    preview: Callable[[Actor, Any, Params, Book, datetime], str]
    apply: Apply
    record_type: str = ""
    version: int = 1
    upgrade: Callable[[Params, int], Params] | None = None

    def read(self, stored: Any, book: Book) -> dict[str, Any]:
        """Stored JSON {"version": 1, "values": {…}} as checked values. Raises BrokenStep."""
        if not isinstance(stored, dict) or not isinstance(stored.get("values"), dict):
            raise BrokenStep(_("Its settings cannot be read."))
        version, values = stored.get("version"), stored["values"]
        if version != self.version:
            if self.upgrade is None or not isinstance(version, int) or version > self.version:
                raise BrokenStep(_("Its settings were made by another version of Shangji."))
            values = dict(self.upgrade(values, version))
        return self.check(values, book)

    def check(self, values: Mapping[str, Any], book: Book) -> dict[str, Any]:
        """Values, each by its own rule. BrokenStep says the first that does not hold."""
        if set(values) != {one.key for one in self.params}:
            raise BrokenStep(_("Its settings cannot be read."))
        try:
            return {one.key: one.check(values[one.key], book) for one in self.params}
        except ValueError as problem:
            raise BrokenStep(str(problem)) from None

    def whole(self, stored: Any, book: Book) -> dict[str, Any]:
        """Of stored settings that are broken, the values that hold by themselves."""
        values = stored.get("values") if isinstance(stored, dict) else None
        if not isinstance(values, dict):
            return {}
        kept: dict[str, Any] = {}
        for one in self.params:
            with suppress(ValueError):
                kept[one.key] = one.check(values.get(one.key), book)
        return kept

    def store(self, values: Mapping[str, Any], book: Book) -> dict[str, Any]:
        """What goes into the row. Raises BrokenStep."""
        return {"version": self.version, "values": self.check(values, book)}


@dataclass(frozen=True)
class Subject:
    """What a trigger is about: a stage."""

    id: int
    name: str
    phase: str = ""


@dataclass(frozen=True)
class SubjectGroup:
    """Subjects under one title: a pipeline."""

    name: str
    subjects: Sequence[Subject]


@dataclass(frozen=True)
class Trigger:
    """When steps run.

    Attributes:
        key: "opportunity.entered_stage"; stays for ever in stored steps.
        label: in words: "moved into the stage".
        hint: when it does not run.
        groups: the subjects there are, in the reader's language.
        recent: the newest records to which it happened: (actor, subject id, how many).
    """

    key: str
    label: str | Promise
    hint: str | Promise
    record_type: str
    groups: Callable[[], Sequence[SubjectGroup]]
    recent: Callable[[Actor, int, int], Sequence[tuple[Record, datetime]]]


_KINDS: dict[str, StepKind] = {}
_TRIGGERS: dict[str, Trigger] = {}


def add_step_kind(kind: StepKind) -> None:
    """Call in `AppConfig.ready`."""
    _KINDS[kind.key] = kind


def add_trigger(trigger: Trigger) -> None:
    """Call in `AppConfig.ready`."""
    _TRIGGERS[trigger.key] = trigger


def step_kind(key: str) -> StepKind | None:
    return _KINDS.get(key)


def kinds_for(record_type: str) -> list[StepKind]:
    """The kinds that work on a record type, in order of registration."""
    return [one for one in _KINDS.values() if one.record_type in ("", record_type)]


def trigger_named(key: str) -> Trigger | None:
    return _TRIGGERS.get(key)


def triggers() -> list[Trigger]:
    return list(_TRIGGERS.values())
