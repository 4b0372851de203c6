"""The doors of boards: the next cards of a column, and a card that is carried to another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import Invalid
from shangji.records import saved_views
from shangji.records.actions import edit_record
from shangji.records.boards.lanes import Lane
from shangji.records.boards.query import BoardQuery
from shangji.records.boards.shape import BOARD, board_of, heads_of, more_of, pen_of
from shangji.records.description import RecordDescription
from shangji.records.history import last_operation
from shangji.records.listing.patience import bounded, in_time
from shangji.records.listing.query import query_of
from shangji.records.listing.shapes import Sight
from shangji.records.listing.state import read_state
from shangji.records.pages.answers import actor_of, done, of_type, safe_next, toasted
from shangji.records.pages.record import read_version


@of_type
@require_GET
def cards(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """The next cards of `column`, from the `from`th on, as a fragment."""
    sight, board = _board(request, description, actor_of(request))
    pen = pen_of(sight, board)
    start = request.GET.get("from", "")
    offset = min(int(start), 100_000) if start.isdecimal() and len(start) < 7 else 0
    with bounded(description.model):
        column = board.column(request.GET.get("column", ""))
        column.rows = board.cards(column.lane, offset)
    column.shown = offset + len(column.rows)
    pen.look(column.rows)
    context: dict[str, Any] = more_of(sight, board, column)
    context["cards"] = pen.draw(column.rows, sight.query.editable(column.rows))
    return render(request, "records/_board_cards.html", context)


@of_type
@require_http_methods(["GET", "POST"])
def card_move(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """GET asks where to; POST `column`, `version` sets the board's field by the one edit."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    require(actor, "edit", record)
    sight, board = _board(request, description, actor)
    one = board.layout.field
    description.writable_field(one.key, actor)
    if request.method == "GET":
        return _ask(request, board, record)
    lane = board.lane(request.POST.get("column", ""))
    if lane.refuses:
        raise Invalid.field(one.key, lane.refuses)
    before = record.version
    fresh = edit_record(
        actor=actor,
        record=record,
        values={one.key: board.layout.put(lane, record, sight.now)},
        version=read_version(request.POST.get("version", "")),
        now=sight.now,
    )
    undo = last_operation(fresh) if fresh.version != before else None
    text = _("%(name)s moved to %(column)s") % {"name": fresh, "column": lane.label}
    if undo is None:
        text = ""
    if request.POST.get("next"):
        return done(request, text or _("Nothing was changed"), safe_next(request, "/"), undo=undo)
    return _moved(request, sight, fresh, text, undo)


def moved_on_cards(
    request: HttpRequest, description: RecordDescription, record: Record, text: str
) -> HttpResponse:
    """After a field's own page moved a card of a board: what that board shows now."""
    sight, _board_of = _board(request, description, actor_of(request))
    return _moved(request, sight, record, text, last_operation(record))


def _board(
    request: HttpRequest, description: RecordDescription, actor: Actor
) -> tuple[Sight, BoardQuery]:
    """The board of an address. Invalid when its view is none."""
    base, _view = saved_views.base_state(description, actor, request.GET.get("view", ""))
    state = read_state(description, actor, request.GET, base)
    if state.shape != BOARD:
        raise description.unknown(state.by)
    query = query_of(description, actor, state)
    sight = Sight(query, state, base, request.GET, timezone.now())
    return sight, board_of(query, state, sight.now)


def _ask(request: HttpRequest, board: BoardQuery, record: Record) -> HttpResponse:
    """The columns to choose from: a dialog, or without script a page."""
    description = board.rows.description
    back = reverse("records:list", kwargs={"slug": description.slug})
    context = {
        "record": record,
        "title": _("Move “%(name)s” to") % {"name": record},
        "lanes": _lanes(board),
        "next": safe_next(request, back),
        "action": request.get_full_path(),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "records/card_move_dialog.html" if htmx else "records/card_move.html"
    return render(request, template, context)


def _lanes(board: BoardQuery) -> list[Lane]:
    """Where the card may go: the columns shown; of a list that takes too long, every one."""
    shown = in_time(board.rows.description.model, lambda: [one.lane for one in board.columns])
    return [one for one in shown or board.lanes_of() if not one.refuses]


def _moved(
    request: HttpRequest, sight: Sight, record: Record, text: str, undo: int | None
) -> HttpResponse:
    """The card anew and every head, with a toast that offers to take it back."""
    description = sight.description
    board = board_of(sight.query, sight.state, sight.now)
    pen = pen_of(sight, board)
    row = board.one(record.pk)
    rows = [row] if row else []
    pen.look(rows)
    home = current_workspace().currency
    context = {
        "card": pen.draw(rows, sight.query.editable(rows)),
        "heads": in_time(description.model, lambda: heads_of(sight, board, home)) or [],
    }
    response = render(request, "records/_board_moved.html", context)
    return toasted(response, text, undo=undo) if text else response
