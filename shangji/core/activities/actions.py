"""Writes on activities, and what they do to the opportunity they are about."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.accounts.models import Account
from shangji.core.activities import rules
from shangji.core.activities.choices import KINDS
from shangji.core.activities.events import PeopleMentioned
from shangji.core.activities.models import Activity
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.actions.move import step_locked
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_field, require_type
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.errors import DomainError, Invalid
from shangji.records.actions import check_values, columns, insert
from shangji.records.description import describe


def create_activity(*, actor: Actor, values: Mapping[str, Any], now: datetime) -> Activity:
    """Log or plan an activity; what it is about must be visible to the actor.

    One without a due day is done at once: it was logged after the fact. A task without a day
    stays open.
    """
    require_type(actor, "create", "activity")
    with operation(actor, "activity.create", now=now) as op:
        return create_in(op, values)


def create_in(op: Recorder, values: Mapping[str, Any], *, text: str = "") -> Activity:
    """The same inside an open operation; people are mentioned in `text`, else in the notes."""
    values = dict(values)
    opportunity = _subject(op.actor, values.get("opportunity"))
    if opportunity is not None:
        values.setdefault("account", opportunity.account_id)
        values.setdefault("contact", opportunity.contact_id)
    values.setdefault("owner", op.actor.user_id)
    done = values.get("due_on") is None and values.get("kind") != Activity.TASK
    record = insert(op, describe("activity"), values)
    assert isinstance(record, Activity)
    record.mentions = mentioned(text or record.body)
    if done:
        record.done_at = op.now
    record.save(update_fields=["mentions", "done_at"])
    if done:
        _touch_customer(op, record)
    if record.mentions:
        op.publish(
            PeopleMentioned(
                activity_id=record.pk, user_ids=list(record.mentions), by_id=op.actor.user_id
            )
        )
    return record


def log_activity(
    *,
    actor: Actor,
    kind: str,
    text: str,
    about: Opportunity | Account | Contact,
    now: datetime,
    minutes: int | None = None,
    next_step: str = "",
    next_on: date | None = None,
) -> Activity:
    """Note what happened just now; the first line is its subject. A next step may come along.

    Logging needs sight of the record; a next step the right to edit the opportunity.
    """
    require_type(actor, "create", "activity")
    require(actor, "read", about)
    labels = {one.value: str(one.label) for one in KINDS}
    errors: dict[str, list[str]] = {}
    if kind not in labels or kind == Activity.TASK:
        errors["kind"] = [_("Choose a kind from the list.")]
    if not text.strip():
        errors["text"] = [_("Say what happened.")]
    elif len(text) > 20_000:
        errors["text"] = [_("At most %(n)s characters.") % {"n": 20_000}]
    if errors:
        raise Invalid(errors)
    subject, body = rules.subject_and_body(text, labels[kind])
    values: dict[str, Any] = {"kind": kind, "subject": subject, "body": body, "minutes": minutes}
    values[about.record_type] = about.pk
    if isinstance(about, Contact):
        values["account"] = about.account_id
    with operation(actor, "activity.log", now=now) as op:
        op.lock(about)
        activity = create_in(op, values, text=text)
        if next_step.strip() and isinstance(about, Opportunity):
            require(actor, "edit", about)
            step_locked(op, op.lock(about), next_step, next_on)
        return activity


def _subject(actor: Actor, opportunity_id: Any) -> Opportunity | None:
    return get_visible(Opportunity, actor, opportunity_id) if opportunity_id else None


def mentioned(text: str) -> list[int]:
    """Ids of active people named with @ in a text, each once."""
    if "@" not in text:
        return []
    people = User.objects.filter(is_active=True).values_list("pk", "name")
    return rules.mentioned(text[:20000], people)


def _touch_customer(op: Recorder, record: Activity) -> None:
    """A done call, meeting, visit, mail or message is contact with the customer."""
    if record.opportunity_id is None or record.kind not in Activity.WITH_CUSTOMER:
        return
    assert record.opportunity is not None
    opportunity = op.lock(record.opportunity)
    if opportunity.last_contact_at is None or opportunity.last_contact_at < op.now:
        op.update(opportunity, {"last_contact_at": op.now})


def edit_activity(
    *,
    actor: Actor,
    record: Activity,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Activity:
    """Change fields of an activity; mentions follow the text."""
    require(actor, "edit", record)
    with operation(actor, "activity.edit", now=now) as op:
        fresh = op.lock(record)
        check_values(describe("activity"), actor, values, fresh)
        fields = columns(describe("activity"), values)
        if "body" in fields:
            fields["mentions"] = mentioned(fields["body"])
        return op.update(fresh, fields, version=version)


def complete_activity(
    *, actor: Actor, activity: Activity, now: datetime, outcome: str = ""
) -> Activity:
    """Tick an activity off, with what came of it."""
    require(actor, "edit", activity)
    with operation(actor, "activity.done", now=now) as op:
        record = op.lock(activity)
        if record.done_at is not None:
            raise DomainError(_("It is done already."))
        record = op.update(record, {"done_at": now, "outcome": outcome.strip()[:200]})
        _touch_customer(op, record)
        return record


def reopen_activity(*, actor: Actor, activity: Activity, now: datetime) -> Activity:
    """Take the tick back."""
    require(actor, "edit", activity)
    with operation(actor, "activity.reopen", now=now) as op:
        return op.update(op.lock(activity), {"done_at": None, "outcome": ""})


def complete_step(
    *,
    actor: Actor,
    opportunity: Opportunity,
    now: datetime,
    kind: str = Activity.CALL,
    outcome: str = "",
    next_step: str = "",
    next_on: date | None = None,
    next_at: time | None = None,
    step: str | None = None,
) -> Activity:
    """Finish an opportunity's next step: it becomes an activity, and the next one takes its place.

    Without a next one the opportunity stands without a step, which its page shows as a fault.

    Args:
        step: the words the person was shown; refused when another step stands there by now.
    """
    require(actor, "edit", opportunity)
    require_field(actor, "next_step", "opportunity")
    if next_step.strip() and next_on is None:
        raise Invalid({"next_on": [_("A next step has a day.")]})
    with operation(actor, "opportunity.step_done", now=now) as op:
        record = op.lock(opportunity)
        if not record.next_step:
            raise DomainError(_("There is no next step to finish."))
        if step is not None and step != record.next_step:
            raise DomainError(
                _("The next step is “%(step)s” by now; nothing was ticked off.")
                % {"step": record.next_step}
            )
        activity = create_in(
            op,
            {
                "kind": kind,
                "subject": record.next_step,
                "opportunity": record.pk,
                "outcome": outcome.strip()[:200],
            },
        )
        if activity.done_at is None:
            op.update(activity, {"done_at": now})
        record = op.lock(record)
        op.update(
            record,
            {
                "next_step": next_step.strip()[:200],
                "next_step_on": next_on if next_step.strip() else None,
                "next_step_time": next_at if next_step.strip() else None,
                "next_step_owner": (record.next_step_owner_id or record.owner_id)
                if next_step.strip()
                else None,
            },
        )
        return activity


def plan_call(*, actor: Actor, opportunity: Opportunity, now: datetime, days: int = 3) -> date:
    """The one-click remedy: a call in so many working days. The day it falls on."""
    require(actor, "edit", opportunity)
    require_field(actor, "next_step", "opportunity")
    on = working_calendar().add_working_days(today(now=now), days)
    with operation(actor, "opportunity.next_step", now=now) as op:
        record = op.lock(opportunity)
        op.update(
            record,
            {
                "next_step": _("Call"),
                "next_step_on": on,
                "next_step_time": None,
                "next_step_owner": record.owner_id or actor.user_id,
            },
        )
    return on
