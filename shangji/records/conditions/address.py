"""Conditions as an address says them: `?f=field.operator.value`, several meaning all."""

from collections.abc import Sequence
from urllib.parse import unquote

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.records.conditions.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_VALUE,
    All,
    AnyOf,
    Condition,
    Node,
    Not,
    conditions_of,
)
from shangji.records.kinds.base import OPERATORS
from shangji.records.kinds.text import clean

#: links between a record and the field that is compared
MAX_LINKS = 3
_MAX_KEY = 64
_GROUPS = frozenset({"all", "any", "not"})


def read_condition(text: str) -> Condition:
    """`field.op.value`, or `link.field.op.value`, as a condition. Invalid for another shape."""
    keys, operator, value = _split(text)
    if operator not in OPERATORS or any(len(key) > _MAX_KEY for key in keys):
        raise Invalid.whole(_("A filter reads field.operator.value."))
    if len(value) > MAX_VALUE:
        raise Invalid.whole(_("A filter has at most %(n)s characters.") % {"n": MAX_VALUE})
    return Condition(".".join(keys), operator, clean(value, keep_lines=False))


def _split(text: str) -> tuple[list[str], str, str]:
    """Keys up to the first word that is an operator, the operator, the rest."""
    key, _dot, rest = text.partition(".")
    keys = [key]
    operator, _dot, value = rest.partition(".")
    while operator not in OPERATORS and value and len(keys) <= MAX_LINKS:
        keys.append(operator)
        operator, _dot, value = value.partition(".")
    return keys, operator, value


def read_conditions(texts: Sequence[str]) -> tuple[Condition, ...]:
    """Comparisons of a stored rule, doubles dropped. Invalid over the limit, and for groups."""
    if len(texts) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return tuple(dict.fromkeys(read_condition(text) for text in texts))


def read_nodes(texts: Sequence[str]) -> tuple[Node, ...]:
    """The conditions and groups of an address, doubles dropped. Invalid over the limit."""
    if len(texts) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    found = tuple(dict.fromkeys(read_node(text) for text in texts))
    if sum(len(conditions_of(node)) for node in found) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return found


def read_node(text: str, depth: int = 0) -> Node:
    """One comparison, or a group: `any(stage.is.4)(all(owner.in.me)(tags.has.east))`."""
    name, mark, rest = text.partition("(")
    if name not in _GROUPS or (rest and not mark):
        return read_condition(unquote(text) if depth else text)
    if depth >= MAX_DEPTH:
        raise Invalid.whole(_("The filter is nested too deep."))
    parts = tuple(read_node(part, depth + 1) for part in _parts(mark + rest))
    if name == "not":
        if len(parts) != 1:
            raise _torn()
        return Not(parts[0])
    return AnyOf(parts) if name == "any" else All(parts)


def _parts(text: str) -> list[str]:
    """What stands in each pair of brackets, one after the other. Invalid when they do not match."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char == "(":
            depth += 1
            if depth == 1:
                start = at + 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                found.append(text[start:at])
        elif depth == 0:
            raise _torn()
        if depth < 0 or len(found) > MAX_CONDITIONS:
            raise _torn()
    if depth:
        raise _torn()
    return found


def _torn() -> Invalid:
    return Invalid.whole(_("A group reads any(…)(…), its brackets in pairs."))
