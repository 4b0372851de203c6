"""Reads of steps: what stands where, what it says, what it would do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from shangji.automation.models import RIGHT, StepRun, TriggeredStep
from shangji.automation.params import Book
from shangji.automation.people import people_book
from shangji.automation.steps import (
    DOOR,
    BrokenStep,
    Skip,
    StepKind,
    Subject,
    Trigger,
    kinds_for,
    step_kind,
    trigger_named,
    triggers,
)
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.access.checks import get_visible, require_right
from shangji.foundation.audit.models import Record
from shangji.lib.errors import DomainError, NotFound
from shangji.lib.values import dataclass
from shangji.records.description import describe


@dataclass(frozen=True)
class ReadStep:
    """A stored step as it can be shown: in words, or broken with the reason.

    `params` of a broken one are those that still hold.
    """

    row: TriggeredStep
    kind: StepKind | None
    params: dict[str, Any]
    text: str
    broken: str = ""


@dataclass(frozen=True)
class Place:
    """A subject with its steps."""

    subject: Subject
    steps: Sequence[ReadStep]


@dataclass(frozen=True)
class Section:
    """The subjects of one group (a pipeline) under one trigger."""

    trigger: Trigger
    name: str
    places: Sequence[Place]
    kinds: Sequence[StepKind]


@dataclass(frozen=True)
class Would:
    """What one step would do to one record; `skipped`: nothing, and the text says why."""

    step: str
    text: str
    skipped: bool


@dataclass(frozen=True)
class Rehearsed:
    """One record that triggered lately, and what would happen to it today."""

    name: str
    url: str
    at: datetime
    would: Sequence[Would]


def read_step(row: TriggeredStep, book: Book) -> ReadStep:
    """Check a stored step; what cannot be read is shown as broken."""
    kind = step_kind(row.kind)
    if kind is None:
        broken = _("Shangji knows no step “%(kind)s”.") % {"kind": row.kind}
        return ReadStep(row, None, {}, row.kind, broken)
    try:
        params = kind.read(row.params, book)
    except BrokenStep as problem:
        return ReadStep(row, kind, kind.whole(row.params, book), str(kind.label), str(problem))
    return ReadStep(row, kind, params, kind.describe(params, book))


def sections(actor: Actor) -> list[Section]:
    """All triggers with their subjects and steps, each step with `ran` and `last_ran`."""
    require_right(actor, RIGHT)
    book = people_book()
    rows: dict[tuple[str, int], list[ReadStep]] = {}
    done = Q(runs__state=StepRun.DONE)
    for row in TriggeredStep.objects.visible_to(actor).annotate(
        ran=Count("runs", filter=done), last_ran=Max("runs__at", filter=done)
    ):
        rows.setdefault((row.trigger, row.subject_id), []).append(read_step(row, book))
    return [
        Section(
            trigger,
            group.name,
            [Place(one, rows.get((trigger.key, one.id), [])) for one in group.subjects],
            kinds_for(trigger.record_type),
        )
        for trigger in triggers()
        for group in trigger.groups()
    ]


def step_for(actor: Actor, pk: int) -> TriggeredStep:
    """One step for whoever may change pipelines. Forbidden, NotFound."""
    require_right(actor, RIGHT)
    return get_visible(TriggeredStep, actor, pk)


def place_of(trigger_key: str, subject_id: int) -> tuple[Trigger, Subject]:
    """A trigger and its subject by their names. NotFound."""
    trigger = trigger_named(trigger_key)
    subjects = [one for group in (trigger.groups() if trigger else ()) for one in group.subjects]
    for one in subjects:
        if one.id == subject_id and trigger is not None:
            return trigger, one
    raise NotFound(_("There is no such place for a step."))


def kind_on(trigger: Trigger, key: str) -> StepKind:
    """A kind of step that works on this trigger's records. NotFound."""
    for one in kinds_for(trigger.record_type):
        if one.key == key:
            return one
    raise NotFound(_("There is no such kind of step."))


def active_steps(trigger_key: str, subject_id: int) -> list[TriggeredStep]:
    """The rows that run, in order."""
    rows = TriggeredStep.objects.alive().filter(
        trigger=trigger_key, subject_id=subject_id, is_active=True
    )
    return list(rows.order_by("position", "id"))


def steps_of(actor: Actor, trigger_key: str, subject_id: int, book: Book) -> list[ReadStep]:
    """The switched-on steps of a subject that can be read."""
    require_right(actor, RIGHT)
    read = [read_step(row, book) for row in active_steps(trigger_key, subject_id)]
    return [one for one in read if not one.broken]


def rehearse(
    *,
    actor: Actor,
    trigger: Trigger,
    subject_id: int,
    drafts: Sequence[tuple[StepKind, dict[str, Any]]],
    book: Book,
    now: datetime,
    count: int = 10,
) -> list[Rehearsed]:
    """What steps would do to the last records that triggered, each by itself. Changes nothing.

    The records are those the actor may see; what steps do they do as Shangji itself.
    """
    require_right(actor, RIGHT)
    runner = system_actor(DOOR)
    return [
        Rehearsed(
            _title(record),
            f"/{describe(record.record_type).slug}/{record.pk}/",
            at,
            [_would(runner, record, kind, params, book, now) for kind, params in drafts],
        )
        for record, at in trigger.recent(actor, subject_id, count)
    ]


def latest_runs(
    actor: Actor, row: TriggeredStep, count: int = 10
) -> list[tuple[StepRun, str, str]]:
    """The last runs of a step on records the actor may see: run, record's name, its address."""
    runs = list(row.runs.order_by("-id")[:count])
    names: dict[tuple[str, int], str] = {}
    for record_type in {run.record_type for run in runs}:
        ids = [run.record_id for run in runs if run.record_type == record_type]
        described = describe(record_type)
        seen = described.model.objects.visible_to(actor).filter(pk__in=ids)
        names |= {(record_type, one.pk): _title(one) for one in seen}
    return [
        (
            run,
            names[run.record_type, run.record_id],
            f"/{describe(run.record_type).slug}/{run.record_id}/",
        )
        for run in runs
        if (run.record_type, run.record_id) in names
    ]


def _title(record: Record) -> str:
    return str(getattr(record, describe(record.record_type).title))


def _would(
    actor: Actor, record: Record, kind: StepKind, params: dict[str, Any], book: Book, now: datetime
) -> Would:
    try:
        text, skipped = kind.preview(actor, record, params, book, now), False
    except (Skip, DomainError) as why:
        text, skipped = str(why), True
    return Would(str(kind.label), text, skipped)
