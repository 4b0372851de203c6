"""Product lines, people with roles, competitors."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.contacts.models import Contact
from shangji.core.opportunities.choices import ROLE_KEYS, STANCE_KEYS
from shangji.core.opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
)
from shangji.core.opportunities.rules import TOO_LARGE, line_total
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.audit.values import to_json
from shangji.lib.currencies import decimals_of
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

#: under which names the ledger notes what hangs on an opportunity
LINES, PEOPLE, COMPETITORS = "lines", "people", "competitors"


@dataclass(frozen=True)
class Line:
    """One product line as given: quantity > 0, price ≥ 0, discount 0 to 100 percent."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    product_id: int | None = None


def set_lines(
    *,
    actor: Actor,
    opportunity: Opportunity,
    lines: Sequence[Line],
    now: datetime,
    version: int | None = None,
) -> Opportunity:
    """Replace the product lines; the amount becomes their sum. No lines leave it as it is."""
    require(actor, "edit", opportunity)
    _check_lines(lines)
    with operation(actor, "opportunity.lines", now=now) as op:
        record = op.lock(opportunity)
        before = told_lines(record)
        OpportunityLine.objects.filter(opportunity=record).delete()
        rows = [
            OpportunityLine(
                opportunity=record,
                product_id=line.product_id,
                name=line.name[:200],
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=line.discount,
                total=line_total(
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    discount=line.discount,
                    decimals=decimals_of(record.currency),
                ),
                position=position,
            )
            for position, line in enumerate(lines)
        ]
        total = sum((row.total for row in rows), Decimal(0))
        if total >= TOO_LARGE:
            raise Invalid({"lines": [_("The sum of the lines is too large.")]})
        OpportunityLine.objects.bulk_create(rows)
        if rows:
            record = op.update(record, {"amount": total}, version=version)
        op.note(record, LINES, before, told_lines(record))
        return record


def _check_lines(lines: Sequence[Line]) -> None:
    if len(lines) > 500:
        raise Invalid({"lines": [_("At most 500 lines.")]})
    for number, line in enumerate(lines, 1):
        if not line.name.strip():
            raise Invalid({"lines": [_("Line %(n)s has no product.") % {"n": number}]})
        fits = line.quantity > 0 and line.unit_price >= 0 and 0 <= line.discount <= 100
        if not fits or line.quantity >= 10**9 or line.unit_price >= 10**13:
            raise Invalid(
                {"lines": [_("Line %(n)s: check quantity, price, discount.") % {"n": number}]}
            )


def told_lines(record: Opportunity) -> list[list[Any]]:
    rows = OpportunityLine.objects.filter(opportunity=record).order_by("position", "id")
    found = rows.values_list("name", "quantity", "unit_price", "discount", "total", "product_id")
    return [[to_json(value) for value in row] for row in found]


def set_person(
    *,
    actor: Actor,
    opportunity: Opportunity,
    contact_id: int,
    role: str,
    now: datetime,
    stance: str = "unknown",
    note: str = "",
) -> OpportunityPerson:
    """Add a contact to the buying committee, or change role and stance."""
    require(actor, "edit", opportunity)
    contact = get_visible(Contact, actor, contact_id)
    if role not in ROLE_KEYS or stance not in STANCE_KEYS:
        raise Invalid({"role": [_("Choose a role and a stance from the list.")]})
    with operation(actor, "opportunity.person", now=now) as op:
        record = op.lock(opportunity)
        before = OpportunityPerson.objects.filter(opportunity=record, contact=contact).first()
        person, _made = OpportunityPerson.objects.update_or_create(
            opportunity=record,
            contact=contact,
            defaults={"role": role, "stance": stance, "note": note[:200]},
        )
        op.note(record, PEOPLE, told_person(before), told_person(person))
        return person


def remove_person(
    *, actor: Actor, opportunity: Opportunity, contact_id: int, now: datetime
) -> None:
    """Take a contact off the buying committee."""
    require(actor, "edit", opportunity)
    with operation(actor, "opportunity.person", now=now) as op:
        record = op.lock(opportunity)
        person = OpportunityPerson.objects.filter(opportunity=record, contact_id=contact_id).first()
        if person is not None:
            op.note(record, PEOPLE, told_person(person), None)
            person.delete()


def set_competitors(
    *, actor: Actor, opportunity: Opportunity, names: Sequence[str], now: datetime
) -> None:
    """Replace the competitors by name; unknown names become new competitors."""
    require(actor, "edit", opportunity)
    wanted = [name.strip()[:120] for name in names if name.strip()][:20]
    with operation(actor, "opportunity.competitors", now=now) as op:
        record = op.lock(opportunity)
        before = told_competitors(record)
        write_competitors(op, record, wanted)
        op.note(record, COMPETITORS, before, told_competitors(record))


def write_competitors(op: Recorder, record: Opportunity, names: Sequence[str]) -> None:
    """Exactly these, in a running operation; unknown ones are made."""
    OpportunityCompetitor.objects.filter(opportunity=record).delete()
    for name in dict.fromkeys(names):
        known = Competitor.objects.filter(name__iexact=name, deleted_at=None).first()
        competitor = known or op.created(Competitor(name=name))
        OpportunityCompetitor.objects.get_or_create(opportunity=record, competitor=competitor)


def told_competitors(record: Opportunity) -> list[str]:
    """Their names, in the order they were named."""
    rows = OpportunityCompetitor.objects.filter(opportunity=record).order_by("id")
    return list(rows.values_list("competitor__name", flat=True))


def told_person(person: OpportunityPerson | None) -> list[Any] | None:
    """[contact id, role, stance], and the note where there is one."""
    if person is None:
        return None
    return [person.contact_id, person.role, person.stance, *([person.note] if person.note else [])]
