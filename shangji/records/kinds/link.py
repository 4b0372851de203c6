"""A link to one record of another type."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.registry import tracked_model
from shangji.lib.markup import escape
from shangji.records.kinds.base import FormatContext, Kind, no_value, tag
from shangji.records.kinds.text import clean


def record_url(slug: str, pk: int) -> str:
    """The address `records:page`, without the price of a full reverse in each cell."""
    return f"{get_script_prefix()}{slug}/{pk}/"


class Link(Kind):
    """`target` is a record type, `slug` its address, `label` the field shown."""

    name = "link"
    input = "link"
    operators: ClassVar = ("has", "is", "not", "empty", "filled")

    def __init__(self, target: str, slug: str, *, label: str = "name") -> None:
        self.target = target
        self.slug = slug
        self.label = label

    def paths(self, path: str) -> tuple[str, ...]:
        return (f"{path}_id", f"{path}__{self.label}")

    def sort_path(self, path: str) -> str:
        return f"{path}__{self.label}"

    def rows(self, actor: Actor) -> Any:
        """Rows of the target that the actor may choose."""
        model = tracked_model(self.target)
        assert model is not None, self.target
        return model_queryset(model).visible_to(actor)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        word = clean(text[:1000], keep_lines=False)[:254]
        rows = self.rows(actor)
        if word.isdecimal() and len(word) < 19:
            found = list(rows.filter(pk=int(word)).values_list("pk", flat=True)[:1])
        else:
            found = list(rows.filter(**{f"{self.label}__iexact": word}).values_list("pk")[:2])
            found = [pk for (pk,) in found]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(_("“%(word)s” fits more than one record.") % {"word": word[:40]})
        raise ValueError(_("“%(word)s” was not found.") % {"word": word[:40]})

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        column = f"{path}_id"
        context.look(self.target, {row[column] for row in rows if row.get(column) is not None})

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        pk = row.get(f"{path}_id")
        if pk is None or not context.sees(self.target, pk):
            return ""
        return row.get(f"{path}__{self.label}") or ""

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        pk = row.get(f"{path}_id")
        if pk is None:
            return SafeString("")
        if not context.sees(self.target, pk):
            text = context.memory.get(Link)
            if text is None:
                text = context.memory[Link] = tag("span", gettext("Not yours to see"), "ink-3")
            return text
        name = escape(row.get(f"{path}__{self.label}") or "")
        return mark_safe(  # noqa: S308 - escaped
            f'<a href="{record_url(self.slug, pk)}">{name}</a>'
        )

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else str(getattr(value, "pk", value))

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def compare(self, path: str, operator: str, value: str, *, actor: Actor, locale: str) -> Q:
        if operator == "has":
            rows = self.rows(actor).filter(
                **{f"{self.label}__icontains": clean(value[:200], keep_lines=False)}
            )
            return Q(**{f"{path}__in": rows.values("pk")})
        found = Q(**{f"{path}_id": self.parse(value, actor=actor, locale=locale)})
        return ~found if operator == "not" else found

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        if operator == "has" or not value.isdecimal():
            return value
        row = self.rows(actor).filter(pk=int(value)).values_list(self.label, flat=True).first()
        return row or value
