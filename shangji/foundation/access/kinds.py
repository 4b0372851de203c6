"""Which kinds of records roles rule over, by the names people know them by.

Handed down by whoever describes a record type (records.description), so that settings can show
a role as a table without knowing what a record is.
"""

from collections.abc import Sequence

from django.utils.functional import Promise

from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Kind:
    """A record type: its key in grants, its plural name, its fields, the part of its address."""

    key: str
    name: str | Promise
    fields: Sequence[tuple[str, str | Promise]]
    slug: str


_KINDS: dict[str, Kind] = {}


def rule_over(kind: Kind) -> None:
    """Let roles rule over a record type by name. Call in `AppConfig.ready`."""
    _KINDS[kind.key] = kind


def kinds() -> list[Kind]:
    """Every kind, in the order they were handed down."""
    return list(_KINDS.values())
