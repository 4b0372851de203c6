"""Say that two records are not the same; set what counts as a duplicate."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_right
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Invalid
from shangji.records.description import RecordDescription, descriptions
from shangji.records.duplicates.keeping import look_again
from shangji.records.duplicates.models import RIGHT, DuplicateKey, DuplicatePair, DuplicateRule
from shangji.records.duplicates.rules import LEAST, MOST, Rule, dump


def judge_pair(*, actor: Actor, pair: DuplicatePair, state: str, now: datetime) -> int:
    """Not the same ("apart"), or to be looked at again ("open"). Answers the operation's id.

    Needs the right to change both records.
    """
    require(actor, "edit", pair)
    if state not in (DuplicatePair.OPEN, DuplicatePair.APART):
        raise Invalid.field("state", _("There is no such choice."))
    with operation(actor, "duplicate_pair.judge", now=now) as op:
        op.update(op.lock(pair), {"state": state})
        return op.id


def set_rule(
    *, actor: Actor, description: RecordDescription, rule: Rule, now: datetime
) -> DuplicateRule:
    """Set what counts for a type; a job looks through all records anew."""
    require_right(actor, RIGHT)
    assert description.duplicates is not None
    if not rule.on <= {one.key for one in description.duplicates.signals}:
        raise Invalid.field("on", _("There is no such choice."))
    if not LEAST <= rule.likeness <= MOST:
        raise Invalid.field(
            "likeness",
            _("Between %(least)s and %(most)s percent.") % {"least": LEAST, "most": MOST},
        )
    with operation(actor, "duplicate_rule.set", now=now) as op:
        row = DuplicateRule.objects.filter(of_type=description.type).first()
        if row is None:
            row = op.created(DuplicateRule(of_type=description.type, definition=dump(rule)))
        else:
            row = op.update(op.lock(row), {"definition": dump(rule)})
        look_again(description.type, str(op.id))
    return row


def look_at_first() -> None:
    """After a migrate: types that have records and no keys yet are looked through by a job."""
    for one in descriptions():
        if one.duplicates is None or DuplicateKey.objects.filter(record_type=one.type).exists():
            continue
        if one.model._default_manager.filter(deleted_at=None).exists():
            look_again(one.type, "first")
