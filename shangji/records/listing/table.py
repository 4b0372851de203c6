"""Cells and rows as HTML, written in Python: a template per cell would cost the page its time."""

from collections.abc import Callable, Collection, Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Date, DateTime, Link, Person, Rating
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.listing.fetching import Row
from shangji.records.listing.query import ListQuery
from shangji.records.listing.tints import Tint, Tints
from shangji.ui.templatetags.ui import icon

#: kinds whose shown text does not read back: the cell keeps what was meant, for copying
_ABRIDGED = (Date, DateTime, Rating)


@dataclass(frozen=True)
class Column:
    """A column head: its sort link, its direction."""

    field: Field
    url: str
    direction: str

    lead: bool = False

    @property
    def css(self) -> str:
        if self.field.kind.align != "end":
            return ""
        return "num lead" if self.lead else "num"

    @property
    def quiet(self) -> bool:
        """The head is for readers only: the cells are marks."""
        return isinstance(self.field.kind, Person) and not self.field.is_custom


def draw_heads(
    columns: Iterable[Column], title: str, changeable: Collection[str] = ()
) -> SafeString:
    """The heads of a table.

    Args:
        title: key of the field that names a row.
        changeable: keys of the fields that the reader may change in some row.
    """
    return mark_safe(  # noqa: S308 - parts escaped
        "".join(_head(one, title, one.field.key in changeable) for one in columns)
    )


def _head(one: Column, title: str, changes: bool) -> str:
    label = escape(one.field.label)
    css = f"{one.css} name w-name" if one.field.key == title else one.css
    mark = f' data-k="{one.field.key}"{" data-edit" if changes else ""}'
    if not one.url:
        return f'<th class="{css}" scope="col"{mark}>{label}</th>'
    shown, more, sort = str(label), "", ""
    if one.quiet:
        shown = f'<span class="sr">{label}</span>{icon("user", **_SMALL)}'
        more = f' title="{label}"'
    if one.direction:
        arrow = "arrow-down" if one.direction == "descending" else "arrow-up"
        shown += icon(arrow, **_SMALL)
        sort = f' aria-sort="{one.direction}"'
    link = f'<a href="{escape(one.url)}"{more}>{shown}</a>'
    return f'<th class="{css}" scope="col"{mark}{sort}>{link}</th>'


_SMALL = {"class": "s14"}


def draw_rows(
    query: ListQuery,
    rows: Sequence[Row],
    context: FormatContext,
    editable: set[int] | None = None,
    *,
    pick: bool = True,
    tints: Tints | None = None,
) -> list[SafeString]:
    """Table rows for the rows of a list, in order.

    Args:
        editable: ids of the rows that may be edited; asked for when left out.
        pick: with the column of tick boxes in front.
        tints: colours of the rows, which have been looked at.
    """
    description, actor = query.description, query.actor
    for one in query.fields:
        one.kind.look(rows, one.orm, context)
    if editable is None:
        editable = query.editable(rows)
    lead = lead_key(query)
    writers = [_writer(one, description, actor, context, one.key == lead) for one in query.fields]
    sums = query.totals[0] if query.totals else None
    # who may change nothing here has nothing to choose rows for
    ticks, picked = actor.may("edit", description.type), escape(_("Select"))
    title = description.field(description.title, actor).orm if _titled(query) else "pk"
    slug = description.slug
    drawn = []
    for row in rows:
        pk = row["pk"]
        name = escape(str(row.get(title) or pk))
        value = f' data-value="{row[sums.path]}"' if sums and row.get(sums.path) else ""
        cells = "".join([write(row, pk in editable) for write in writers])
        colour, told = tinted(tints.of(pk)) if tints is not None else ("", "")
        tick = (
            f'<input type="checkbox" class="form-check-input" name="ids" '
            f'value="{pk}" data-pick aria-label="{picked} {name}">'
            if ticks
            else ""
        )
        box = f'<td class="pick">{tick}{told}</td>' if pick else ""
        drawn.append(
            mark_safe(  # noqa: S308 - parts escaped where they are made
                f'<tr data-id="{pk}" data-version="{row["version"]}" '
                f'data-href="{record_url(slug, pk)}"{value}{colour}>{box}{cells}</tr>'
            )
        )
    return drawn


def tinted(tint: Tint | None) -> tuple[str, str]:
    """Attributes of a coloured row or card, and what the colour means for who hears the page."""
    if tint is None:
        return "", ""
    words = escape(tint.words)
    return f' data-tint="{tint.tone}" title="{words}"', f'<span class="sr">{words}</span>'


def lead_key(query: ListQuery) -> str:
    """The column whose figure stays beside the name where the list is narrow."""
    numbers = (one.key for one in query.fields if one.kind.align == "end")
    return next(numbers, "")


def _titled(query: ListQuery) -> bool:
    return query.description.title not in query.actor.hidden_fields(query.description.type)


def _writer(
    one: Field,
    description: RecordDescription,
    actor: Actor,
    context: FormatContext,
    lead: bool = False,
) -> Callable[[Row, bool], str]:
    """What draws the cells of one column: everything that is the same is worked out once."""
    slug, orm, kind, cell = description.slug, one.orm, one.kind, one.cell
    changes = one.writable and kind.inline
    changes = changes and one.key not in actor.read_only_fields(description.type)
    # where the script puts an editor when it is asked to, or opens the form of this one field
    in_form = not kind.in_cell and not isinstance(kind, Link)
    asked = ' data-edit="page"' if in_form else " data-edit"
    if one.key == description.title:
        second = _second(description, actor)

        def title(row: Row, may_edit: bool) -> str:
            name = escape(kind.text(row, orm, context) or "–")
            below = second(row, context) if second else ""
            mark = asked if changes and may_edit else ""
            return (
                f'<td class="name w-name cut"{mark}><a href="{record_url(slug, row["pk"])}" '
                f'title="{name}">{name}</a>{below}</td>'
            )

        return title
    css = (
        ("num lead" if lead else "num")
        if kind.align == "end"
        else "cut2"
        if kind.name in {"text", "link"} or kind.is_cut
        else ""
    )
    opening = _opening(one, css)
    if not changes:
        return lambda row, may_edit: f"{opening(row)}>{cell(row, context)}</td>"
    in_place = _opening(one, f"{css} edit")
    on_request = not kind.in_cell
    prefix = record_url(slug, 0).removesuffix("0/")
    label = escape(str(one.label))

    def editable(row: Row, may_edit: bool) -> str:
        shown = cell(row, context)
        if not may_edit:
            return f"{opening(row)}>{shown}</td>"
        if on_request or "<a " in shown:
            return f"{opening(row)}{asked}>{shown}</td>"
        return (
            f'{in_place(row)}><sj-inline-edit data-url="{prefix}{row["pk"]}/field/{one.key}/" '
            f'data-version="{row["version"]}" data-column="{one.key}" data-label="{label}">'
            f'<button type="button" class="edit-show">{shown or _EMPTY}</button>'
            "</sj-inline-edit></td>"
        )

    return editable


def _opening(one: Field, css: str) -> Callable[[Row], str]:
    """The beginning of a cell, without its closing sign."""
    begin = f'<td data-k="{one.key}"' + (f' class="{css}"' if css else "")
    kind, path = one.kind, one.orm
    if not isinstance(kind, _ABRIDGED):
        return lambda row: begin

    def write(row: Row) -> str:
        value = row.get(path)
        if value is None:
            return begin
        return f'{begin} data-v="{kind.edit_text(value, locale="en")}"'

    return write


_EMPTY = '<span class="ink-3">–</span>'


def _second(
    description: RecordDescription, actor: Actor
) -> Callable[[Row, FormatContext], str] | None:
    """The line under the name where the list is narrow."""
    if not description.second or description.second in actor.hidden_fields(description.type):
        return None
    one = description.field(description.second, actor)

    def write(row: Row, context: FormatContext) -> str:
        text = one.kind.text(row, one.orm, context)
        return f'<span class="second">{escape(text)}</span>' if text else ""

    return write
