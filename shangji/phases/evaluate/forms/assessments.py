"""The assess form: a value, words and a link for each criterion. Reads, never saves."""

from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.assessments import MAX_LINK, MAX_TEXT
from shangji.phases.evaluate.rules.scorecards import Card
from shangji.phases.evaluate.rules.scoring import Answer
from shangji.records.kinds.text import clean

#: from here on a number is told as it was typed, and not written out
TOO_MUCH = 1000


def read_answers(data: QueryDict, card: Card) -> dict[str, Answer]:
    """`v-<criterion>`, `t-…`, `l-…` of what is asked. Invalid names what is no number."""
    found, faults = {}, {}
    for one in card.asked:
        text = data.get(f"v-{one.key}", "").strip()[:8]
        try:
            value = Decimal(text) if text else None
        except InvalidOperation:
            value = Decimal("NaN")
        if value is not None and not (value.is_finite() and abs(value) < TOO_MUCH):
            faults[one.key] = [
                _("Should be a number from 0 to 10, is “%(value)s”.") % {"value": text}
            ]
            continue
        found[one.key] = Answer(
            value,
            clean(data.get(f"t-{one.key}", "")[:MAX_TEXT], keep_lines=False),
            data.get(f"l-{one.key}", "").strip()[:MAX_LINK],
        )
    if faults:
        raise Invalid(faults)
    return found
