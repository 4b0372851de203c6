"""A team of the workspace, by id."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.registry import tracked_model
from shangji.records.kinds.base import Asked, FormatContext, Kind, data_id, link_schema, no_value
from shangji.records.kinds.text import clean


class Team(Kind):
    """Names are asked once per page."""

    name = "team"
    input = "team"
    operators: ClassVar = ("in", "is", "not", "empty", "filled")

    @staticmethod
    def names(ids: Iterable[int] | None = None) -> dict[int, str]:
        """Names by id; of every team there is when no ids are given."""
        model: Any = tracked_model("team")
        rows = model.objects.all() if ids is not None else model.objects.filter(deleted_at=None)
        rows = rows.filter(pk__in=set(ids)) if ids is not None else rows.order_by("name")
        return dict(rows.values_list("pk", "name"))

    @staticmethod
    def people(pk: int) -> set[int]:
        """Ids of the people of a team and of all teams under it, those switched off included."""
        model: Any = tracked_model("team")
        below: dict[int | None, list[int]] = {}
        for child, parent in model.objects.filter(deleted_at=None).values_list("pk", "parent_id"):
            below.setdefault(parent, []).append(child)
        found, queue = {pk}, [pk]
        while queue:
            new = [one for one in below.get(queue.pop(), []) if one not in found]
            found.update(new)
            queue += new
        people = get_user_model().objects.filter(team_id__in=found).order_by()
        return set(people.values_list("pk", flat=True))

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        word = clean(text[:400], keep_lines=False)
        for pk, name in self.names().items():
            if word in (str(pk), name) or word.casefold() == name.casefold():
                return pk
        raise ValueError(_("“%(word)s” was not found.") % {"word": word[:40]})

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        known: dict[int, str] = context.memory.setdefault(Team, {})
        wanted = {row[path] for row in rows if row.get(path) is not None} - set(known)
        if wanted:
            known |= dict.fromkeys(wanted, "") | self.names(wanted)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        pk = row.get(path)
        if pk is None:
            return ""
        self.look([row], path, context)
        name: str = context.memory[Team][pk]
        return name

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else str(value)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            pk = row[path]
            return None if pk is None else {"id": pk, "name": self.text(row, path, context)}

        return read

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        return self.parse(data_id(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return link_schema(write=write)

    def in_hand(self, operator: str, value: str) -> bool:
        return operator in {"empty", "filled"}

    def compare(self, path: str, asked: Asked) -> Q:
        found = Q(**{f"{path}__in": self.operand(asked)})
        return ~found if asked.operator == "not" else found

    def matches(self, held: Any, asked: Asked) -> bool:
        found = held in self.operand(asked)
        return not found if asked.operator == "not" else found

    def operand(self, asked: Asked) -> list[int]:
        words = [word for word in asked.value.split(",")[:100] if not no_value(word)]
        if not words:
            raise ValueError(_("A value is needed."))
        return [self.parse(word, actor=asked.actor, locale=asked.locale) for word in words]

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        names = self.names()
        words = value.split(",")[:100]
        return ", ".join(
            names.get(int(w), w) if w.isdecimal() and len(w) < 19 else w for w in words
        )
