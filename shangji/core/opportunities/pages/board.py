"""The board of a phase, or of a whole pipeline."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.cards import CardPen
from shangji.core.opportunities.queries.board import CARDS, SORTS, BoardQuery, Column
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.core.opportunities.queries.totals import Sums
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import Forbidden, NotFound
from shangji.lib.phases import BY_KEY
from shangji.lib.values import dataclass
from shangji.records.boards.heads import Head, dress
from shangji.records.boards.lanes import ways
from shangji.records.boards.shape import BOARD
from shangji.records.conditions import read_nodes
from shangji.records.description import describe
from shangji.records.listing.menus import choice_links
from shangji.records.listing.patience import TooLong, bounded, in_time
from shangji.records.listing.query import COUNT_CAP
from shangji.records.listing.state import ListState
from shangji.records.pages.answers import actor_of, toasted
from shangji.records.pages.filters import filtering
from shangji.ui.addresses import address

TABS = (
    ("all", gettext_lazy("All"), ()),
    ("mine", gettext_lazy("Mine"), ("owner.in.me",)),
    (
        "closing",
        gettext_lazy("Closing this month"),
        ("expected_close_on.within.this_month",),
    ),
    ("stale", gettext_lazy("Stale"), ("stale.is.yes",)),
    ("no_step", gettext_lazy("No next step"), ("next_step.empty.",)),
)
SORT_LABELS = {
    "next_step": gettext_lazy("By next step"),
    "amount": gettext_lazy("By amount"),
}


@login_required
@require_GET
def phase(request: HttpRequest, phase: str) -> HttpResponse:
    """The board of a phase; `?view=list` is its list."""
    if phase not in BY_KEY:
        raise NotFound(_("There is no such phase."))
    if request.GET.get("view") == "list":
        given = [text for text in request.GET.getlist("f") if text]
        pairs = [("f", text) for text in (f"phase.is.{phase}", *given)]
        url = reverse("records:list", kwargs={"slug": "opportunities"})
        return redirect(f"{url}?{urlencode(pairs)}")
    return _board(request, phase)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of a whole pipeline, all phases side by side."""
    return _board(request, "")


@login_required
@require_GET
def more(request: HttpRequest, stage: int) -> HttpResponse:
    """The next cards of a column, as a fragment."""
    query = _query(request, request.GET.get("phase", ""))
    offset = _offset(request.GET.get("from", ""))
    with _watched(query):
        column = query.column(stage_by_id(stage).pk)
        column.rows = query.cards(column.stage.pk, offset)
    column.shown = offset + len(column.rows)
    cards = _pen(request, query).draw(column.rows)
    context = {"cards": cards, "more": column.more, "more_url": _more_url(request, query, column)}
    return render(request, "records/_board_cards.html", context)


def _offset(text: str) -> int:
    return min(int(text), 100_000) if text.isdecimal() and len(text) < 7 else 0


def _query(request: HttpRequest, phase: str) -> BoardQuery:
    """What the address asks for. Invalid names a filter that does not fit."""
    actor = actor_of(request)
    require_type(actor, "read", "opportunity")
    if "stage" in actor.hidden_fields("opportunity"):
        raise Forbidden(_("Your role does not see stages."))
    pipeline = request.GET.get("pipeline", "")
    sort = request.GET.get("sort", "")
    amounts = "amount" not in actor.hidden_fields("opportunity")
    return BoardQuery(
        actor=actor,
        now=timezone.now(),
        phase=phase if phase in BY_KEY else "",
        pipeline_id=int(pipeline) if pipeline.isdecimal() and len(pipeline) < 18 else None,
        conditions=read_nodes([text for text in request.GET.getlist("f") if text]),
        sort=sort if sort in SORTS and (sort != "amount" or amounts) else SORTS[0],
    )


@dataclass(frozen=True)
class BoardState(ListState):
    """What a board's address says, as filters read it."""

    pipeline: str = ""

    def query(self, base: ListState, **changes: Any) -> str:
        text = super().query(base, **changes)
        return f"{text}&{urlencode({'pipeline': self.pipeline})}" if self.pipeline else text


def _filtering(
    request: HttpRequest, query: BoardQuery
) -> tuple[HttpResponse | None, dict[str, Any]]:
    """Chips, their forms and the panel of groups, as lists have them."""
    description, actor = describe("opportunity"), query.actor
    pipeline = str(query.pipeline_id or "")
    base = BoardState("", (), SORTS[0], "", ("name",), pipeline=pipeline)
    state = replace(base, conditions=tuple(query.conditions), sort=query.sort)
    keep = [("f", one.text) for one in query.conditions] or [("f", "")]
    keep += [("sort", query.sort), *([("pipeline", pipeline)] if pipeline else [])]
    return filtering(request, description, actor, state, base, request.path, keep)


def _board(request: HttpRequest, phase: str) -> HttpResponse:
    query = _query(request, phase)
    answer, filters = _filtering(request, query)
    if answer is not None:
        return answer
    actor = query.actor
    may_see_amount = "amount" not in actor.hidden_fields("opportunity")
    frame = {**filters, **_frame(request, query, may_see_amount)}
    try:
        with _watched(query):
            columns = query.columns()
    except TooLong:
        later = {"later": _later(request, query), "tabs": _tabs(request, query, None)}
        return render(request, "opportunities/board.html", {**frame, **later})
    pen = _pen(request, query)
    pen.look(row for column in columns for row in column.rows)
    total = Sums()
    for column in columns:
        total.add(column.sums)
    shown = [
        {
            "head": head,
            "cards": pen.draw(column.rows),
            "more": column.more,
            "more_url": _more_url(request, query, column),
        }
        for head, column in zip(_heads(query, columns), columns, strict=True)
    ]
    context = {
        **frame,
        "columns": shown,
        "zones": query.zones(),
        "total": total,
        "total_lines": _by_currency(total),
        "tabs": _tabs(request, query, total),
        "home_currency": current_workspace().currency,
        "may_create": actor.may("create", "opportunity"),
        "may_edit": actor.may("edit", "opportunity"),
        "may_assign": actor.may("assign", "opportunity"),
        "cards_each": CARDS,
    }
    status = 400 if filters["refused"] else 200
    return render(request, "opportunities/board.html", context, status=status)


def _frame(request: HttpRequest, query: BoardQuery, may_see_amount: bool) -> dict[str, Any]:
    """What stands around the columns."""
    return {
        "ways": _ways(query),
        "stage_label": describe("opportunity").field("stage", query.actor).label,
        "phase": BY_KEY.get(query.phase),
        "query": query,
        "may_see_amount": may_see_amount,
        "sorts": [
            {"label": label, "url": _url(request, sort=key), "current": key == query.sort}
            for key, label in SORT_LABELS.items()
            if key != "amount" or may_see_amount
        ],
        "sort_label": SORT_LABELS[query.sort],
        "pipelines": [
            {
                "name": one.name,
                "url": _url(request, pipeline=str(one.pk)),
                "current": one.pk == query.pipeline.pk,
            }
            for one in query.pipelines
        ],
        "shape_list_url": _list_url(query),
        "clear_url": request.path,
    }


def _watched(query: BoardQuery) -> AbstractContextManager[None]:
    """As long as a page has, for a filter: what is summed up is there at once."""
    return bounded(Opportunity) if query.conditions and not query.is_mine else nullcontext()


def _later(request: HttpRequest, query: BoardQuery) -> dict[str, Any]:
    """Of a filter that takes longer: the same columns in the background, on the list's own board,
    which a job can work out."""
    pairs = [("f", text) for text in _texts(query)] + [("shape", BOARD), ("by", "stage")]
    ask = f"{address('records:list_answer', 'opportunities')}?{urlencode(pairs)}"
    return {"job": None, "ask": ask, "then": request.get_full_path()}


def _ways(query: BoardQuery) -> SafeString:
    """Other fields that the same rows can be put in columns by: boards of the list."""
    items = ways(describe("opportunity"), query.actor)
    url = f"{_list_url(query)}&{urlencode({'shape': BOARD, 'by': chr(2)})}"
    return choice_links(describe("opportunity"), items, url)


def _pen(request: HttpRequest, query: BoardQuery) -> CardPen:
    pairs = [("on", "board"), ("phase", query.phase)]
    pairs += [("f", one.text) for one in query.conditions]
    here = request.get_full_path() if request.resolver_match else request.path
    return CardPen(
        query.actor,
        query.now,
        query=escape(f"?{urlencode(pairs)}"),
        back=quote(here, safe=""),
    )


def moved_on_board(
    request: HttpRequest, actor: Actor, record: Opportunity, text: str
) -> HttpResponse:
    """After a drag: the card anew, both heads and the drop zones, and an undo."""
    query = _query(request, request.GET.get("phase", ""))
    sums = in_time(Opportunity, lambda: query.sums)
    columns = (
        [] if sums is None else [Column(one, sums.get(one.pk, Sums())) for one in query.stages]
    )
    row = query.one(record.pk)
    stays = record.stage_id in {one.pk for one in query.stages}
    context = {
        "card": _pen(request, query).draw([row]) if row and stays else "",
        "heads": _heads(query, columns),
        "zones": query.zones(),
        "may_see_amount": "amount" not in actor.hidden_fields("opportunity"),
        "query": query,
    }
    response = render(request, "opportunities/_moved.html", context)
    last = last_undoable(actor)
    return toasted(response, text, undo=last.pk if last else None)


def _heads(query: BoardQuery, columns: Iterable[Column]) -> list[Head]:
    """The heads of stages: win rate, sums that the reader may know, where one begins here."""
    actor, home = query.actor, current_workspace().currency
    may_see_amount = "amount" not in actor.hidden_fields("opportunity")
    new = reverse("records:new", kwargs={"slug": "opportunities"})
    may_create = actor.may("create", "opportunity")
    heads = [
        Head(
            key=str(one.stage.pk),
            name=one.stage.name,
            label=one.stage.name,
            count=one.sums.count,
            lines=list(_by_currency(one.sums)) if may_see_amount else [],
            end=f"{one.stage.probability}%",
            phase="" if query.phase else one.stage.phase,
            create_url=f"{new}?stage={one.stage.pk}" if may_create else "",
        )
        for one in columns
    ]
    dress(heads, home)
    return heads


def _by_currency(sums: Sums) -> list[tuple[str, Decimal, Decimal]]:
    """Currency, sum and weighted sum; the workspace's currency first, empty ones left out."""
    home = current_workspace().currency
    codes = sorted(sums.amount, key=lambda code: (code != home, code))
    found = [(code, sums.amount[code], sums.weighted[code]) for code in codes if sums.amount[code]]
    return found or [(home, Decimal(0), Decimal(0))]


def _tabs(request: HttpRequest, query: BoardQuery, total: Sums | None) -> list[dict[str, Any]]:
    """Ready-made views with their counts over the same columns; `total` of the one that is open,
    None while it is not known."""
    given = tuple(one.text for one in query.conditions)
    hidden = query.actor.hidden_fields("opportunity")
    plain = query if not query.conditions else query.filtered(())
    found = []
    for key, label, conditions in TABS:
        if any(text.partition(".")[0] in hidden for text in conditions):
            continue
        current = conditions == given
        if key in ("all", "no_step"):
            other = plain
        else:
            other = query.filtered(read_nodes(conditions))
        found.append(
            {
                "label": label,
                "url": _url(request, f=list(conditions)),
                "current": current,
                "count": (total and total.count) if current else _count(other, key),
            }
        )
    return found


def _count(query: BoardQuery, key: str) -> int | str:
    """How many a tab holds: from the roll-up where it knows, else counted up to a thousand."""
    ids = [one.pk for one in query.stages]
    if key in ("all", "mine"):
        return sum(query.sums[pk].count for pk in ids if pk in query.sums)
    if key == "no_step":
        return sum(query.sums[pk].without_step for pk in ids if pk in query.sums)
    count = query.count(COUNT_CAP)
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else count


def _url(request: HttpRequest, **changes: Any) -> str:
    """This board with other parameters."""
    params = request.GET.copy()
    for key, value in changes.items():
        if isinstance(value, list):
            params.setlist(key, value)
        else:
            params[key] = value
    return f"{request.path}?{params.urlencode()}" if params else request.path


def _texts(query: BoardQuery) -> list[str]:
    """The rows of the board as conditions of a list."""
    first = f"phase.is.{query.phase}" if query.phase else "status.is.open"
    return [first, *(one.text for one in query.conditions)]


def _list_url(query: BoardQuery) -> str:
    url = reverse("records:list", kwargs={"slug": "opportunities"})
    return f"{url}?{urlencode([('f', text) for text in _texts(query)])}"


def _more_url(request: HttpRequest, query: BoardQuery, column: Column) -> str:
    if not column.more:
        return ""
    pairs = [("phase", query.phase), ("from", str(column.shown)), ("sort", query.sort)]
    pairs += [("f", one.text) for one in query.conditions]
    url = reverse("opportunities:more", kwargs={"stage": column.stage.pk})
    return f"{url}?{urlencode(pairs)}"
