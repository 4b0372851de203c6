"""The condition language: one typed tree over described fields, compiled to SQL.

Small for now: lists speak an `All` of `Condition`s read from the address, `?f=field.op.value`.
Field and operator come from allow-lists only; a hidden field answers like a misspelt one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import OPERATORS
from shangji.records.kinds.text import clean

MAX_CONDITIONS = 30
MAX_VALUE = 500
MAX_DEPTH = 5
#: operators that take no operand
BARE = frozenset({"empty", "filled"})


@dataclass(frozen=True)
class Condition:
    """One comparison. `text` is its form in addresses and stored views."""

    field: str
    operator: str
    value: str = ""

    @property
    def text(self) -> str:
        return f"{self.field}.{self.operator}.{self.value}"


@dataclass(frozen=True)
class All:
    """Every part holds; without parts, always."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds; without parts, never."""

    parts: tuple["Node", ...] = ()


Node = Condition | All | AnyOf


@dataclass(frozen=True)
class Chip:
    """A condition in words, for the toolbar."""

    condition: Condition
    field: str
    value: str


def read_condition(text: str) -> Condition:
    """`field.op.value` as a condition. Invalid when it has another shape."""
    key, _dot, rest = text.partition(".")
    operator, _dot, value = rest.partition(".")
    if len(key) > 64 or operator not in OPERATORS:
        raise Invalid.whole(_("A filter reads field.operator.value."))
    if len(value) > MAX_VALUE:
        raise Invalid.whole(_("A filter has at most %(n)s characters.") % {"n": MAX_VALUE})
    return Condition(key, operator, clean(value, keep_lines=False))


def read_conditions(texts: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions of an address or stored view, doubles dropped. Invalid over the limit."""
    if len(texts) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return tuple(dict.fromkeys(read_condition(text) for text in texts))


def compile_node(
    description: RecordDescription, actor: Actor, node: Node | Iterable[Node], depth: int = 0
) -> Q:
    """The tree as a filter over the actor's rows. Invalid names what does not fit."""
    if depth > MAX_DEPTH:
        raise Invalid.whole(_("The filter is nested too deep."))
    if isinstance(node, Condition):
        return _compile(description, actor, node)
    if isinstance(node, AnyOf):
        found = Q(pk__in=[])
        for part in node.parts:
            found |= compile_node(description, actor, part, depth + 1)
        return found
    parts = node.parts if isinstance(node, All) else tuple(node)
    found = Q()
    for part in parts:
        found &= compile_node(description, actor, part, depth + 1)
    return found


def _compile(description: RecordDescription, actor: Actor, condition: Condition) -> Q:
    one = filter_field(description, actor, condition.field)
    check_operator(one, condition.operator)
    try:
        found = one.kind.condition(
            one.orm,
            condition.operator,
            condition.value,
            actor=actor,
            locale=get_language() or "en",
        )
        # Django asks a column whether it may be null, which a custom value's never is
        bare = one.is_custom and condition.operator == "not"
        return found | Q(**{f"{one.orm}__isnull": True}) if bare else found
    except (ValueError, ArithmeticError) as problem:
        told = str(problem) if isinstance(problem, ValueError) else _("This value is too large.")
        raise Invalid({condition.field: [f"{one.label}: {told}"]}) from None


def filter_field(description: RecordDescription, actor: Actor, key: str) -> Field:
    """A field the actor may filter by. Invalid with one text for hidden, misspelt and closed."""
    one = description.field(key, actor)
    if not one.filterable:
        raise description.unknown(key)
    return one


def check_operator(one: Field, operator: str) -> None:
    if operator not in one.kind.operators:
        raise Invalid({one.key: [_("This field cannot be compared like that.")]})


def chips(
    description: RecordDescription, actor: Actor, conditions: Iterable[Condition]
) -> list[Chip]:
    """Each condition in words: field in grey, comparison and value in ink."""
    return [_chip(description, actor, one) for one in conditions]


def _chip(description: RecordDescription, actor: Actor, condition: Condition) -> Chip:
    one = filter_field(description, actor, condition.field)
    operator = str(OPERATORS[condition.operator])
    if condition.operator in BARE:
        return Chip(condition, str(one.label), operator)
    value = one.kind.value_label(
        condition.operator, condition.value, actor=actor, locale=get_language() or "en"
    )
    plain = condition.operator in {"is", "in"} or (condition.operator == "within")
    return Chip(condition, str(one.label), value if plain else f"{operator} {value}")


def operator_choices(one: Field) -> list[tuple[str, Any]]:
    """Operators a field offers, with their words."""
    return [(key, OPERATORS[key]) for key in one.kind.operators]
