"""Automatic steps in settings: where they stand, their settings, and trying them first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.automation import actions, queries
from shangji.automation.forms import StepForm
from shangji.automation.models import RIGHT, TriggeredStep
from shangji.automation.params import Book
from shangji.automation.people import people_book
from shangji.automation.steps import StepKind, Trigger
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    tried,
    with_right,
)

PAGE = {"settings_page": "steps"}


@with_right(RIGHT)
@require_GET
def steps(request: HttpRequest) -> HttpResponse:
    """Every stage with its steps."""
    return render(
        request, "automation/steps.html", {**PAGE, "sections": queries.sections(actor_of(request))}
    )


@with_right(RIGHT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, trigger: str, subject: int, kind: str) -> HttpResponse:
    """A new step; "Try it" shows what it would do, and saves nothing."""
    actor, book = actor_of(request), people_book()
    where, at = queries.place_of(trigger, subject)
    chosen = queries.kind_on(where, kind)
    form = StepForm(request.POST or None, kind=chosen, book=book)
    context = {"kind": chosen, "subject": at, "trigger": where}
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            context["tried"] = _rehearsed(actor, where, subject, chosen, form, book)
        elif carried_out(
            form,
            lambda: actions.add_step(
                actor=actor,
                trigger=trigger,
                subject_id=subject,
                kind=kind,
                values=form.values(),
                now=timezone.now(),
            ),
        ):
            return done(request, _("The step was added."), "automation:steps")
    return answer(request, "automation/step.html", form, {**PAGE, **context})


@with_right(RIGHT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The settings of one step and its latest runs; a broken one says what is wrong."""
    actor, book = actor_of(request), people_book()
    row = queries.step_for(actor, pk)
    where, at = queries.place_of(row.trigger, row.subject_id)
    kind = queries.kind_on(where, row.kind)
    read = queries.read_step(row, book)
    form = StepForm(request.POST or None, kind=kind, book=book, row=row, values=read.params)
    context: dict[str, Any] = {"kind": kind, "subject": at, "trigger": where, "step": read}
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            context["tried"] = _rehearsed(actor, where, row.subject_id, kind, form, book)
        elif carried_out(
            form,
            lambda: actions.edit_step(
                actor=actor,
                step=row,
                values=form.values(),
                version=form.based_on(),
                now=timezone.now(),
            ),
        ):
            return done(request, _("The step was changed."), "automation:steps")
    context["runs"] = queries.latest_runs(actor, row)
    return answer(request, "automation/step.html", form, {**PAGE, **context})


@with_right(RIGHT)
@require_GET
def try_out(request: HttpRequest, trigger: str, subject: int) -> HttpResponse:
    """What the steps of a stage would do to the last opportunities that entered it."""
    actor, book = actor_of(request), people_book()
    where, at = queries.place_of(trigger, subject)
    ready = queries.steps_of(actor, trigger, subject, book)
    rows = queries.rehearse(
        actor=actor,
        trigger=where,
        subject_id=subject,
        drafts=[(one.kind, one.params) for one in ready if one.kind is not None],
        book=book,
        now=timezone.now(),
    )
    context = {**PAGE, "subject": at, "trigger": where, "tried": rows, "steps": ready}
    return render(request, "automation/try.html", context)


@with_right(RIGHT)
@require_POST
def shift(request: HttpRequest, pk: int, up: bool) -> HttpResponse:
    actor, row = actor_of(request), _row(request, pk)
    actions.shift_step(actor=actor, step=row, up=up, now=timezone.now())
    return redirect("automation:steps")


@with_right(RIGHT)
@require_POST
def switch(request: HttpRequest, pk: int, on: bool) -> HttpResponse:
    actor, row = actor_of(request), _row(request, pk)
    text = _("The step runs from now on.") if on else _("The step rests.")
    now = timezone.now()
    tried(request, lambda: actions.switch_step(actor=actor, step=row, on=on, now=now), text)
    return redirect("automation:steps")


@with_right(RIGHT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    actions.delete_step(actor=actor_of(request), step=_row(request, pk), now=timezone.now())
    return done(request, _("The step was deleted."), "automation:steps")


def _row(request: HttpRequest, pk: int) -> TriggeredStep:
    return queries.step_for(actor_of(request), pk)


def _rehearsed(
    actor: Actor, trigger: Trigger, subject: int, kind: StepKind, form: StepForm, book: Book
) -> list[queries.Rehearsed]:
    return queries.rehearse(
        actor=actor,
        trigger=trigger,
        subject_id=subject,
        drafts=[(kind, form.values())],
        book=book,
        now=timezone.now(),
    )
