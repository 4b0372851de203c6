"""What the opportunity page shows beside what the record engine knows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.pages.facts import fact_groups
from shangji.core.opportunities.queries.parts import (
    Linked,
    Relation,
    links_of,
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
from shangji.lib.markup import escape
from shangji.lib.phases import BY_KEY
from shangji.records.description import describe
from shangji.records.kinds import Link
from shangji.ui.addresses import address
from shangji.ui.templatetags.ui import phase_dot, phase_name, show_money


def page_context(actor: Actor, record: Opportunity, now: datetime) -> dict[str, Any]:
    """Stepper, facts, next step, people, related deals; what the actor may do with it."""
    may_edit = model_queryset(Opportunity).allows(actor, "edit", record)
    hidden = actor.hidden_fields("opportunity")
    phase = BY_KEY[record.phase]
    following = next_stage(record)
    rows = people_rows(record)
    links = links_of(actor, record)
    for role in ("owner", "next_step_owner"):
        pk = getattr(record, f"{role}_id")
        if pk is not None and pk == actor.user_id:
            setattr(record, role, actor.user)  # at hand: no need to fetch the reader again
    return {
        "opportunity": record,
        "stage": stage_by_id(record.stage_id),
        "phase": phase,
        "phases": stepper(record, now),
        "groups": fact_groups(actor, record, now, links, may_edit=may_edit),
        "may_edit": may_edit,
        "may_see_amount": "amount" not in hidden,
        "next_stage": following if may_edit else None,
        "criteria": criteria(record, following),
        "other_stages": [
            one
            for one in stages(record.pipeline_id)
            if one.kind == "open" and one.pk != record.stage_id
        ],
        "step": {}
        if "next_step" in actor.hidden_fields("opportunity")
        else next_step(record, now, links),
        "may_plan": may_edit and "next_step" not in actor.read_only_fields("opportunity"),
        "people": people_of(actor, record, rows),
        "gap": people_gap(record, rows),
        "related": related_lines(related_to(actor, record), amounts="amount" not in hidden),
        "stale_days": stale_days(record, now),
        **customer(actor, links),
    }


def related_lines(found: Iterable[Relation], *, amounts: bool) -> SafeString:
    """Other deals as lines: name, how it belongs here, where it stands, its amount."""
    lines = []
    for one in found:
        row = one.opportunity
        url = address("records:page", "opportunities", row["pk"])
        money = show_money(row["amount"], row["currency"]) if amounts else ""
        lines.append(
            f'<li class="person"><div class="grow"><a class="cut" href="{url}">'
            f'{escape(row["name"])}</a><span class="sub">{escape(one.how)} · '
            f"{phase_dot(row['phase'])} {escape(phase_name(row['phase']))}</span></div>"
            + (f'<span class="ink-2 ms-auto whole">{money}</span>' if amounts else "")
            + "</li>"
        )
    return mark_safe("".join(lines))  # noqa: S308 - parts escaped


def criteria(record: Opportunity, following: Stage | None) -> list[dict[str, str]]:
    """What the present stage asks before it is left, and the next one before it is entered."""
    if record.status != Opportunity.OPEN:
        return []
    here = stage_by_id(record.stage_id)
    found = [(_("To leave %(stage)s"), here, here.exit_criteria)]
    if following is not None:
        found.append((_("To enter %(stage)s"), following, following.entry_criteria))
    return [
        {"title": title % {"stage": stage.name}, "text": text.strip()}
        for title, stage, text in found
        if text.strip()
    ]


def next_step(record: Opportunity, now: datetime, links: Mapping[str, Linked]) -> dict[str, Any]:
    """The next-step card: what, when, how late; where missing, what the remedy would be."""
    due: Any = record.next_step_on
    if due is not None and record.next_step_time is not None:
        due = datetime.combine(due, record.next_step_time, zone())
    contact = links.get("contact", Linked())
    return {
        "text": record.next_step,
        "due": due,
        "owner": record.next_step_owner or record.owner,
        "phone": contact.phone if contact.is_alive else "",
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


def customer(actor: Actor, links: Mapping[str, Linked]) -> dict[str, Any]:
    """The customer's name, which the deal tells, and whether the actor may open its page."""
    account = links.get("account")
    if account is None or "account" in actor.hidden_fields("opportunity"):
        return {"account_name": "", "may_open_account": False}
    link = describe("opportunity").field("account", actor).kind
    assert isinstance(link, Link)
    opens = account.is_seen and account.is_alive
    told = opens or link.tells(actor)
    return {"account_name": account.name if told else "", "may_open_account": opens}
