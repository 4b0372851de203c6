"""Conditional colour: "condition → colour" rules of a view; the first that holds counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.values import dataclass
from shangji.records.conditions import Node, compile_node, dump_node, load_node, read_node
from shangji.records.description import RecordDescription

#: rules of one view: more colours than a person can keep apart help nobody
MAX_RULES = 8
#: the palette of tokens; each has a soft ground and an edge in both themes
TONES: dict[str, Any] = {
    "bad": gettext_lazy("red"),
    "warn": gettext_lazy("orange"),
    "good": gettext_lazy("green"),
    "accent": gettext_lazy("teal"),
    "plain": gettext_lazy("grey"),
}


@dataclass(frozen=True)
class Rule:
    """Rows for which `node` holds have the colour `tone`."""

    tone: str
    node: Node

    @property
    def text(self) -> str:
        """Its form in addresses: `warn:amount.gte.500000`."""
        return f"{self.tone}:{self.node.text}"


def read_rules(texts: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of an address, doubles dropped. Invalid for another shape and over the limit."""
    if len(texts) > MAX_RULES:
        raise _too_many()
    return tuple(dict.fromkeys(_read(text) for text in texts))


def _read(text: str) -> Rule:
    tone, mark, rest = text.partition(":")
    if tone not in TONES or not mark:
        raise Invalid.whole(_("A colour reads tone:field.operator.value."))
    return Rule(tone, read_node(rest))


def next_tone(rules: Sequence[Rule]) -> str:
    """A colour for one more rule: the first that none has yet."""
    used = {one.tone for one in rules}
    return next((tone for tone in TONES if tone not in used), "bad")


def check_rules(description: RecordDescription, actor: Actor, rules: Sequence[Rule]) -> None:
    """Every name, operator and operand fits. Invalid says what does not."""
    if len(rules) > MAX_RULES:
        raise _too_many()
    for one in rules:
        compile_node(description, actor, one.node)


def dump_rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Rules as JSON of a stored view."""
    return [{"tone": one.tone, "where": dump_node(one.node)} for one in rules]


def load_rules(
    description: RecordDescription, actor: Actor, data: Any
) -> tuple[tuple[Rule, ...], int]:
    """The rules of a stored view that hold for this reader, and how many do not.

    A rule on a field that is gone or hidden from the reader colours nothing and leaves the rest
    of the view as it is. Invalid for JSON of another shape.
    """
    if not isinstance(data, list) or len(data) > MAX_RULES:
        raise Invalid.whole(_("This view was stored in a form that is not known."))
    found, lost = [], 0
    for item in data:
        if not isinstance(item, Mapping) or set(item) != {"tone", "where"}:
            raise Invalid.whole(_("This view was stored in a form that is not known."))
        try:
            tone = str(item["tone"])
            rule = Rule(tone if tone in TONES else "plain", load_node(item["where"]))
            compile_node(description, actor, rule.node)
        except DomainError:
            lost += 1
        else:
            found.append(rule)
    return tuple(found), lost


def _too_many() -> Invalid:
    return Invalid.whole(_("At most %(n)s colours.") % {"n": MAX_RULES})
