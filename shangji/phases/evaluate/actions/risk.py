"""Keep a risk register: enter, change, review, close; tell who is late."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.notices.actions import notify
from shangji.foundation.notices.models import Notice
from shangji.foundation.people.models import User
from shangji.foundation.people.queries import leader_of
from shangji.foundation.workspace.queries import current_workspace, today, working_calendar
from shangji.lib.errors import DomainError, Invalid
from shangji.phases.evaluate.actions.standing import keep_standing
from shangji.phases.evaluate.choices.risk import RISK_OUTCOME_KEYS
from shangji.phases.evaluate.models import Risk, Standing
from shangji.phases.evaluate.queries.risk import late_risks
from shangji.phases.evaluate.rules.risk import expected_loss, risk_priority
from shangji.phases.evaluate.rules.years import year_fault
from shangji.records.actions import check_values, columns
from shangji.records.description import describe

#: working days after which an overdue review is told to the leader too
LEADER_AFTER = 3


def create_risk(*, actor: Actor, values: Mapping[str, Any], now: datetime) -> Risk:
    """Enter a risk; values by field key. Whoever enters it owns it unless somebody is named."""
    with operation(actor, "risk.create", now=now) as op:
        return insert_risk(op, values)


def insert_risk(op: Recorder, values: Mapping[str, Any]) -> Risk:
    """One new risk inside an open operation. Entering it is its first review."""
    opportunity = get_visible(Opportunity, op.actor, values.get("opportunity"))
    require(op.actor, "edit", opportunity)
    attributes = columns(describe("risk"), values)
    if not attributes.get("currency"):
        attributes["currency"] = opportunity.currency or current_workspace().currency
    attributes.setdefault("owner_id", op.actor.user_id)
    return op.created(Risk(reviewed_at=op.now, **attributes))


def edit_risk(
    *,
    actor: Actor,
    record: Risk,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Risk:
    """Change fields. Conflict when somebody changed the same one since `version`."""
    require(actor, "edit", record)
    with operation(actor, "risk.edit", now=now) as op:
        return edit_risk_locked(op, op.lock(record), values, version)


def edit_risk_locked(
    op: Recorder, record: Risk, values: Mapping[str, Any], version: int | None
) -> Risk:
    """The same on a locked risk inside an open operation (bulk edit, import)."""
    check_values(describe("risk"), op.actor, values, record)
    target = values.get("opportunity", record.opportunity_id)
    if target != record.opportunity_id:
        require(op.actor, "edit", get_visible(Opportunity, op.actor, target))
    return op.update(record, columns(describe("risk"), values), version=version)


def review_risk(
    *,
    actor: Actor,
    risk: Risk,
    review_on: date | None,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> Risk:
    """Somebody looked at it again: what changed, and the day of the next review.

    Invalid naming `review_on` without a day after today.
    """
    require(actor, "edit", risk)
    if review_on is None or review_on <= today(now=now):
        raise Invalid.field("review_on", _("The next review is on a day after today."))
    if fault := year_fault([review_on]):
        raise Invalid.field("review_on", fault)
    with operation(actor, "risk.review", now=now) as op:
        record = _open(op.lock(risk))
        given = dict(values or {}) | {"review_on": review_on}
        record = edit_risk_locked(op, record, given, None)
        return op.update(record, {"reviewed_at": now})


def close_risk(*, actor: Actor, risk: Risk, outcome: str, now: datetime, note: str = "") -> Risk:
    """It came or it went: how it ended is kept. Invalid without an outcome."""
    require(actor, "edit", risk)
    if outcome not in RISK_OUTCOME_KEYS:
        raise Invalid.field("outcome", _("Say how it ended."))
    with operation(actor, "risk.close", now=now) as op:
        record = _open(op.lock(risk))
        values = {"status": Risk.CLOSED, "outcome": outcome, "closed_at": now}
        return op.update(record, values | {"outcome_note": note.strip()[:300]})


def reopen_risk(*, actor: Actor, risk: Risk, now: datetime) -> Risk:
    """Back on the register."""
    require(actor, "edit", risk)
    with operation(actor, "risk.reopen", now=now) as op:
        record = op.lock(risk)
        if record.status == Risk.OPEN:
            raise DomainError(_("It is open already."))
        values = {"status": Risk.OPEN, "outcome": "", "closed_at": None, "outcome_note": ""}
        return op.update(record, values)


def _open(record: Risk) -> Risk:
    if record.status != Risk.OPEN:
        raise DomainError(_("This risk is closed. Reopen it first."))
    return record


# ------------------------------------------------------------------------------- what follows


def fold_risks(op: Recorder, records: list[Record]) -> None:
    """After every operation on risks, undo and bin included: priority, EMV, the standing."""
    rows = [one for one in records if isinstance(one, Risk)]
    for row in rows:
        priority = risk_priority(row.probability, row.impact, row.controllability)
        emv = expected_loss(row.chance, row.loss, row.currency)
        if (row.priority, row.emv) != (priority, emv):
            row.priority, row.emv = priority, emv
            Risk.objects.filter(pk=row.pk).update(priority=priority, emv=emv)
    keep_register({row.opportunity_id for row in rows})


def keep_register(opportunity_ids: Iterable[int]) -> None:
    """Count of open risks and the highest priority, beside the opportunity."""
    ids = set(opportunity_ids)
    found: dict[int, list[Decimal]] = {pk: [] for pk in ids}
    rows = Risk.objects.alive().filter(opportunity__in=ids, status=Risk.OPEN)
    for pk, priority in rows.values_list("opportunity_id", "priority"):
        found[pk].append(priority)
    known = dict(
        Standing.objects.filter(opportunity__in=ids).values_list("opportunity_id", "risk_count")
    )
    for pk, priorities in found.items():
        if priorities or pk in known:
            values = {"risk_count": len(priorities), "risk_priority": max(priorities, default=None)}
            keep_standing(pk, values)


def escalate_reviews(*, now: datetime) -> int:
    """Tell owners of reviews that are late and acceptances that ran out, and the leader of an
    owner who is still late after three working days. Each is told once. Returns how many."""
    day, calendar = today(now=now), working_calendar()
    leaders: dict[int, User | None] = {}
    told = 0
    for risk in late_risks(day):
        owner = risk.owner or risk.opportunity.owner
        if owner is None:
            continue
        params: dict[str, str | int] = {
            "risk": risk.title,
            "name": risk.opportunity.name,
            "owner": owner.name,
        }
        url = f"/opportunities/{risk.opportunity_id}/evaluate/risks/"
        if risk.accepted_until is not None and risk.accepted_until < day:
            title = gettext_noop(
                "The risk “%(risk)s” of %(name)s was accepted up to a day that has passed"
            )
            key = f"risk-accepted:{risk.pk}:{risk.accepted_until}"
            told += _tell(owner, risk.opportunity, title, params, url, key, now)
        if risk.review_on is None or risk.review_on >= day:
            continue
        title = gettext_noop("Review the risk “%(risk)s” of %(name)s")
        key = f"risk-review:{risk.pk}:{risk.review_on}"
        told += _tell(owner, risk.opportunity, title, params, url, key, now)
        if calendar.add_working_days(risk.review_on, LEADER_AFTER) >= day:
            continue
        if owner.pk not in leaders:
            leaders[owner.pk] = leader_of(owner)
        leader = leaders[owner.pk]
        if leader is not None:
            title = gettext_noop("%(owner)s has not reviewed the risk “%(risk)s” of %(name)s")
            told += _tell(leader, risk.opportunity, title, params, url, f"{key}:leader", now)
    return told


def _tell(
    person: User,
    opportunity: Opportunity,
    title: str,
    params: Mapping[str, str | int],
    url: str,
    key: str,
    now: datetime,
) -> int:
    """A notice, once, if the person may see the deal at all. Returns 1 when told."""
    if not model_queryset(Opportunity).allows(Actor(person, "job"), "read", opportunity):
        return 0
    if Notice.objects.filter(user=person, unique_key=key).exists():
        return 0
    notify(
        user_ids=[person.pk],
        kind="risk.review",
        title=title,
        params=params,
        url=url,
        now=now,
        unique_key=key,
    )
    return 1
