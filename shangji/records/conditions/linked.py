"""A field of a linked record: "account whose industry is …"."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy

from shangji.foundation.access.actor import Actor
from shangji.records.description import Field
from shangji.records.kinds.base import Asked, Kind, WorkedOut
from shangji.records.kinds.link import Link
from shangji.records.rows import RecordRow, blank


class Through(WorkedOut):
    """The kind of a field behind a link.

    It holds when the link leads to a record the actor sees whose field compares so. A record
    without a link, and one whose link leads to what the actor may not know of, never match:
    an answer would tell what the other record holds.
    """

    name = "through"
    by_column = False

    def __init__(self, link: Link, inner: Field) -> None:
        self.link = link
        self.inner = inner
        self.operators = inner.kind.operators  # type: ignore[misc]  # those of the field behind

    @property
    def last(self) -> Kind:
        """The kind at the end of the path."""
        kind = self.inner.kind
        return kind.last if isinstance(kind, Through) else kind

    def condition(self, path: str, asked: Asked) -> Q:
        rows, inner = self.link.rows(asked.actor), self.inner
        found = inner.kind.condition(inner.orm, asked)
        found = blank(rows.model, inner, asked.operator, found)
        return Q(**{f"{path}__in": rows.filter(found).order_by().values("pk")})

    def holds(self, row: Mapping[str, Any], path: str, asked: Asked) -> bool:
        pk = self.link.value(row, path)
        record = None if pk is None else self.link.rows(asked.actor).filter(pk=pk).first()
        # compared all the same: an operand that does not fit is an error with and without a link
        inner = RecordRow(record)
        found = self.inner.kind.holds(inner, self.inner.orm, asked)
        return record is not None and found

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return self.inner.kind.value_label(operator, value, actor=actor, locale=locale)


def through(link: Field, inner: Field) -> Field:
    """The field behind a link, as conditions name it: "Customer › Industry"."""
    assert isinstance(link.kind, Link)
    return Field(
        key=f"{link.key}.{inner.key}",
        label=format_lazy("{} › {}", link.label, inner.label),
        kind=Through(link.kind, inner),
        path=link.orm,
        writable=False,
        sortable=False,
    )
