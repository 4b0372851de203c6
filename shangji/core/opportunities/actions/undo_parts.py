"""Undo of what hangs on an opportunity: product lines, people with roles, competitors."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.contacts.models import Contact
from shangji.core.opportunities.actions.parts import (
    COMPETITORS,
    LINES,
    PEOPLE,
    told_competitors,
    told_lines,
    told_person,
    write_competitors,
)
from shangji.core.opportunities.models import Opportunity, OpportunityLine, OpportunityPerson
from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.registry import Covered
from shangji.lib.values import dataclass

#: writes one told value where another stands; False when what stands there is not that one
Back = Callable[[Recorder, Opportunity, Any, Any], bool]


@dataclass(frozen=True)
class UndoNoted:
    """Sets back what an operation noted under a name. The fields of the opportunity itself, such
    as the amount that follows the lines, are the ledger's own undo's."""

    name: str
    back: Back

    def covers(self, target: Operation) -> Covered:
        return Covered(names=frozenset({self.name}))

    def run(self, op: Recorder, target: Operation, report: UndoReport) -> None:
        for change in target.changes.filter(record_type=Opportunity.record_type):
            told = change.fields.get(self.name)
            if told is None:
                continue
            before, after = told
            record = Opportunity.objects.select_for_update().filter(pk=change.record_id).first()
            if record is None or not self.back(op, record, before, after):
                report.leave(change, _("Somebody changed it since."), self.name)
                continue
            op.note(record, self.name, after, before)
            report.restored += 1


def lines_back(op: Recorder, record: Opportunity, before: Any, after: Any) -> bool:
    if told_lines(record) != after:
        return False
    OpportunityLine.objects.filter(opportunity=record).delete()
    OpportunityLine.objects.bulk_create(
        _line_of(record, place, *row) for place, row in enumerate(before)
    )
    return True


def person_back(op: Recorder, record: Opportunity, before: Any, after: Any) -> bool:
    contact = (before or after)[0]
    row = OpportunityPerson.objects.filter(opportunity=record, contact_id=contact).first()
    if told_person(row) != after:
        return False
    if before is None:
        OpportunityPerson.objects.filter(opportunity=record, contact_id=contact).delete()
        return True
    if not Contact.objects.filter(pk=contact).exists():  # gone for good
        return False
    role, stance, note = [*before[1:], ""][:3]
    OpportunityPerson.objects.update_or_create(
        opportunity=record,
        contact_id=contact,
        defaults={"role": role, "stance": stance, "note": note},
    )
    return True


def competitors_back(op: Recorder, record: Opportunity, before: Any, after: Any) -> bool:
    if sorted(told_competitors(record)) != sorted(after):
        return False
    write_competitors(op, record, before)
    return True


def _line_of(
    record: Opportunity,
    place: int,
    name: str,
    quantity: str,
    unit_price: str,
    discount: str,
    total: str,
    product_id: int | None = None,
) -> OpportunityLine:
    return OpportunityLine(
        opportunity=record,
        product_id=product_id,
        name=name,
        quantity=Decimal(quantity),
        unit_price=Decimal(unit_price),
        discount=Decimal(discount),
        total=Decimal(total),
        position=place,
    )


#: by the verb of the action
STEPS = {
    "lines": UndoNoted(LINES, lines_back),
    "person": UndoNoted(PEOPLE, person_back),
    "competitors": UndoNoted(COMPETITORS, competitors_back),
}
