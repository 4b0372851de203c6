"""Cards as HTML, written in Python: a template per card would cost the page its time."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangji.lib.markup import escape
from shangji.records.boards.query import BoardQuery
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.listing.fetching import Row
from shangji.records.listing.table import tinted
from shangji.records.listing.tints import Tints
from shangji.ui.templatetags.ui import icon

_CARD = (
    '<li class="card" data-id="{pk}" data-version="{version}" data-name="{name}"{value}'
    "{move}{colour}>"
    '<div class="card-body"><div class="card-1">{pick}'
    '<a class="name" href="{url}" title="{name}">{name}</a>{menu}</div>{lines}</div></li>'
)


class CardPen:
    """Draws cards of one board: the name, and a line for each chosen field that has a value.

    Args:
        query: of the board's address, "?…": a card is moved at its own address with the same.
        back: the board's own address.
        tints: colours of the rows.
    """

    def __init__(
        self, board: BoardQuery, query: str, back: str, tints: Tints | None = None
    ) -> None:
        rows = board.rows
        self.board, self.tints = board, tints
        self.description, self.actor = rows.description, rows.actor
        self.formats = FormatContext.of(rows.actor, board.now, narrow=True)
        hidden = rows.actor.hidden_fields(self.description.type)
        titled = self.description.title not in hidden
        self.title = (
            self.description.field(self.description.title, self.actor).orm if titled else "pk"
        )
        self.lines = [
            (one.cell, f'<div class="card-f"><span class="k">{escape(str(one.label))}</span>')
            for one in board.fields
        ]
        self.money = rows.totals[0].path if rows.totals else ""
        self.is_still = bool(board.layout.still(rows.actor))
        door = board.layout.field.move_door
        # a page of the field's own asks what a move of it needs
        slug = {} if door else {"slug": self.description.slug}
        url = reverse(door or "records:card_move", kwargs={**slug, "pk": 0})
        self._before, _zero, self._after = url.partition("/0/")
        self._query = escape(f"{query}&on=cards")
        self._next = escape(f"&{urlencode({'next': back})}")
        self.words = {"move": escape(_("Move to another column")), "pick": escape(_("Select"))}
        self.icon = icon("dots")

    def draw(self, rows: Sequence[Row], editable: set[int]) -> SafeString:
        """The cards of a column, one after the other."""
        return mark_safe("".join([self._card(row, row["pk"] in editable) for row in rows]))  # noqa: S308 - escaped

    def look(self, rows: Iterable[Row]) -> None:
        """Ask what the cells will need, once for all columns."""
        every = list(rows)
        for one in self.board.fields:
            one.kind.look(every, one.orm, self.formats)
        if self.tints is not None:
            self.tints.look(every)

    def _card(self, row: Row, may_edit: bool) -> str:
        pk, name = row["pk"], escape(str(row.get(self.title) or row["pk"]))
        colour, told = tinted(self.tints.of(pk)) if self.tints is not None else ("", "")
        worth = row.get(self.money) if self.money else None
        move = menu = ""
        if may_edit and not self.is_still:
            url = f"{self._before}/{pk}/{self._after}{self._query}"
            move = f' data-move-url="{url}"'
            menu = self._menu(url, name)
        pick = (
            '<span class="pick-box"><input type="checkbox" class="form-check-input" name="ids"'
            f' value="{pk}" data-pick aria-label="{self.words["pick"]} {name}"></span>'
            if may_edit
            else ""
        )
        return _CARD.format(
            pk=pk,
            version=row["version"],
            name=name,
            value="" if worth is None else f' data-value="{worth}"',
            move=move,
            colour=colour,
            pick=told + pick,
            url=record_url(self.description.slug, pk),
            menu=menu,
            lines="".join([self._line(cell, head, row) for cell, head in self.lines]),
        )

    def _line(self, cell: object, head: str, row: Row) -> str:
        assert callable(cell)
        shown = cell(row, self.formats)
        if not shown:
            return ""
        # plain text may be cut: the whole of it stands in the tooltip
        whole = "" if "<" in shown else f' title="{shown}"'
        return f'{head}<span class="v"{whole}>{shown}</span></div>'

    def _menu(self, url: str, name: str) -> str:
        label, url = self.words["move"], f"{url}{self._next}"
        return (
            f'<a class="card-menu btn quiet only small" href="{url}" hx-get="{url}"'
            f' hx-target="#dialogs" data-dialog data-card-key="m" aria-label="{label}: {name}"'
            f' title="{label}">{self.icon}</a>'
        )
