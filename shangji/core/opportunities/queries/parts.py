"""What hangs on one opportunity: people, lines, competitors, related deals."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.choices import ROLES, STANCES
from shangji.core.opportunities.models import (
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
)
from shangji.core.opportunities.rules import gaps_among_people
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass

_ROLE = {one.value: one.label for one in ROLES}
_STANCE = {one.value: one.label for one in STANCES}
_TONES = {"support": "good", "reserved": "warn", "against": "bad"}
#: phases in which somebody who decides should be known
_LATE_PHASES = frozenset({"convert", "maintain"})


@dataclass(frozen=True)
class PersonLine:
    """Somebody of the buying committee. `name` is empty when the actor may not know them."""

    contact_id: int
    name: str
    title: str
    role: Any
    stance: Any
    tone: str
    note: str
    phone: str


def people_rows(record: Opportunity) -> list[OpportunityPerson]:
    """The people of an opportunity as stored."""
    return list(OpportunityPerson.objects.filter(opportunity=record))


def people_of(
    actor: Actor, record: Opportunity, rows: list[OpportunityPerson] | None = None
) -> list[PersonLine]:
    """People with their role and stance; contacts outside the actor's sight stay unnamed.

    Args:
        rows: what people_rows gave, when it is at hand.
    """
    rows = people_rows(record) if rows is None else rows
    ids = [row.contact_id for row in rows]
    hidden = actor.hidden_fields("contact")
    seen: dict[int, Contact] = {}
    if ids:
        seen = {one.pk: one for one in model_queryset(Contact).visible_to(actor).filter(pk__in=ids)}
    return [
        PersonLine(
            contact_id=row.contact_id if row.contact_id in seen else 0,
            name=seen[row.contact_id].name if row.contact_id in seen else "",
            title=seen[row.contact_id].job_title
            if row.contact_id in seen and "job_title" not in hidden
            else "",
            role=_ROLE.get(row.role, row.role),
            stance=_STANCE.get(row.stance, row.stance),
            tone=_TONES.get(row.stance, ""),
            note=row.note,
            phone=seen[row.contact_id].phone
            if row.contact_id in seen and "phone" not in hidden
            else "",
        )
        for row in rows
    ]


def people_gap(record: Opportunity, rows: list[OpportunityPerson] | None = None) -> str:
    """What the buying committee lacks, in words: the decision maker, then whoever buys."""
    if record.status != "open":
        return ""
    roles = [row.role for row in (people_rows(record) if rows is None else rows)]
    needed = ("decider", "buyer") if record.phase in _LATE_PHASES else ("decider",)
    gaps = gaps_among_people(roles, needed)
    if not gaps:
        return ""
    return _("No decision maker") if gaps[0] == "decider" else _("No buyer")


def lines_of(record: Opportunity) -> list[OpportunityLine]:
    return list(OpportunityLine.objects.filter(opportunity=record))


def competitors_of(record: Opportunity) -> list[str]:
    rows = OpportunityCompetitor.objects.filter(opportunity=record).order_by("id")
    return list(rows.values_list("competitor__name", flat=True))


@dataclass(frozen=True)
class Linked:
    """A record that an opportunity names.

    `is_seen`: the reader may know of it; `is_alive`: it is outside the bin. `phone` of a contact
    whose phone the reader may know.
    """

    name: str = ""
    is_seen: bool = False
    is_alive: bool = False
    phone: str = ""


def links_of(actor: Actor, record: Opportunity) -> dict[str, Linked]:
    """Customer, contact and parent by field, each in one query."""
    found = {}
    for key, model in (("account", Account), ("contact", Contact), ("parent", Opportunity)):
        pk = getattr(record, f"{key}_id")
        if pk is None:
            continue
        rows = model_queryset(model)
        phone = model is Contact and "phone" not in actor.hidden_fields("contact")
        one = rows.only("name", "owner", "deleted_at", *(("phone",) if phone else ())).get(pk=pk)
        seen = rows.allows(actor, "read", one)
        found[key] = Linked(
            one.name, seen, one.deleted_at is None, one.phone if phone and seen else ""
        )
    return found


@dataclass(frozen=True)
class Relation:
    """Another opportunity and how it belongs here: its id, name, phase, amount, currency."""

    opportunity: Mapping[str, Any]
    how: str


def related_to(actor: Actor, record: Opportunity, limit: int = 20) -> list[Relation]:
    """Parent, children and the customer's other deals, as far as the actor sees them."""
    where = Q(parent=record)
    if record.parent_id:
        where |= Q(pk=record.parent_id)
    if record.account_id:
        where |= Q(account=record.account_id)
    rows = (
        model_queryset(Opportunity)
        .visible_to(actor)
        .filter(where)
        .exclude(pk=record.pk)
        .order_by("-updated_at")
        .values("pk", "name", "phase", "amount", "currency", "parent_id")[:limit]
    )
    return [Relation(row, _how(record, row)) for row in rows]


def _how(record: Opportunity, row: Mapping[str, Any]) -> str:
    if row["pk"] == record.parent_id:
        return _("Follows from")
    return _("Leads to") if row["parent_id"] == record.pk else _("Same customer")


def choosable_contacts(actor: Actor, record: Opportunity, limit: int = 200) -> list[Contact]:
    """Contacts to choose from: the customer's people first, then the opportunity's own."""
    where = Q(pk=record.contact_id) if record.contact_id else Q(pk__in=[])
    if record.account_id:
        where |= Q(account=record.account_id)
    return list(
        model_queryset(Contact).visible_to(actor).filter(where).order_by("name", "pk")[:limit]
    )
