"""Conditions as an address says them: `?f=field.operator.value`, several meaning all."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.records.conditions.tree import MAX_CONDITIONS, MAX_VALUE, Condition
from shangji.records.kinds.base import OPERATORS
from shangji.records.kinds.text import clean

#: links between a record and the field that is compared
MAX_LINKS = 3
_MAX_KEY = 64


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
    """The conditions of an address or stored view, doubles dropped. Invalid over the limit."""
    if len(texts) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return tuple(dict.fromkeys(read_condition(text) for text in texts))
