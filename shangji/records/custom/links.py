"""People and records that added fields lead to: an id among the values, its name asked apart."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery
from django.utils.safestring import SafeString, mark_safe

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.registry import tracked_model
from shangji.lib.markup import escape
from shangji.records.kinds.base import Asked, FormatContext
from shangji.records.kinds.link import Link, record_url
from shangji.records.kinds.person import Person
from shangji.records.kinds.team import Team


def named_by(rows: Any, path: str, label: str) -> Subquery:
    """The name of the row that an id leads to, looked up by its key inside the list's query."""
    return Subquery(rows.order_by().filter(pk=OuterRef(path)).values(label)[:1])


class AddedTeam(Team):
    """A team whose id stands among the custom values."""

    def shown_by(self, path: str, actor: Actor) -> Any:
        model: Any = tracked_model("team")
        return named_by(model.objects.all(), path, "name")


class AddedPerson(Person):
    """A person whose id stands among the custom values."""

    def paths(self, path: str) -> tuple[str, ...]:
        return (path,)

    def sort_path(self, path: str) -> str:
        return path

    def shown_by(self, path: str, actor: Actor) -> Any:
        return named_by(get_user_model().objects.all(), path, "name")

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        return row.get(path)

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        known: dict[int, str] = context.memory.setdefault(AddedPerson, {})
        wanted = {row[path] for row in rows if row.get(path) is not None} - set(known)
        if wanted:
            known |= dict.fromkeys(wanted, "") | self.names(wanted)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        pk = row.get(path)
        if pk is None:
            return ""
        self.look([row], path, context)
        name: str = context.memory[AddedPerson][pk]
        return name

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            pk = row[path]
            return None if pk is None else {"id": pk, "name": self.text(row, path, context)}

        return read


class AddedLink(Link):
    """A record whose id stands among the custom values; its name is for who may see it."""

    def paths(self, path: str) -> tuple[str, ...]:
        return (path,)

    def sort_path(self, path: str) -> str:
        return path

    def shown_by(self, path: str, actor: Actor) -> Any:
        model: Any = tracked_model(self.target)
        # what is masked stands where nothing stands: its place would tell its name
        return named_by(model_queryset(model).permitted(actor, "read"), path, self.label)

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        return row.get(path)

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        wanted = {row[path] for row in rows if row.get(path) is not None}
        context.look(self.target, wanted)
        known: dict[int, str] = context.memory.setdefault((AddedLink, self.target), {})
        wanted -= set(known)
        if wanted:
            model: Any = tracked_model(self.target)
            names = model_queryset(model).filter(pk__in=wanted)
            known |= dict.fromkeys(wanted, "") | dict(names.values_list("pk", self.label))

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        pk = row.get(path)
        if pk is None:
            return ""
        self.look([row], path, context)
        if not context.sees(self.target, pk):
            return ""
        return str(context.memory[AddedLink, self.target][pk])

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        pk = row.get(path)
        if pk is None:
            return SafeString("")
        name = escape(self.text(row, path, context))
        if not context.sees(self.target, pk):
            return self._unseen(context)[1]
        return mark_safe(  # noqa: S308 - escaped
            f'<a href="{record_url(self.slug, pk)}">{name}</a>'
        )

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            pk = row[path]
            name = self.text(row, path, context)
            if pk is None or not context.sees(self.target, pk):
                return None
            return {"id": pk, "name": name}

        return read

    def compare(self, path: str, asked: Asked) -> Q:
        if asked.operator == "has":
            return Q(**{f"{path}__in": self._called(asked.value, asked.actor).values("pk")})
        found = Q(**{path: self.operand(asked)})
        return ~found if asked.operator == "not" else found
