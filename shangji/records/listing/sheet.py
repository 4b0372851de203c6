"""The table: rows or groups of rows with totals over all of them. The first of the shapes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace, rates_on
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Person
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.figures import Figure, figures
from shangji.records.listing.numbers import (
    AT_ONCE,
    NumberFigure,
    NumberSum,
    all_of,
    number_figures,
    number_sums,
    numbers_of,
)
from shangji.records.listing.query import MAX_GROUPS, PAGE_SIZE, ListQuery
from shangji.records.listing.shapes import LIST, Shape, Sight
from shangji.records.listing.state import ListState
from shangji.records.listing.table import Column, draw_heads, draw_rows, lead_key
from shangji.records.listing.tints import Tints
from shangji.ui.addresses import address


@dataclass
class GroupLine:
    """A group line as the template shows it."""

    label: SafeString | str
    count: int
    more: int
    url: str
    figures: dict[str, Figure | NumberFigure]
    rows: list[SafeString]


def draw(sight: Sight) -> dict[str, Any]:
    """Heads, rows or groups, totals and pages."""
    query, state, base = sight.query, sight.state, sight.base
    formats = FormatContext.of(sight.actor, sight.now, narrow=True)
    rates = rates_on(formats.today) if query.totals else ()
    home = current_workspace().currency
    groups: list[GroupLine] = []
    rows: list[SafeString] = []
    tints = sight.tints
    added = numbers_of(query)
    # a job adds up whatever there is; a page shows a long list first, and its sums when they come
    at_once = bool(state.group) or query.notes is not None or not added
    later = not at_once and query.sums.count > AT_ONCE
    numbers = number_sums(query) if added and not later else {}
    if state.group:
        shown = query.groups[:MAX_GROUPS]
        query.fill(shown)
        groups = _groups(query, state, base, formats, rates, home, tints, numbers)
    else:
        found = query.rows()
        if tints is not None:
            tints.look(found)
        rows = draw_rows(query, found, formats, tints=tints)
    columns = [_column(one, state, base, lead_key(query)) for one in query.fields]
    sheet = {
        "columns": columns,
        "heads": draw_heads(columns, sight.description.title, _changeable(sight)),
        "body": mark_safe("".join(rows)),  # noqa: S308 - rows are escaped where they are drawn
        "groups": groups,
        "figures": figures(query.totals, query.sums, rates, home, formats),
        "numbers": number_figures(query, all_of(numbers), formats, query.sums.count),
        "numbers_url": _numbers_url(query, state, base) if later else "",
        "pager": _pager(query, state, base),
    }
    return {"sums": query.sums, "sheet": sheet}


def _changeable(sight: Sight) -> set[str]:
    """Keys of the fields the reader may change in some row."""
    if not sight.actor.may("edit", sight.description.type):
        return set()
    return {one.key for one in sight.description.writable_fields(sight.actor)}


def _numbers_url(query: ListQuery, state: ListState, base: ListState) -> str:
    return f"{address('records:list_numbers', query.description.slug)}{state.query(base)}"


def _groups(
    query: ListQuery,
    state: ListState,
    base: ListState,
    formats: FormatContext,
    rates: Iterable[Any],
    home: str,
    tints: Tints | None,
    numbers: Mapping[Any, Mapping[str, NumberSum]],
) -> list[GroupLine]:
    grouping, one = query.grouping, query.grouping.field
    lines = []
    shown = query.groups[:MAX_GROUPS]
    every = [row for group in shown for row in group.rows]
    editable = query.editable(every)
    if tints is not None:
        tints.look(every)
    names = _names(query, shown)
    for group in shown:
        value = group.value
        if value in (None, ""):
            label: SafeString | str = _("None")
        elif grouping.unit:
            label = grouping.name(value, formats.locale)
        else:
            label = names.get(value) or one.kind.cell({one.orm: value}, one.orm, formats)
        rest = tuple(
            part
            for part in state.conditions
            if not isinstance(part, Condition) or part.field != one.key
        )
        told: list[Figure | NumberFigure] = [
            *figures(query.totals, group.sums, rates, home, formats),
            *number_figures(query, numbers.get(value, {}), formats, group.sums.count),
        ]
        lines.append(
            GroupLine(
                label,
                group.sums.count,
                group.sums.count - len(group.rows),
                state.query(base, conditions=(*rest, *grouping.conditions(value)), group=""),
                {figure.column: figure for figure in told},
                draw_rows(query, group.rows, formats, editable, tints=tints),
            )
        )
    return lines


def _names(query: ListQuery, groups: Iterable[Any]) -> dict[Any, str]:
    """Names of the people that head groups, in one query."""
    kind = query.grouping.field.kind
    if not isinstance(kind, Person):
        return {}
    return kind.names([group.value for group in groups if group.value is not None])


def _column(one: Field, state: ListState, base: ListState, lead: str) -> Column:
    # the first field of the order is marked; the others stand in the menu
    down, now = f"-{one.key}", state.sort.split(",")[0]
    if not one.sortable:
        return Column(one, "", "", one.key == lead)
    first = down if one.kind.align == "end" or one.kind.name in {"date", "datetime"} else one.key
    other = one.key if first == down else down
    url = state.query(base, sort=other if now == first else first)
    direction = "descending" if now == down else "ascending" if now == one.key else ""
    return Column(one, url, direction, one.key == lead)


def _pager(query: ListQuery, state: ListState, base: ListState) -> dict[str, Any]:
    if state.group or query.pages == 1:
        return {}
    first = (query.number - 1) * PAGE_SIZE + 1
    last = min(first + PAGE_SIZE - 1, query.sums.count)
    number = query.number
    return {
        "text": _("%(first)s–%(last)s of %(count)s")
        % {"first": f"{first:,}", "last": f"{last:,}", "count": f"{query.sums.count:,}"},
        "previous_url": state.query(base, page=number - 1) if number > 1 else "",
        "next_url": state.query(base, page=number + 1) if last < query.sums.count else "",
    }


def _no_ways(description: RecordDescription, actor: Actor) -> tuple[tuple[str, Any], ...]:
    return ()


def _check(description: RecordDescription, actor: Actor, by: str) -> None:
    if by:
        raise description.unknown(by)


SHEET = Shape(
    key=LIST,
    label=gettext_lazy("List"),
    icon="list",
    template="records/_sheet.html",
    ways=_no_ways,
    check=_check,
    draw=draw,
    tools=frozenset({"sort", "group", "columns", "density"}),
)
