"""A person of the workspace."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.scope import Scope
from shangji.lib.markup import escape
from shangji.records.kinds.base import Asked, FormatContext, Kind, data_id, link_schema, no_value
from shangji.records.kinds.team import Team
from shangji.records.kinds.text import clean
from shangji.ui.text import initials

#: begins the word of a filter for everybody in a team: `team:7`, or by its name
IN_TEAM = "team:"


class Person(Kind):
    """Stored as a link to a user; `me`, `team` (my team) and `team:7` are words of a filter."""

    name = "person"
    input = "person"
    operators: ClassVar = ("in", "is", "not", "empty", "filled")

    def paths(self, path: str) -> tuple[str, ...]:
        return (f"{path}_id", f"{path}__name")

    def sort_path(self, path: str) -> str:
        return f"{path}__name"

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        word = clean(text[:1000], keep_lines=False)[:254]
        if word == "me":
            return actor.user_id
        people = get_user_model().objects
        found = (
            people.filter(pk=int(word))
            if word.isdecimal() and len(word) < 19
            else people.filter(Q(email__iexact=word) | Q(name__iexact=word))
        ).values_list("pk", flat=True)[:2]
        if len(found) != 1:
            raise ValueError(_("Nobody here is called “%(word)s”.") % {"word": word[:40]})
        return found[0]

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return row.get(f"{path}__name") or ""

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        name = self.text(row, path, context)
        if not name:
            return escape("")
        known = context.memory.get((Person, name))
        if known is None:
            known = context.memory[Person, name] = self._cell(name, narrow=context.narrow)
        return known

    @staticmethod
    def _cell(name: str, *, narrow: bool) -> SafeString:
        mark, shown = initials(name), escape(name)
        letters = 2 if len(mark) > 1 else 1
        if narrow:
            return mark_safe(  # noqa: S308 - escaped
                f'<span class="avatar" data-letters="{letters}" role="img" aria-label="{shown}" '
                f'title="{shown}">{escape(mark)}</span>'
            )
        return mark_safe(  # noqa: S308 - escaped
            f'<span class="row"><span class="avatar" data-letters="{letters}" aria-hidden="true">'
            f"{escape(mark)}</span>{shown}</span>"
        )

    @staticmethod
    def names(ids: Iterable[int]) -> dict[int, str]:
        """Names by id, in one query."""
        people = get_user_model().objects.filter(pk__in=set(ids))
        return dict(people.values_list("pk", "name"))

    @staticmethod
    def choices() -> list[tuple[str, str]]:
        """People who work here now, by name."""
        people = get_user_model().objects.filter(is_active=True).order_by("name")
        return [(str(pk), name) for pk, name in people.values_list("pk", "name")]

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else str(getattr(value, "pk", value))

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        column, label = f"{path}_id", f"{path}__name"
        return lambda row: row[column] and {"id": row[column], "name": row[label]}

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        return self.parse(data_id(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return link_schema(write=write)

    def in_hand(self, operator: str, value: str) -> bool:
        # others are looked up by id or name
        return all(word in {"", "me", "team"} for word in value.split(","))

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        return row.get(f"{path}_id")

    def compare(self, path: str, asked: Asked) -> Q:
        found = Q(**{f"{path}__in": self.operand(asked)})
        return ~found if asked.operator == "not" else found

    def matches(self, held: Any, asked: Asked) -> bool:
        found = held in self.operand(asked)
        return not found if asked.operator == "not" else found

    def operand(self, asked: Asked) -> list[int]:
        """Ids of the people named; none for Shangji itself, who is not one of them."""
        words = [word for word in asked.value.split(",")[:100] if not no_value(word)]
        if not words:
            raise ValueError(_("A value is needed."))
        ids: set[int | None] = set()
        for word in words:
            if word == "team":
                ids |= asked.actor.owner_ids(Scope.TREE) or set()
            elif word.startswith(IN_TEAM):
                team = Team().parse(
                    word.removeprefix(IN_TEAM), actor=asked.actor, locale=asked.locale
                )
                if team is None:
                    raise ValueError(_("A value is needed."))
                ids |= Team.people(team)
            else:
                ids.add(self.parse(word, actor=asked.actor, locale=asked.locale))
        return sorted(pk for pk in ids if pk is not None)

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        words = value.split(",")[:100]
        ids = [int(word) for word in words if word.isdecimal() and len(word) < 19]
        names = dict(get_user_model().objects.filter(pk__in=ids).values_list("pk", "name"))
        special = {"me": gettext("me"), "team": gettext("my team")}
        if any(word.startswith(IN_TEAM) for word in words):
            special |= {f"{IN_TEAM}{pk}": told for pk, told in team_words()}
        return ", ".join(
            special.get(word) or (names.get(int(word), word) if word.isdecimal() else word)
            for word in words
        )


def team_words() -> list[tuple[int, str]]:
    """Teams as a filter on people names them: "team North"."""
    return [(pk, gettext("team %(name)s") % {"name": name}) for pk, name in Team.names().items()]
