"""What a list shows: read from the address, written back to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.conditions import Node, check_operator, conditions_of, filter_field, read_nodes
from shangji.records.description import RecordDescription
from shangji.records.listing.colours import Rule, check_rules, read_rules
from shangji.records.listing.days import read_day
from shangji.records.listing.grouping import read_grouping
from shangji.records.listing.shapes import LIST, check_shape, first_way
from shangji.records.listing.sorting import read_sort

MAX_COLUMNS = 60


@dataclass(frozen=True)
class ListState:
    """Conditions, sort (`-amount`), group, columns and page of a list, and the shape it takes.

    `view` names what it starts from: the key of a preset, or the id of a saved view. `by` is what
    the shape lays rows out by: see listing.shapes.
    """

    view: str
    conditions: tuple[Node, ...]
    sort: str
    group: str
    columns: tuple[str, ...]
    page: int = 1
    shape: str = LIST
    by: str = ""
    #: rules that colour rows
    colours: tuple[Rule, ...] = ()
    #: the day at which a shape of days stands; where one has leafed to, no part of a view
    on: str = ""

    def same_as(self, other: "ListState") -> bool:
        """Whether both show the same, whatever the page."""
        return replace(self, page=1, view="", on="") == replace(other, page=1, view="", on="")

    def query(self, base: "ListState", **changes: Any) -> str:
        """The query string of this state with changes: only what differs from `base`."""
        one = replace(self, **({"page": 1} | changes))
        pairs: list[tuple[str, str]] = [("view", one.view)] if one.view else []
        if one.conditions != base.conditions:
            pairs += [("f", part.text) for part in one.conditions] or [("f", "")]
        if one.sort != base.sort:
            pairs.append(("sort", one.sort))
        if one.group != base.group:
            pairs.append(("group", one.group))
        if one.columns != base.columns:
            pairs.append(("columns", ",".join(one.columns)))
        if (one.shape, one.by) != (base.shape, base.by):
            pairs += [("shape", one.shape), *([("by", one.by)] if one.by else [])]
        if one.colours != base.colours:
            pairs += [("c", rule.text) for rule in one.colours] or [("c", "")]
        if one.on and one.shape != LIST:
            pairs.append(("on", one.on))
        if one.page > 1:
            pairs.append(("page", str(one.page)))
        return f"?{urlencode(pairs)}"


def read_state(
    description: RecordDescription, actor: Actor, params: QueryDict, base: ListState
) -> ListState:
    """The state an address asks for, over the view it starts from. Invalid names what is wrong."""
    state = base
    if "f" in params:
        texts = [text for text in params.getlist("f") if text]
        state = replace(state, conditions=read_nodes(texts))
    if "sort" in params:
        state = replace(state, sort=params["sort"])
    if "group" in params:
        state = replace(state, group=params["group"])
    if "columns" in params:
        keys = (
            params["columns"][:2000].split(",")
            if "," in params["columns"]
            else (params.getlist("columns"))
        )
        state = replace(state, columns=tuple(dict.fromkeys(key for key in keys if key)))
    if "shape" in params or "by" in params:
        shape = params.get("shape", state.shape)
        by = params.get("by", "") or first_way(description, actor, shape)
        state = replace(state, shape=shape, by=by)
    if "c" in params:
        texts = [text for text in params.getlist("c") if text]
        state = replace(state, colours=read_rules(texts))
    on = read_day(params.get("on", ""), date.min)
    state = replace(state, on="" if on == date.min else on.isoformat())
    state = replace(state, page=read_page(params.get("page", "")))
    check_state(description, actor, state)
    return state


def check_state(description: RecordDescription, actor: Actor, state: ListState) -> None:
    """Every key is one the actor may use. Invalid with one text for hidden and misspelt."""
    for node in state.conditions:
        for condition in conditions_of(node):
            check_operator(filter_field(description, actor, condition.field), condition.operator)
    read_sort(description, actor, state.sort)
    if state.group:
        read_grouping(description, actor, state.group)
    check_rules(description, actor, state.colours)
    if not 0 < len(state.columns) <= MAX_COLUMNS:
        raise Invalid.whole(_("Choose between 1 and %(n)s columns.") % {"n": MAX_COLUMNS})
    for key in state.columns:
        description.field(key, actor)
    check_shape(description, actor, state.shape, state.by)


def read_page(text: str) -> int:
    """A page number; anything else is the first page. Large ones are capped by the query."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def state_of(
    description: RecordDescription,
    actor: Actor,
    view: str,
    conditions: Sequence[str],
    settings: Mapping[str, Any],
) -> ListState:
    """A view's own state: what a preset or saved view says, the rest by the description."""
    hidden = actor.hidden_fields(description.type)
    return ListState(
        view=view,
        conditions=read_nodes(conditions),
        sort=settings.get("sort") or default_sort(description, actor),
        group=settings.get("group") or "",
        columns=tuple(
            key for key in (settings.get("columns") or description.columns) if key not in hidden
        ),
        shape=settings.get("shape") or LIST,
        by=settings.get("by") or "",
    )


def default_sort(description: RecordDescription, actor: Actor) -> str:
    """The description's sort, or by title when that field is hidden from the actor."""
    hidden = actor.hidden_fields(description.type)
    if description.sort.removeprefix("-") in hidden:
        return description.title
    return description.sort


def preset_state(description: RecordDescription, actor: Actor, key: str) -> ListState | None:
    """The state of a preset by key; the first one for ""; None for a key that is none."""
    for preset in description.presets:
        if key in ("", preset.key):
            return state_of(
                description, actor, preset.key, preset.conditions, {"sort": preset.sort}
            )
    if key == "" or key == "all":
        return state_of(description, actor, key, (), {})
    return None
