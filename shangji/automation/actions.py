"""Put steps in their places, and run them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from shangji.automation.models import RIGHT, StepRun, TriggeredStep
from shangji.automation.people import people_book
from shangji.automation.queries import active_steps, kind_on, place_of, read_step
from shangji.automation.steps import DOOR, BrokenStep, Skip, StepKind, step_kind, trigger_named
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import DomainError, Invalid, NotFound
from shangji.records.description import describe

log = structlog.get_logger(__name__)
MOST_STEPS = 20


def add_step(
    *,
    actor: Actor,
    trigger: str,
    subject_id: int,
    kind: str,
    values: Mapping[str, Any],
    now: datetime,
) -> TriggeredStep:
    """A new step, last in its place. Invalid names what is wrong with its settings."""
    require_right(actor, RIGHT)
    where, _subject = place_of(trigger, subject_id)
    stored = _stored(kind_on(where, kind), values)
    with operation(actor, "step.add", now=now) as op:
        rows = _siblings(trigger, subject_id)
        if len(rows) >= MOST_STEPS:
            raise Invalid({"": [_("At most %(n)s steps in one place.") % {"n": MOST_STEPS}]})
        position = max((row.position for row in rows), default=-1) + 1
        return op.created(
            TriggeredStep(
                trigger=trigger, subject_id=subject_id, position=position, kind=kind, params=stored
            )
        )


def edit_step(
    *,
    actor: Actor,
    step: TriggeredStep,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> TriggeredStep:
    """Other settings for a step; this also mends a broken one. Conflict, Invalid."""
    require_right(actor, RIGHT)
    kind = step_kind(step.kind)
    if kind is None:
        raise NotFound(_("There is no such kind of step."))
    stored = _stored(kind, values)
    with operation(actor, "step.edit", now=now) as op:
        return op.update(op.lock(step), {"params": stored}, version=version)


def switch_step(*, actor: Actor, step: TriggeredStep, on: bool, now: datetime) -> TriggeredStep:
    """Let a step run, or rest."""
    require_right(actor, RIGHT)
    with operation(actor, "step.switch", now=now) as op:
        return op.update(op.lock(step), {"is_active": on})


def shift_step(*, actor: Actor, step: TriggeredStep, up: bool, now: datetime) -> None:
    """One place earlier or later among the steps of its place; at the end it stays."""
    require_right(actor, RIGHT)
    with operation(actor, "step.reorder", now=now) as op:
        step = op.lock(step)
        rows = _siblings(step.trigger, step.subject_id)
        at = next(n for n, row in enumerate(rows) if row.pk == step.pk)
        to = at - 1 if up else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        _number(op, rows)


def delete_step(*, actor: Actor, step: TriggeredStep, now: datetime) -> None:
    """Into the bin; it runs no more."""
    require_right(actor, RIGHT)
    with operation(actor, "step.delete", now=now) as op:
        op.deleted(op.lock(step))


def fire(
    *,
    trigger: str,
    subject_id: int,
    record_id: int,
    occasion: str,
    caused_by: int | None,
    now: datetime,
) -> Job | None:
    """Something happened: have its steps run in a job, once for this occasion.

    Args:
        occasion: names this one happening for ever: "stay:812".
        caused_by: id of the operation that made it happen. What a step itself did triggers
            nothing: a chain of steps ends after the first link.
    """
    if caused_by and Operation.objects.filter(pk=caused_by, door=DOOR).exists():
        return None
    if not active_steps(trigger, subject_id):
        return None
    return enqueue(
        "automation.run",
        params={
            "trigger": trigger,
            "subject_id": subject_id,
            "record_id": record_id,
            "occasion": occasion,
        },
        unique_key=f"steps:{trigger}:{subject_id}:{occasion}",
        run_at=now,
    )


def run_steps(
    *, trigger: str, subject_id: int, record_id: int, occasion: str, now: datetime
) -> int:
    """Run the steps of a place on one record, in order; how many did their work.

    Each step and the note that it ran are one transaction, so a repeat does only what is left.
    A fault of one does not keep the others from running; it is raised at the end, for a retry.
    """
    where = trigger_named(trigger)
    if where is None:
        return 0
    book, done, fault = people_book(), 0, None
    for row in active_steps(trigger, subject_id):
        read = read_step(row, book)
        if read.kind is None or read.broken:
            log.warning("step.broken", step=row.pk, cause=read.broken)
            continue
        try:
            target = (where.record_type, record_id)
            done += _run_one(row, read.kind, read.params, target, occasion, now)
        except Exception as error:  # noqa: BLE001 - raised again below, after the other steps
            fault = fault or error
    if fault is not None:
        raise fault
    return done


def _run_one(
    row: TriggeredStep,
    kind: StepKind,
    params: dict[str, Any],
    target: tuple[str, int],
    occasion: str,
    now: datetime,
) -> int:
    record_type, record_id = target
    with transaction.atomic():
        run, fresh = StepRun.objects.get_or_create(
            step=row,
            occasion=occasion,
            defaults={"record_type": record_type, "record_id": record_id, "at": now},
        )
        if not fresh:
            return 0
        actor = system_actor(DOOR)
        rows = model_queryset(describe(record_type).model)
        record = rows.visible_to(actor).filter(pk=record_id).first()
        if record is None:
            run.delete()  # in the bin: nothing to do, nothing to tell
            return 0
        try:
            with transaction.atomic():
                kind.apply(actor=actor, record=record, params=params, now=now)
        except Skip as why:
            run.state, run.note_id, run.note_params = run.SKIPPED, why.message_id, why.params
        except DomainError as refusal:
            run.state, run.note_id = run.SKIPPED, str(refusal)[:300].replace("%", "%%")
        if run.state == run.SKIPPED:
            run.save(update_fields=["state", "note_id", "note_params"])
            return 0
        return 1


def forget_runs(*, before: datetime) -> int:
    """Delete what is known of runs before this instant. Returns how many."""
    return StepRun.objects.filter(at__lt=before).delete()[0]


def _stored(kind: StepKind, values: Mapping[str, Any]) -> dict[str, Any]:
    book = people_book()
    errors: dict[str, list[str]] = {}
    for one in kind.params:
        try:
            one.check(values.get(one.key), book)
        except ValueError as problem:
            errors[one.key] = [str(problem)]
    if errors:
        raise Invalid(errors)
    try:
        return kind.store(values, book)
    except BrokenStep as problem:
        raise Invalid({"": [str(problem)]}) from None


def _siblings(trigger: str, subject_id: int) -> list[TriggeredStep]:
    rows = TriggeredStep.objects.alive().filter(trigger=trigger, subject_id=subject_id)
    return list(rows.select_for_update().order_by("position", "id"))


def _number(op: Recorder, rows: list[TriggeredStep]) -> None:
    for position, row in enumerate(rows):
        op.update(row, {"position": position})
