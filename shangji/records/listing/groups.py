"""The panel of a list's filter: groups inside one another, each change an address (no script)."""

from dataclasses import field
from typing import Any

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.conditions import MAX_DEPTH, All, AnyOf, Condition, Node, Not, parts_of
from shangji.records.conditions.editing import flip, invert, put, root_of, write_place
from shangji.records.conditions.tree import Place
from shangji.records.conditions.words import chip
from shangji.records.description import RecordDescription
from shangji.records.listing.filters import FilterForm, as_conditions, filter_form
from shangji.records.listing.menus import filter_links
from shangji.records.listing.state import ListState


@dataclass(frozen=True)
class Line:
    """One comparison of the panel, or a group inside it."""

    place: str
    field: str = ""
    value: str = ""
    is_not: bool = False
    not_url: str = ""
    remove_url: str = ""
    form: FilterForm | None = None
    put: str = ""
    group: "Box | None" = None


@dataclass(frozen=True)
class Box:
    """A group: how its parts are joined, its lines, menus that add to it.

    Attributes:
        joint: "all" or "any".
        flip_url: the address with the other joint.
        links, group_links: fields as menus, to add a comparison or a group that begins with one.
        menu: id of the menus, into which htmx puts a form.
    """

    place: str
    joint: str
    flip_url: str
    lines: list[Line] = field(default_factory=list)
    links: str = ""
    group_links: str = ""
    menu: str = ""


class Panel:
    """The panel over one list state."""

    #: first part of the ids of its menus
    name = "filter-add"

    def __init__(
        self,
        description: RecordDescription,
        actor: Actor,
        state: ListState,
        base: ListState,
        url: str,
    ) -> None:
        self.description = description
        self.actor = actor
        self.state = state
        self.base = base
        self.url = url
        self.root: All | AnyOf = root_of(state.conditions)

    def box(self) -> Box:
        return self._box(self.root, ())

    def _box(self, group: All | AnyOf, place: Place) -> Box:
        at = write_place(place)
        query = f"{self._query(self.root)}&at={at}"
        menu = f"{self.name}-{at.replace('.', '-')}"
        join = "all" if isinstance(group, AnyOf) else "any"
        return Box(
            place=at,
            joint="any" if isinstance(group, AnyOf) else "all",
            flip_url=self._query(flip(self.root, place)),
            lines=[
                self._line(part, (*place, number)) for number, part in enumerate(group.parts, 1)
            ],
            links=self._links(query, menu),
            group_links=(
                self._links(f"{query}&join={join}", f"{menu}-g")
                if len(place) < MAX_DEPTH - 2
                else ""
            ),
            menu=menu,
        )

    def _line(self, node: Node, place: Place) -> Line:
        is_not = isinstance(node, Not)
        inner = parts_of(node)[0] if isinstance(node, Not) else node
        inside = (*place, 1) if is_not else place
        common: dict[str, Any] = {
            "place": write_place(place),
            "is_not": is_not,
            "not_url": self._query(invert(self.root, place)),
            "remove_url": self._query(put(self.root, place, None)),
        }
        if isinstance(inner, All | AnyOf):
            return Line(**common, group=self._box(inner, inside))
        told = chip(self.description, self.actor, inner)
        form = None
        if isinstance(inner, Condition):
            form = filter_form(self.description, self.actor, inner.field, inner)
        return Line(
            **common, field=told.field, value=told.value, form=form, put=write_place(inside)
        )

    def _links(self, query: str, target: str) -> SafeString:
        return filter_links(self.description, self.actor, self.url, query, target=target)

    def _query(self, root: Node | None) -> str:
        return f"{self.state.query(self.base, conditions=as_conditions(root))}&edit=1"
