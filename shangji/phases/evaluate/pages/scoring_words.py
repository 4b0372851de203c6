"""Where a value comes from, in words: whose answer, which rule, which number."""

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import system_actor
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.rules.scorecards import Auto, Criterion
from shangji.records.conditions import chips, read_conditions
from shangji.records.description import describe


def source_words(criterion: Criterion, source: Any) -> str:
    """What a computed value rests on; for an asked one how many answered."""
    auto = criterion.auto
    if auto is None:
        count = int(source) if isinstance(source, int) else 0
        return ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count}
    text = str(source)
    if auto.kind == "touches":
        return _("%(n)s touches by people in %(days)s days") % {"n": text, "days": auto.days}
    if auto.kind == "number":
        one = next((f for f in describe("opportunity").fields if f.key == auto.field), None)
        return f"{one.label if one else auto.field} {_grouped(text)}"
    if text.startswith("r") and text[1:].isdecimal() and int(text[1:]) < len(auto.rules):
        return rule_words(auto.rules[int(text[1:])].conditions)
    return _("None of its conditions holds")


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdecimal() else text


def rule_words(conditions: tuple[str, ...]) -> str:
    """Conditions as the list's chips say them; told where they no longer fit."""
    try:
        found = chips(describe("opportunity"), system_actor(), read_conditions(conditions))
    except Invalid:
        return _("A condition no longer fits the fields: %(text)s") % {"text": " ".join(conditions)}
    joint = "，" if (get_language() or "").startswith("zh") else ", "
    return joint.join(f"{one.field} {one.value}" for one in found)


def auto_words(auto: Auto) -> str:
    """How a criterion is computed, in one line."""
    if auto.kind == "touches":
        return _("Touches by people in %(days)s days: %(low)s gives 0, %(high)s gives 10") % {
            "days": auto.days,
            "low": f"{auto.low:f}",
            "high": f"{auto.high:f}",
        }
    if auto.kind == "number":
        one = next((f for f in describe("opportunity").fields if f.key == auto.field), None)
        return _("%(field)s: %(low)s gives 0, %(high)s gives 10, in between by a straight line") % {
            "field": one.label if one else auto.field,
            "low": _grouped(f"{auto.low:f}"),
            "high": _grouped(f"{auto.high:f}"),
        }
    parts = [f"{rule_words(rule.conditions)}: {rule.points:f}" for rule in auto.rules]
    if auto.otherwise is not None:
        parts.append(_("otherwise: %(points)s") % {"points": f"{auto.otherwise:f}"})
    return "; ".join(parts)
