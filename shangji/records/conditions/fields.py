"""What a condition may name: a field, a field behind links, related rows. One text for the rest."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.conditions.address import MAX_LINKS
from shangji.records.conditions.linked import through
from shangji.records.description import Field, by_type
from shangji.records.kinds.base import OPERATORS
from shangji.records.kinds.link import Link


class Described(Protocol):
    """What has fields that conditions can name: a record type, or rows that hang on one."""

    @property
    def type(self) -> str: ...

    @property
    def model(self) -> Any: ...

    @property
    def related(self) -> Sequence[Field]: ...

    def visible_fields(self, actor: Actor) -> list[Field]: ...

    def field(self, key: str, actor: Actor) -> Field: ...

    def unknown(self, key: str) -> Invalid: ...


def filter_field(description: Described, actor: Actor, key: str) -> Field:
    """A field the actor may filter by. Invalid with one text for hidden, misspelt and closed.

    Args:
        key: a field, related rows, or a path over links such as `account.industry`.
    """
    if "." in key:
        return _linked(description, actor, key)
    for rows in description.related:
        if rows.key == key and may_ask(actor, rows):
            return rows
    one = description.field(key, actor)
    if not one.filterable:
        raise description.unknown(key)
    return one


def may_ask(actor: Actor, rows: Field) -> bool:
    """Whether related rows are of a type the actor may read."""
    record_type = getattr(rows.kind, "record_type", "")
    return not record_type or actor.may("read", record_type)


def _linked(description: Described, actor: Actor, key: str) -> Field:
    first, _dot, rest = key.partition(".")
    try:
        link = filter_field(description, actor, first)
        target = by_type(link.kind.target) if isinstance(link.kind, Link) else None
        if target is None or key.count(".") > MAX_LINKS or not actor.may("read", target.type):
            raise description.unknown(key)
        return through(link, filter_field(target, actor, rest))
    except Invalid:
        raise description.unknown(key) from None


def check_operator(one: Field, operator: str) -> None:
    if operator not in one.kind.operators:
        raise Invalid({one.key: [_("This field cannot be compared like that.")]})


def operator_choices(one: Field) -> list[tuple[str, Any]]:
    """Operators a field offers, with their words."""
    return [(key, OPERATORS[key]) for key in one.kind.operators]
