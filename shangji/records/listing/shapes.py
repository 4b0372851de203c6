"""The shapes a view can take: a table, a board … Each hands itself down to this registry.

A list's state says `shape`, and `by` what the rows are laid out by, in words that only the shape
reads ("stage", "expected_close_on.month"). Addresses, saved views and the switch above the rows
come from here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.listing.menus import choice_links
from shangji.records.listing.tints import Tints
from shangji.ui.addresses import address

if TYPE_CHECKING:  # the state of a list asks here whether it holds
    from shangji.records.listing.query import ListQuery
    from shangji.records.listing.state import ListState

#: what every type can be shown as
LIST = "list"
MAX_BY = 120


@dataclass(frozen=True)
class Sight:
    """What a shape draws from.

    Attributes:
        query: the rows of the state, not asked for yet.
        state, base: what is shown, and the view it started from: `state.query(base, …)` is the
            address of a change.
        params: of the address, for what is no part of a view (the month a calendar stands at).
    """

    query: "ListQuery"
    state: "ListState"
    base: "ListState"
    params: QueryDict
    now: datetime

    @property
    def description(self) -> RecordDescription:
        return self.query.description

    @property
    def here(self) -> str:
        """The query string asked for, as it stands in the address."""
        return f"?{self.params.urlencode()}"

    @property
    def actor(self) -> Actor:
        return self.query.actor

    @cached_property
    def tints(self) -> Tints | None:
        """The colours of the rows, for whoever draws them; None without rules.

        Ask before rows are fetched: they are to hold what the rules read.
        """
        if not self.state.colours:
            return None
        found = Tints(self.description, self.actor, self.state.colours, self.now)
        self.query.also = found.paths()
        return found


Ways = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Shape:
    """One way to look at the rows of a view.

    Attributes:
        key: its name in addresses and saved views.
        ways: keys and labels of what rows can be laid out by, in the order of the menu; the shape
            is offered where there is one.
        check: Invalid for a `by` that does not fit.
        draw: "sums", count and totals over all rows, and under one name of the shape's own all that
            `template` places; "head_figures" for the head of the page and "group_links" with
            "group_label" for the toolbar, where they are other than a list's.
        by_label: heads the menu of ways; `%(way)s` is the one in use.
        tools: what of the toolbar goes with it: "sort", "group", "columns", "density".
        turned: `by` with another way, the rest of what it says kept.
    """

    key: str
    label: Any
    icon: str
    template: str
    ways: Callable[[RecordDescription, Actor], Ways]
    check: Callable[[RecordDescription, Actor, str], None]
    draw: Callable[[Sight], dict[str, Any]]
    by_label: Any = ""
    tools: frozenset[str] = frozenset({"sort", "columns"})
    turned: Callable[[str, str], str] = lambda by, way: way


_SHAPES: dict[str, Shape] = {}


def register_shape(shape: Shape) -> None:
    """Offer a shape. Call in `AppConfig.ready`; the order is that of the switch."""
    _SHAPES[shape.key] = shape


def shape_named(key: str) -> Shape:
    """A shape of an address or saved view. Invalid for one that is none."""
    found = _SHAPES.get(key)
    if found is None:
        raise Invalid.whole(_("There is no such way to show records."))
    return found


def check_shape(description: RecordDescription, actor: Actor, key: str, by: str) -> None:
    """Invalid for a shape that is none, or laid out by what does not fit."""
    shape = shape_named(key)
    if len(by) > MAX_BY:
        raise description.unknown(by)
    shape.check(description, actor, by)


def first_way(description: RecordDescription, actor: Actor, key: str) -> str:
    """What a shape is laid out by when nothing is said."""
    ways = shape_named(key).ways(description, actor)
    return str(ways[0][0]) if ways else ""


def shape_menu(
    description: RecordDescription, actor: Actor, state: "ListState", base: "ListState"
) -> dict[str, Any]:
    """The switch between shapes, and the ways of the one in use."""
    here = shape_named(state.shape)
    here_url = address("records:list", description.slug)
    switch = []
    for shape in _SHAPES.values():
        ways = shape.ways(description, actor)
        if shape.key != LIST and not ways:
            continue
        by = state.by if shape is here else str(ways[0][0]) if ways else ""
        url = here_url + state.query(base, shape=shape.key, by=by)
        if shape is not here and by and by == description.board_by:
            # the type's app has a page of its own for this
            url = address(description.board) + state.query(base, shape=base.shape, by=base.by)
        switch.append(
            {
                "key": shape.key,
                "label": shape.label,
                "icon": shape.icon,
                "url": url,
                "current": shape is here,
            }
        )
    ways = here.ways(description, actor)
    marked = state.query(base, shape=here.key, by=here.turned(state.by, "\x02"))
    # a shape may say more after the way itself: a board or calendar its span, a timeline its end
    current = next((key for key, _label in ways if key.split(".")[0] == state.by.split(".")[0]), "")
    return {
        "shape": here,
        "shapes": switch if len(switch) > 1 else [],
        "ways": choice_links(description, ways, marked, current) if ways else "",
        "way_label": str(here.by_label) % {"way": dict(ways).get(current, state.by)},
    }
