"""The board as a shape of a view: its context, whole and of one column or card."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language, gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace, rates_on
from shangji.records.boards.cards import CardPen
from shangji.records.boards.heads import Head, dress, head_of
from shangji.records.boards.lanes import UNITS, Lane, read_layout, ways
from shangji.records.boards.query import BoardQuery, Column
from shangji.records.conditions import Condition
from shangji.records.description import RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.figures import figures
from shangji.records.listing.query import ListQuery
from shangji.records.listing.shapes import LIST, Shape, Sight
from shangji.records.listing.state import ListState
from shangji.ui.addresses import address

BOARD = "board"


def board_of(query: ListQuery, state: ListState, now: datetime) -> BoardQuery:
    """The board of a state."""
    return BoardQuery(query, read_layout(query.description, query.actor, state.by), now)


def draw(sight: Sight) -> dict[str, Any]:
    """Every column with its first cards, sums over all rows."""
    board = board_of(sight.query, sight.state, sight.now)
    pen = pen_of(sight, board)
    columns = board.columns
    board.fill(columns)
    every = [row for one in columns for row in one.rows]
    editable = sight.query.editable(every)
    pen.look(every)
    home = current_workspace().currency
    formats = FormatContext.of(sight.actor, sight.now, narrow=True)
    totals = sight.query.totals
    rates = rates_on(formats.today) if totals else ()
    shown = figures(totals, board.total, rates, home, formats)
    heads = heads_of(sight, board, home)
    placed = {
        "figures": shown,
        "columns": [
            {
                "head": head,
                "cards": pen.draw(column.rows, editable),
                **more_of(sight, board, column),
            }
            for head, column in zip(heads, columns, strict=True)
        ],
        "still": board.layout.still(sight.actor),
        "param": "stage" if board.layout.field.move_door else "column",
        "left_out": board.left_out,
        "units": _units(sight, board),
        "field_count": len(board.fields),
        "own_url": _own_url(sight),
    }
    return {"sums": board.total, "head_figures": shown, "board": placed}


def pen_of(sight: Sight, board: BoardQuery) -> CardPen:
    """What draws the cards of a board."""
    query = sight.state.query(sight.base)
    back = f"{address('records:list', sight.description.slug)}{query}"
    return CardPen(board, query, back, sight.tints)


def heads_of(sight: Sight, board: BoardQuery, home: str) -> list[Head]:
    """The heads of all columns, their bars against the widest."""
    heads = [head_of(one, sight.query.totals, home) for one in board.columns]
    for head, column in zip(heads, board.columns, strict=True):
        head.create_url = _create_url(board, column.lane)
    dress(heads, home)
    return heads


def _create_url(board: BoardQuery, lane: Lane) -> str:
    """Where a record begins with a column's value: fields of the short form only."""
    description, actor = board.rows.description, board.rows.actor
    one = board.layout.field
    may = description.creatable and actor.may("create", description.type)
    if not may or not one.create or lane.refuses or lane.value is None or board.layout.unit:
        return ""
    text = one.kind.edit_text(lane.value, locale=get_language() or "en")
    return f"{address('records:new', description.slug)}?{urlencode({one.key: text})}"


def more_of(sight: Sight, board: BoardQuery, column: Column) -> dict[str, Any]:
    """How many cards there are beyond those shown; where the next ones and all rows are."""
    if not column.more:
        return {"more": 0}
    state, base = sight.state, sight.base
    key = board.layout.field.key
    rest = tuple(
        part
        for part in state.conditions
        if not isinstance(part, Condition) or part.field != key or board.layout.unit
    )
    beyond = urlencode({"column": column.lane.key, "from": column.shown})
    if sight.query.notes is not None:  # further cards take as long as these took: the list asks
        beyond = ""
    slug = sight.description.slug
    rows = state.query(base, shape=LIST, by="", conditions=(*rest, *column.lane.conditions))
    return {
        "more": column.more,
        "more_url": beyond and f"{address('records:cards', slug)}{state.query(base)}&{beyond}",
        "rows_url": f"{address('records:list', slug)}{rows}",
    }


def _units(sight: Sight, board: BoardQuery) -> list[dict[str, Any]]:
    """The switch between days, weeks, months and quarters."""
    if not board.layout.unit:
        return []
    key = board.layout.field.key
    return [
        {
            "label": label,
            "url": sight.state.query(sight.base, shape=BOARD, by=f"{key}.{unit}"),
            "current": unit == board.layout.unit,
        }
        for unit, label in UNITS.items()
    ]


def _own_url(sight: Sight) -> str:
    """The page on which the type's app lays out the same field in its own way."""
    description = sight.description
    if description.board_by and description.board_by == sight.state.by:
        return address(description.board)
    return ""


def _check(description: RecordDescription, actor: Actor, by: str) -> None:
    read_layout(description, actor, by)


SHAPE = Shape(
    key=BOARD,
    label=gettext_lazy("Board"),
    icon="layout-kanban",
    template="records/_board.html",
    ways=ways,
    check=_check,
    draw=draw,
    by_label=gettext_lazy("Columns: %(way)s"),
)
