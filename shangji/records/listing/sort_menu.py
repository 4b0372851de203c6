"""The menu of a list's order: each field with its way, what comes next, all of them addresses."""

from typing import Any

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.records.description import RecordDescription
from shangji.records.listing.menus import choice_links
from shangji.records.listing.sorting import MAX_SORTS, Sort, read_sort, write_sort
from shangji.records.listing.state import ListState


def sort_menu(
    description: RecordDescription, actor: Actor, state: ListState, base: ListState
) -> dict[str, Any]:
    """`sort_lines`: the fields sorted by; `sort_next`: those that may come after them."""
    sorts = read_sort(description, actor, state.sort)
    lines = []
    for place, one in enumerate(sorts):
        turned = (*sorts[:place], Sort(one.field, not one.is_down), *sorts[place + 1 :])
        without = (*sorts[:place], *sorts[place + 1 :])
        lines.append(
            {
                "label": one.field.label,
                "is_down": one.is_down,
                "turn_url": state.query(base, sort=write_sort(turned)),
                "drop_url": state.query(base, sort=write_sort(without)) if without else "",
            }
        )
    return {"sort_lines": lines, "sort_next": _next(description, actor, state, base, sorts)}


def _next(
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    sorts: tuple[Sort, ...],
) -> SafeString | str:
    """Columns in sight that may come next."""
    if len(sorts) >= MAX_SORTS:
        return ""
    used = {one.field.key for one in sorts}
    fields = [description.field(key, actor) for key in state.columns if key not in used]
    items = [
        (f"-{one.key}" if one.kind.align == "end" else one.key, one.label)
        for one in fields
        if one.sortable
    ]
    query = state.query(base, sort=f"{write_sort(sorts)},\x02")
    return choice_links(description, items, query)
