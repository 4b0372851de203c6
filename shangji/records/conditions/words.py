"""Conditions in words: chips of the toolbar, and why a record is in a list."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.conditions.fields import Described, filter_field
from shangji.records.conditions.memory import holds
from shangji.records.conditions.tree import BARE, AnyOf, Condition, Node, Not, parts_of
from shangji.records.kinds.base import OPERATORS

#: comparisons whose value says it all
_PLAIN = frozenset({"is", "in", "within", "some", "none"})


@dataclass(frozen=True)
class Chip:
    """A condition or group in words, for the toolbar."""

    condition: Node
    field: str
    value: str

    @property
    def is_group(self) -> bool:
        return not isinstance(self.condition, Condition)


@dataclass(frozen=True)
class Reason:
    """One part of a filter, and whether it holds for the record asked about."""

    field: str
    value: str
    is_met: bool
    parts: tuple["Reason", ...] = ()


def chips(description: Described, actor: Actor, conditions: Iterable[Node]) -> list[Chip]:
    """Each condition in words: field in grey, comparison and value in ink."""
    return [chip(description, actor, one) for one in conditions]


def chip(description: Described, actor: Actor, node: Node) -> Chip:
    """A condition in words; a group with what joins its parts."""
    if not isinstance(node, Condition):
        return Chip(node, group_word(node), _joined(description, actor, node))
    one = filter_field(description, actor, node.field)
    operator = str(OPERATORS[node.operator])
    if node.operator in BARE:
        return Chip(node, str(one.label), operator)
    value = one.kind.value_label(
        node.operator, node.value, actor=actor, locale=get_language() or "en"
    )
    words = value if node.operator in _PLAIN else f"{operator} {value}".strip()
    return Chip(node, str(one.label), words)


def group_word(node: Node) -> str:
    """What joins the parts of a group: "any of"."""
    if isinstance(node, Not):
        return _("not")
    return _("any of") if isinstance(node, AnyOf) else _("all of")


def _joined(description: Described, actor: Actor, node: Node) -> str:
    told = []
    for part in parts_of(node):
        inner = chip(description, actor, part)
        words = f"{inner.field} {inner.value}"
        told.append(f"({words})" if inner.is_group else words)
    return " · ".join(told)


def reasons(
    description: Described,
    actor: Actor,
    conditions: Iterable[Node],
    record: Model,
    now: datetime,
) -> list[Reason]:
    """Why a record is in a list: each part of its filter with whether it holds."""
    return [_reason(description, actor, one, record, now) for one in conditions]


def _reason(
    description: Described, actor: Actor, node: Node, record: Model, now: datetime
) -> Reason:
    is_met = holds(description, actor, node, record, now)
    if isinstance(node, Condition):
        told = chip(description, actor, node)
        return Reason(told.field, told.value, is_met)
    parts = tuple(_reason(description, actor, part, record, now) for part in parts_of(node))
    return Reason(group_word(node), "", is_met, parts)
