"""What the opportunity page shows beside what the record engine knows."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.facts import fact_groups
from shangji.core.opportunities.queries.parts import (
    people_gap,
    people_of,
    people_rows,
    related_to,
)
from shangji.core.opportunities.queries.pipelines import stage_by_id, stages
from shangji.core.opportunities.queries.stale import days_since, stale_cutoffs
from shangji.core.opportunities.queries.stepper import next_stage, stepper
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today, working_calendar, zone
from shangji.lib.phases import BY_KEY
from shangji.records.description import describe
from shangji.records.kinds import Link


def page_context(actor: Actor, record: Opportunity, now: datetime) -> dict[str, Any]:
    """Stepper, facts, next step, people, related deals; what the actor may do with it."""
    may_edit = model_queryset(Opportunity).allows(actor, "edit", record)
    hidden = actor.hidden_fields("opportunity")
    phase = BY_KEY[record.phase]
    rows = people_rows(record)
    if record.owner_id is not None and record.owner_id == actor.user_id:
        # at hand: the page need not fetch the reader again
        record.owner = actor.user  # type: ignore[assignment]
    return {
        "opportunity": record,
        "stage": stage_by_id(record.stage_id),
        "phase": phase,
        "phases": stepper(record, now),
        "groups": fact_groups(actor, record, now, may_edit=may_edit),
        "may_edit": may_edit,
        "may_see_amount": "amount" not in hidden,
        "next_stage": next_stage(record) if may_edit else None,
        "other_stages": [
            one
            for one in stages(record.pipeline_id)
            if one.kind == "open" and one.pk != record.stage_id
        ],
        "step": next_step(actor, record, now),
        "people": people_of(actor, record, rows),
        "gap": people_gap(record, rows),
        "related": related_to(actor, record),
        "stale_days": stale_days(record, now),
        **customer(actor, record),
    }


def next_step(actor: Actor, record: Opportunity, now: datetime) -> dict[str, Any]:
    """The next-step card: what, when, how late; where missing, what the remedy would be."""
    due: Any = record.next_step_on
    if due is not None and record.next_step_time is not None:
        due = datetime.combine(due, record.next_step_time, zone())
    phone = ""
    if record.contact_id is not None and "phone" not in actor.hidden_fields("contact"):
        seen = model_queryset(Contact).visible_to(actor).filter(pk=record.contact_id)
        phone = seen.values_list("phone", flat=True).first() or ""
    return {
        "text": record.next_step,
        "due": due,
        "owner": record.next_step_owner or record.owner,
        "phone": phone,
        "is_missing": record.status == "open" and not record.next_step,
        "remedy_on": working_calendar().add_working_days(today(now=now), 3),
        "silent_days": days_since(record.last_contact_at, now) if record.last_contact_at else None,
        "remedy": _("Call in 3 working days"),
    }


def stale_days(record: Opportunity, now: datetime) -> int:
    """Working days without a touch when that makes it stale, else 0."""
    cutoff = stale_cutoffs(now, [stage_by_id(record.stage_id)]).get(record.stage_id)
    last = record.last_contact_at
    return days_since(last, now) if cutoff and last and last < cutoff else 0


def customer(actor: Actor, record: Opportunity) -> dict[str, Any]:
    """The customer's name, which the deal tells, and whether the actor may open its page."""
    if record.account_id is None or "account" in actor.hidden_fields("opportunity"):
        return {"account_name": "", "may_open_account": False}
    link = describe("opportunity").field("account", actor).kind
    assert isinstance(link, Link)
    told = link.nameable(actor).filter(pk=record.account_id).first()
    opens = told is not None and model_queryset(Account).allows(actor, "read", told)
    return {
        "account_name": told.name if told else "",
        "may_open_account": opens and told.deleted_at is None,
    }
