"""Saved views as the actor may use them; what they store, checked on save and on load."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.lib.errors import DomainError, Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.records.conditions import (
    MAX_CONDITIONS,
    Node,
    compile_node,
    dump_node,
    load_node,
    read_nodes,
)
from shangji.records.description import RecordDescription
from shangji.records.listing.colours import dump_rules, load_rules
from shangji.records.listing.shapes import LIST
from shangji.records.listing.state import ListState, check_state, preset_state, state_of
from shangji.records.models import SavedView

#: 1 kept conditions as texts; 2 keeps the tree, with groups; 3 what the view looks like, too
VERSION = 3
_KEYS = {
    1: {"version", "conditions", "sort", "group", "columns"},
    2: {"version", "where", "sort", "group", "columns"},
    3: {"version", "where", "sort", "group", "columns"},
}
#: what version 3 may say besides: left out where the view has nothing of its own to say
_LOOKS = {"shape": str, "by": str, "colours": list}


@dataclass(frozen=True)
class ShownView:
    """A saved view on the page: whose it is, and why it cannot be shown when it is broken."""

    row: SavedView
    mine: bool
    broken: str = ""
    #: rules of colour that do not fit this reader
    lost: int = 0


def visible_views(record_type: str, actor: Actor) -> list[SavedView]:
    """Own and shared views of a type, by name; at most 40."""
    rows = SavedView.objects.filter(of_type=record_type).order_by("name", "pk")
    return rows.only("name", "owner", "shared_with").shown_to(actor)[:40]


def base_state(
    description: RecordDescription, actor: Actor, view: str
) -> tuple[ListState, ShownView | None]:
    """What a `view` of the address stands for: a preset's key or a saved view's id.

    A broken saved view shows as broken, with the rows of the type's first preset. NotFound for a
    view that is none of the actor's.
    """
    if not view.isdecimal() or len(view) > 18:
        state = preset_state(description, actor, view)
        if state is None:
            raise NotFound(_("There is no such view."))
        return state, None
    row = get_visible(SavedView, actor, int(view))
    if row.of_type != description.type:
        raise NotFound(_("There is no such view."))
    mine = row.owner_id == actor.user_id
    try:
        state, lost = _loaded(description, actor, row)
        return state, ShownView(row, mine, lost=lost)
    except DomainError as problem:
        first = preset_state(description, actor, "")
        assert first is not None
        # it stays the view of the page, so that what is set anew can be saved into it
        return replace(first, view=str(row.pk)), ShownView(row, mine, str(problem.message))


def load(description: RecordDescription, actor: Actor, row: SavedView) -> ListState:
    """The state a saved view stores. Invalid says what is broken."""
    return _loaded(description, actor, row)[0]


def _loaded(description: RecordDescription, actor: Actor, row: SavedView) -> tuple[ListState, int]:
    """The state, and how many rules of colour do not fit the reader."""
    data = check_shape(row.definition)
    nodes = read_nodes(data["conditions"]) if data["version"] == 1 else stored_nodes(data["where"])
    colours, lost = load_rules(description, actor, data.get("colours", []))
    state = state_of(description, actor, str(row.pk), (), data)
    state = replace(state, conditions=nodes, colours=colours)
    check_state(description, actor, state)
    compile_node(description, actor, nodes)
    return state, lost


def dump(state: ListState) -> dict[str, Any]:
    """A state as versioned JSON."""
    stored = {
        "version": VERSION,
        "where": [dump_node(node) for node in state.conditions],
        "sort": state.sort,
        "group": state.group,
        "columns": list(state.columns),
    }
    if state.shape != LIST:
        stored |= {"shape": state.shape, "by": state.by}
    if state.colours:
        stored["colours"] = dump_rules(state.colours)
    return stored


def stored_nodes(data: Any) -> tuple[Node, ...]:
    """The conditions of a stored view. Invalid says what is wrong, and where in the tree."""
    if not isinstance(data, list):
        raise Invalid.whole(_("This view was stored in a form that is not known."))
    if len(data) > MAX_CONDITIONS:
        raise Invalid.whole(_("At most %(n)s filters.") % {"n": MAX_CONDITIONS})
    return tuple(load_node(one) for one in data)


def check_shape(data: Any) -> Mapping[str, Any]:
    """Stored JSON has the known shape. Invalid says where it has not."""
    version = data.get("version") if isinstance(data, Mapping) else None
    if type(version) is not int or version not in _KEYS:
        raise Invalid.whole(_("This view was stored in a form that is not known."))
    more = set(data) - _KEYS[version]
    if _KEYS[version] - set(data) or more - (set(_LOOKS) if version > 2 else set()):
        raise Invalid.whole(_("This view was stored in a form that is not known."))
    if not all(isinstance(data[key], _LOOKS[key]) for key in more):
        raise Invalid.whole(_("This view was stored in a form that is not known."))
    for key in ("conditions", "columns") if version == 1 else ("columns",):
        if not isinstance(data[key], list) or not all(isinstance(x, str) for x in data[key]):
            raise Invalid.whole(_("This view was stored in a form that is not known."))
    for key in ("sort", "group"):
        if not isinstance(data[key], str) or len(data[key]) > 80:
            raise Invalid.whole(_("This view was stored in a form that is not known."))
    return data
