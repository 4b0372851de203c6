"""The small interface every field kind answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor

#: operators with the words of a chip; `{}` is the value
OPERATORS: dict[str, Any] = {
    "is": _("is"),
    "not": _("is not"),
    "in": _("is one of"),
    "has": _("contains"),
    "starts": _("starts with"),
    "gte": "≥",
    "lte": "≤",
    "from": _("from"),
    "to": _("until"),
    "within": _("within"),
    "empty": _("is empty"),
    "filled": _("is filled"),
}


@dataclass
class FormatContext:
    """What formatting may depend on: computed once per page."""

    locale: str
    now: datetime
    today: date
    zone: tzinfo
    people: Mapping[int, str] = field(default_factory=dict)


class Kind:
    """How one kind of field is read, shown, filtered, exported.

    `row` below is a dict of the list query's values, keyed by ORM path.
    """

    name: ClassVar[str]
    align: ClassVar[str] = "start"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "empty", "filled")
    input: ClassVar[str] = "text"
    #: a cell can be edited in place
    inline: ClassVar[bool] = True

    def paths(self, path: str) -> tuple[str, ...]:
        """ORM paths a list must fetch to show this field."""
        return (path,)

    def sort_path(self, path: str) -> str:
        return path

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        """The Python value of what a person typed; None for nothing.

        Raises ValueError with a translated message that says what is expected.
        """
        raise NotImplementedError

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        """The value as plain text in the reader's language."""
        value = row.get(path)
        return "" if value is None else str(value)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        """The value as HTML for a list cell or fact; escaped here and nowhere else."""
        return escape(self.text(row, path, context))

    def edit_text(self, value: Any, *, locale: str) -> str:
        """What stands in the input before editing."""
        return "" if value is None else str(value)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        """The value for CSV and XLSX: numbers stay numbers, dates ISO."""
        return row.get(path)

    def condition(self, path: str, operator: str, value: str, *, actor: Actor, locale: str) -> Q:
        """A filter on this field. Raises ValueError for an operand that does not fit."""
        if operator == "empty":
            return self.is_empty(path)
        if operator == "filled":
            return ~self.is_empty(path)
        if operator not in self.operators:
            raise ValueError(_("This field cannot be compared like that."))
        return self.compare(path, operator, value, actor=actor, locale=locale)

    def is_empty(self, path: str) -> Q:
        return Q(**{f"{path}__isnull": True})

    def compare(self, path: str, operator: str, value: str, *, actor: Actor, locale: str) -> Q:
        parsed = self.parse(value, actor=actor, locale=locale)
        if operator == "is":
            return Q(**{path: parsed})
        if operator == "not":
            return ~Q(**{path: parsed})
        lookup = {"gte": "gte", "lte": "lte", "from": "gte", "to": "lte"}[operator]
        return Q(**{f"{path}__{lookup}": parsed})

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        """The operand in a chip, for people."""
        return value


def no_value(text: str) -> bool:
    return not text or not text.strip()


def tag(name: str, content: str, css: str = "") -> SafeString:
    """A small escaped element: `tag("span", text, "sj-muted")`."""
    attribute = f' class="{css}"' if css else ""
    return mark_safe(f"<{name}{attribute}>{escape(content)}</{name}>")  # noqa: S308 - escaped
