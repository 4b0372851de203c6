"""Conditions in words: chips of the toolbar."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.records.conditions.fields import Described, filter_field
from shangji.records.conditions.tree import BARE, Condition
from shangji.records.kinds.base import OPERATORS

#: comparisons whose value says it all
_PLAIN = frozenset({"is", "in", "within", "some", "none"})


@dataclass(frozen=True)
class Chip:
    """A condition in words, for the toolbar."""

    condition: Condition
    field: str
    value: str


def chips(description: Described, actor: Actor, conditions: Iterable[Condition]) -> list[Chip]:
    """Each condition in words: field in grey, comparison and value in ink."""
    return [_chip(description, actor, one) for one in conditions]


def _chip(description: Described, actor: Actor, condition: Condition) -> Chip:
    one = filter_field(description, actor, condition.field)
    operator = str(OPERATORS[condition.operator])
    if condition.operator in BARE:
        return Chip(condition, str(one.label), operator)
    value = one.kind.value_label(
        condition.operator, condition.value, actor=actor, locale=get_language() or "en"
    )
    words = value if condition.operator in _PLAIN else f"{operator} {value}".strip()
    return Chip(condition, str(one.label), words)
