"""Rows that hang on a record: "no activity in 14 days", "a touch through search this quarter".

An operand reads `period?condition&condition`, each part left out where it says nothing:
`past_14`, `past_14?kind.is.call`, `?outcome.has.Price`. Inner conditions are percent-encoded.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.conditions.address import read_conditions
from shangji.records.conditions.fields import Described
from shangji.records.conditions.sql import compile_node
from shangji.records.conditions.tree import Condition
from shangji.records.conditions.words import chips
from shangji.records.description import Field, describe
from shangji.records.kinds.base import Asked, WorkedOut
from shangji.records.kinds.date import period_label


@dataclass(frozen=True)
class Hanging:
    """Rows that are no records of their own and are seen with what they hang on: touches."""

    type: str
    model: Any
    fields: tuple[Field, ...]
    related: tuple[Field, ...] = ()

    def visible_fields(self, actor: Actor) -> list[Field]:
        return list(self.fields)

    def field(self, key: str, actor: Actor) -> Field:
        found = next((one for one in self.fields if one.key == key), None)
        if found is None:
            raise self.unknown(key)
        return found

    def unknown(self, key: str) -> Invalid:
        return Invalid({"": [_("There is no field “%(key)s” here.") % {"key": key[:40]}]})


class Related(WorkedOut):
    """The kind of rows that hang on a record: whether there are some, or none.

    Args:
        rows: a record type, or `Hanging` rows.
        link: column of the rows with the record's id.
        on: their field with the day or instant a period is about.
        only: the rows that are meant, such as those that are done.
        ask: their fields that the form of the filter asks for.
    """

    name = "related"
    by_column = False
    operators: ClassVar = ("some", "none")

    def __init__(
        self,
        rows: str | Hanging,
        *,
        link: str,
        on: str,
        only: Q | None = None,
        ask: tuple[str, ...] = (),
    ) -> None:
        self._rows = rows
        self.link = link
        self.on = on
        self.only = Q() if only is None else only
        self.ask = ask

    @property
    def record_type(self) -> str:
        """The type whose rows they are; "" for rows that are seen with their record."""
        return self._rows if isinstance(self._rows, str) else ""

    @property
    def described(self) -> Described:
        return describe(self._rows) if isinstance(self._rows, str) else self._rows

    def condition(self, path: str, asked: Asked) -> Q:
        rows = self._matching(asked)
        found = Q(Exists(rows.filter(**{self.link: OuterRef("pk")})))
        return ~found if asked.operator == "none" else found

    def holds(self, row: Mapping[str, Any], path: str, asked: Asked) -> bool:
        rows, pk = self._matching(asked), row.get("pk")
        found = pk is not None and rows.filter(**{self.link: pk}).exists()
        return not found if asked.operator == "none" else found

    def _matching(self, asked: Asked) -> Any:
        """The rows an operand is about, of whichever record."""
        actor = asked.actor
        period, conditions = read_operand(asked.value)
        described = self.described
        if isinstance(described, Hanging):
            rows = described.model.objects.all()
        else:
            rows = model_queryset(described.model).visible_to(actor)
        try:
            found = compile_node(described, actor, conditions, now=asked.now)
        except Invalid as problem:
            raise ValueError(str(problem.message)) from None
        if period:
            on = described.field(self.on, actor)
            within = replace(asked, operator="within", value=period)
            found &= on.kind.condition(on.orm, within)
        return rows.filter(self.only, found).order_by()

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        period, conditions = read_operand(value)
        when = period_label(period) if period else ""
        if operator == "none":
            told = _("none, %(period)s") % {"period": when} if when else _("none")
        else:
            told = _("at least one, %(period)s") % {"period": when} if when else _("at least one")
        parts = [f"{one.field} {one.value}" for one in chips(self.described, actor, conditions)]
        return " · ".join([told, *parts])


def read_operand(value: str) -> tuple[str, tuple[Condition, ...]]:
    """Period ("" for ever) and inner conditions of an operand. ValueError for another shape."""
    period, _mark, rest = value.partition("?")
    try:
        return period, read_conditions([unquote(text) for text in rest.split("&") if text])
    except Invalid as problem:
        raise ValueError(str(problem.message)) from None


def write_operand(period: str, conditions: tuple[Condition, ...]) -> str:
    """The operand that `read_operand` reads."""
    inner = "&".join(quote(one.text, safe=".,:/-") for one in conditions)
    return f"{period}?{inner}" if inner else period
