"""A link to one record of another type."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import OuterRef, Q, Subquery
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.registry import tracked_model
from shangji.lib.markup import escape
from shangji.records.kinds.base import (
    Asked,
    FormatContext,
    Kind,
    data_id,
    link_schema,
    no_value,
    tag,
)
from shangji.records.kinds.text import clean, text_condition


def record_url(slug: str, pk: int) -> str:
    """The address `records:page`, without the price of a full reverse in each cell."""
    return f"{get_script_prefix()}{slug}/{pk}/"


class Link(Kind):
    """`target` is a record type, `slug` its address, `label` the field shown.

    `named`: whoever sees the record may read the name of what it leads to, as whom a deal is
    with is part of the deal; to open it takes the right to see it (docs/decisions/0008).
    """

    name = "link"
    input = "link"
    in_cell = False
    operators: ClassVar = ("has", "is", "not", "empty", "filled")

    def __init__(self, target: str, slug: str, *, label: str = "name", named: bool = False) -> None:
        self.target = target
        self.slug = slug
        self.label = label
        self.named = named

    def paths(self, path: str) -> tuple[str, ...]:
        return (f"{path}_id", f"{path}__{self.label}")

    def sort_path(self, path: str) -> str:
        return f"{path}__{self.label}"

    def shown_by(self, path: str, actor: Actor) -> Any:
        if self.tells(actor) or actor.scope("read", self.target) is Scope.ALL:
            return None  # every name may be read: the column beside it says all
        model: Any = tracked_model(self.target)
        rows = model_queryset(model).permitted(actor, "read").order_by()
        return Subquery(rows.filter(pk=OuterRef(f"{path}_id")).values(self.label)[:1])

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

    def tells(self, actor: Actor | None) -> bool:
        """Whether the name stands here although what it names is not the reader's to open."""
        if actor is None or not self.named:
            return self.named
        hidden = actor.hidden_fields(self.target)
        return actor.may("read", self.target) and self.label not in hidden

    def name_of(self, pk: int, actor: Actor) -> str | None:
        """The name as far as this link tells it; None when it does not."""
        name: str | None = (
            self.nameable(actor).filter(pk=pk).values_list(self.label, flat=True).first()
        )
        return name

    def nameable(self, actor: Actor) -> Any:
        """Rows of the target whose names the link may tell the actor."""
        if self.tells(actor):
            return model_queryset(tracked_model(self.target))
        return self.rows(actor)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        pk = row.get(f"{path}_id")
        if pk is None or not (self.tells(context.actor) or context.sees(self.target, pk)):
            return ""
        return row.get(f"{path}__{self.label}") or ""

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        pk = row.get(f"{path}_id")
        if pk is None:
            return SafeString("")
        name = escape(row.get(f"{path}__{self.label}") or "")
        if not context.sees(self.target, pk):
            why, nothing = self._unseen(context)
            if not why:
                return nothing
            return mark_safe(f'<span title="{why}">{name}</span>')  # noqa: S308 - escaped
        return mark_safe(  # noqa: S308 - escaped
            f'<a href="{record_url(self.slug, pk)}">{name}</a>'
        )

    def _unseen(self, context: FormatContext) -> tuple[SafeString | str, SafeString]:
        """Why a name is told without a link ("" where it is not told), and what stands for it."""
        known: tuple[SafeString | str, SafeString] | None = context.memory.get(self)
        if known is None:
            why: SafeString | str = ""
            if self.tells(context.actor):
                why = escape(gettext("Named here because you see this record; not yours to open."))
            known = why, tag("span", gettext("Not yours to see"), "ink-3")
            context.memory[self] = known
        return known

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else str(getattr(value, "pk", value))

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        column, label, target = f"{path}_id", f"{path}__{self.label}", self.target

        def read(row: Mapping[str, Any]) -> Any:
            pk = row[column]
            if pk is None or not context.sees(target, pk):
                return None
            return {"id": pk, "name": row[label]}

        return read

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        return self.parse(data_id(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return link_schema(write=write)

    def in_hand(self, operator: str, value: str) -> bool:
        # a name or an id is looked for among what the reader sees
        return operator in {"empty", "filled"}

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        return row.get(f"{path}_id")

    def compare(self, path: str, asked: Asked) -> Q:
        if asked.operator == "has":
            return Q(**{f"{path}__in": self._called(asked.value, asked.actor).values("pk")})
        found = Q(**{f"{path}_id": self.operand(asked)})
        return ~found if asked.operator == "not" else found

    def matches(self, held: Any, asked: Asked) -> bool:
        if asked.operator == "has":
            return (
                held is not None and self._called(asked.value, asked.actor).filter(pk=held).exists()
            )
        return super().matches(held, asked)

    def _called(self, value: str, actor: Actor) -> Any:
        """Rows of the target whose name, as far as the link tells it, contains a word."""
        word = clean(value[:200], keep_lines=False)
        return self.nameable(actor).filter(text_condition(self.label, "has", word))

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        if operator == "has" or not value.isdecimal():
            return value
        row = self.rows(actor).filter(pk=int(value)).values_list(self.label, flat=True).first()
        return row or value
