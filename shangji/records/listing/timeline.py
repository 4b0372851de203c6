"""Records as bars from a start to an end, or points: a month, a quarter, a year. A view's shape."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import working_calendar
from shangji.lib.dates import DateRange, format_date_short, format_month
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Person
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.listing.calendar import named_by, names_of, undated
from shangji.records.listing.date_fields import bounds, date_field, date_fields, day_of
from shangji.records.listing.days import read_day
from shangji.records.listing.fetching import Row
from shangji.records.listing.grouping import Grouping, groupings, read_grouping
from shangji.records.listing.menus import choice_links
from shangji.records.listing.query import MAX_GROUPS, Group
from shangji.records.listing.scale import (
    MONTH,
    QUARTER,
    YEAR,
    Bar,
    bar_of,
    beside,
    months_of,
    percent_of,
    ticks_of,
    window_of,
)
from shangji.records.listing.shapes import Shape, Sight
from shangji.records.listing.sums import Sums
from shangji.records.listing.tints import Tint

#: rows of a page; in groups, of all groups together, and so many of each at least
ROWS = 100
EACH = 3
ZOOMS = {
    MONTH: pgettext_lazy("zoom", "Month"),
    QUARTER: pgettext_lazy("zoom", "Quarter"),
    YEAR: pgettext_lazy("zoom", "Year"),
}


@dataclass(frozen=True)
class Layout:
    """What `by` says: `opened_on.expected_close_on.year`; end and zoom may be left out."""

    start: Field
    end: Field | None
    zoom: str

    def by(self, **changed: str) -> str:
        said = {"end": self.end.key if self.end else "", "zoom": self.zoom} | changed
        return ".".join([changed.get("start", self.start.key), said["end"], said["zoom"]])


@dataclass(frozen=True)
class Line:
    """One record. `x` and `width` are percents as SVG reads them; `days` its days in words."""

    pk: int
    name: str
    about: str
    url: str
    days: str
    bar: Bar
    x: str
    width: str
    tint: Tint | None


@dataclass(frozen=True)
class Part:
    """The lines of a group, or all of them. `more` are left out, `more_url` shows them."""

    label: SafeString | str
    count: int
    lines: list[Line]
    more: int = 0
    more_url: str = ""


def read_by(description: RecordDescription, actor: Actor, by: str) -> Layout:
    """Start, end and zoom of a view. Invalid for anything else."""
    start, end, zoom = [*by.split("."), "", ""][:3]
    if by.count(".") > 2 or (zoom and zoom not in ZOOMS) or (end and end == start):
        raise description.unknown(by)
    return Layout(
        date_field(description, actor, start),
        date_field(description, actor, end) if end else None,
        zoom or QUARTER,
    )


def _ways(description: RecordDescription, actor: Actor) -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in date_fields(description, actor)]


def _check(description: RecordDescription, actor: Actor, by: str) -> None:
    read_by(description, actor, by)


def _turned(by: str, key: str) -> str:
    """The same with another start."""
    _start, end, zoom = [*by.split("."), "", ""][:3]
    return ".".join([key, "" if end == key else end, zoom])


def draw(sight: Sight) -> dict[str, Any]:
    """Lines or groups of lines in the window, the grid behind them, the addresses around."""
    state, base = sight.state, sight.base
    layout = read_by(sight.description, sight.actor, state.by)
    formats = FormatContext.of(sight.actor, sight.now, narrow=True)
    on = read_day(state.on, formats.today)
    days = window_of(layout.zoom, on)
    rows = sight.query.base.filter(_inside(layout, days, formats))
    grouping = _grouping(sight)
    if grouping is None:
        count, parts, pager = _paged(sight, layout, days, rows, formats)
        left = 0
    else:
        count, parts, left = _grouped(sight, layout, days, rows, formats, grouping)
        pager = {}
    back, forward = beside(layout.zoom, on)
    shown = {
        "layout": layout,
        "parts": parts,
        "is_grouped": grouping is not None,
        "pager": pager,
        "count": count,
        "groups_left": left,
        "grid": _grid(layout.zoom, days, formats),
        "window_label": _window_label(layout.zoom, days, formats.locale),
        **undated(sight, layout.start),
        "ends": _ends(sight, layout),
        "back_url": state.query(base, on=back.isoformat()),
        "forward_url": state.query(base, on=forward.isoformat()),
        "today_url": state.query(base, on=""),
        "zooms": [
            {
                "label": label,
                "url": state.query(base, by=layout.by(zoom=zoom)),
                "current": zoom == layout.zoom,
            }
            for zoom, label in ZOOMS.items()
        ],
    }
    return {"sums": sight.query.sums, "gantt": shown, **_group_menu(sight, grouping)}


def _inside(layout: Layout, days: DateRange, formats: FormatContext) -> Q:
    """Rows of which something lies in the window: begun before its end, not over before it."""
    start = layout.start
    first, end = bounds(start, days, formats.zone)
    found = Q(**{f"{start.orm}__gte": first})
    if layout.end is not None:
        found |= Q(**{f"{layout.end.orm}__gte": bounds(layout.end, days, formats.zone)[0]})
    return Q(**{f"{start.orm}__lt": end}) & found


def _paged(
    sight: Sight,
    layout: Layout,
    days: DateRange,
    rows: QuerySet[Any],
    formats: FormatContext,
) -> tuple[int, list[Part], dict[str, Any]]:
    asked = sight.query.asked
    span = f"{days.start} to {days.end} in {formats.zone}"
    count = asked(f"count of {span}", lambda: rows.order_by().count())
    pages = max(1, -(-count // ROWS))
    page = min(sight.state.page, pages)
    first = (page - 1) * ROWS
    ordered = rows.order_by(layout.start.orm, "pk").values_list("pk", flat=True)
    ids = asked(f"page {page} of {span}", lambda: list(ordered[first:][:ROWS]))
    lines = _lines(sight, layout, days, ids, formats)
    pager: dict[str, Any] = {}
    if pages > 1:
        pager = {
            "text": _("%(first)s–%(last)s of %(count)s")
            % {"first": f"{first + 1:,}", "last": f"{first + len(ids):,}", "count": f"{count:,}"},
            "previous_url": sight.state.query(sight.base, page=page - 1) if page > 1 else "",
            "next_url": sight.state.query(sight.base, page=page + 1) if page < pages else "",
        }
    return count, [Part("", count, list(lines.values()))] if lines else [], pager


def _grouped(
    sight: Sight,
    layout: Layout,
    days: DateRange,
    rows: QuerySet[Any],
    formats: FormatContext,
    grouping: Grouping,
) -> tuple[int, list[Part], int]:
    """Groups in their order with their first lines: counts, places, rows; one query each."""
    path, asked = grouping.path, sight.query.asked
    span = f"{days.start} to {days.end} in {formats.zone}"
    counted = rows.order_by().values_list(path).annotate(n=Count("pk"))
    counts = asked(f"counts by {path}, {span}", lambda: list(counted))
    groups = sorted((Group(value, Sums(n)) for value, n in counts), key=grouping.rank())
    shown = groups[:MAX_GROUPS]
    if not shown:
        return 0, [], 0
    order = [F(layout.start.orm).asc(), F("pk").asc()]
    placed = (
        rows.annotate(_place=Window(RowNumber(), partition_by=[F(path)], order_by=order))
        .filter(_place__lte=max(EACH, ROWS // len(shown)))
        .order_by(layout.start.orm, "pk")
        .values_list("pk", path)
    )
    of_group: dict[Any, list[int]] = {}
    for pk, value in asked(f"lines by {path}, {span}", lambda: list(placed)):
        of_group.setdefault(value, []).append(pk)
    ids = [pk for group in shown for pk in of_group.get(group.value, [])]
    lines = _lines(sight, layout, days, ids, formats)
    one = grouping.field
    people = [group.value for group in shown if group.value is not None]
    names = one.kind.names(people) if isinstance(one.kind, Person) else {}
    parts = []
    for group in shown:
        of = [lines[pk] for pk in of_group.get(group.value, []) if pk in lines]
        label: SafeString | str = _("None")
        if group.value not in (None, ""):
            row = {one.orm: group.value}
            label = names.get(group.value) or one.kind.cell(row, one.orm, formats)
        conditions = (*sight.state.conditions, *grouping.conditions(group.value))
        url = sight.state.query(sight.base, conditions=conditions, group="")
        parts.append(Part(label, group.sums.count, of, group.sums.count - len(of), url))
    return sum(group.sums.count for group in groups), parts, len(groups) - len(shown)


def _lines(
    sight: Sight, layout: Layout, days: DateRange, ids: Sequence[int], formats: FormatContext
) -> dict[int, Line]:
    query, tints = sight.query, sight.tints
    fields = [*named_by(sight.description, sight.actor), layout.start]
    fields += [layout.end] if layout.end else []
    rows = query.fetch(ids, query.paths(fields))
    if tints is not None:
        tints.look(rows)
    names = names_of(sight, rows, formats)
    slug = sight.description.slug
    found = {}
    for row in rows:
        start, end = _days(row, layout, formats)
        bar = bar_of(days, start, end)
        if bar is None:
            continue
        pk = row["pk"]
        found[pk] = Line(
            pk,
            *names[pk],
            url=record_url(slug, pk),
            days=_in_words(start, end, formats),
            bar=bar,
            x=_percent(bar.x),
            width=_percent(bar.width),
            tint=tints.of(pk) if tints is not None else None,
        )
    return found


def _days(row: Row, layout: Layout, formats: FormatContext) -> tuple[date, date | None]:
    end = row[layout.end.orm] if layout.end else None
    start = day_of(row[layout.start.orm], formats.zone)
    return start, None if end is None else day_of(end, formats.zone)


def _in_words(start: date, end: date | None, formats: FormatContext) -> str:
    told = format_date_short(start, formats.today, formats.locale)
    if end is None:
        return told
    return f"{told} – {format_date_short(end, formats.today, formats.locale)}"


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _grid(zoom: str, days: DateRange, formats: FormatContext) -> dict[str, Any]:
    """Lines and labels behind the bars, days off as bands; "today" where it is in the window."""
    book = working_calendar()
    bands = [day for day in days if zoom != YEAR and not book.is_working_day(day)]
    today = percent_of(days, formats.today) + 50 / len(days) if formats.today in days else None
    months = months_of(days)
    return {
        "months": [
            {"x": _percent(one.x), "label": _month_label(zoom, one.day, formats.locale)}
            for one in months
        ],
        "ticks": [
            {"x": _percent(one.x), "mid": _percent(one.mid), "label": one.day.day}
            for one in (() if zoom == YEAR else ticks_of(zoom, days))
        ],
        "bands": [_percent(percent_of(days, day)) for day in bands],
        "band_width": _percent(100 / len(days)),
        "today": None if today is None else _percent(today),
    }


def _month_label(zoom: str, day: date, locale: str) -> str:
    whole = format_month(day, locale)
    if zoom != YEAR:
        return whole
    # the year stands in the title
    return whole.replace(str(day.year), "").replace("年", "").strip()


def _window_label(zoom: str, days: DateRange, locale: str) -> str:
    if zoom == MONTH:
        return format_month(days.start, locale)
    if zoom == QUARTER:
        return f"{days.start.year} Q{(days.start.month + 2) // 3}"
    return str(days.start.year)


def _grouping(sight: Sight) -> Grouping | None:
    """The groups asked for; those of days say here what the bars say already."""
    if not sight.state.group:
        return None
    found = read_grouping(sight.description, sight.actor, sight.state.group)
    return None if found.unit else found


def _ends(sight: Sight, layout: Layout) -> SafeString:
    """A menu of the dates that may be the end."""
    every = date_fields(sight.description, sight.actor)
    others = [(one.key, one.label) for one in every if one.key != layout.start.key]
    url = sight.state.query(sight.base, by=layout.by(end="\x02"))
    here = layout.end.key if layout.end else ""
    return choice_links(sight.description, [("", _("No end")), *others], url, here)


def _group_menu(sight: Sight, grouping: Grouping | None) -> dict[str, Any]:
    """The toolbar's menu of groups, without those of days."""
    ways = [one for one in groupings(sight.description, sight.actor) if not one.unit]
    items = [("", _("No groups")), *((one.key, one.label) for one in ways)]
    url = sight.state.query(sight.base, group="\x02")
    here = grouping.key if grouping else ""
    return {
        "group_links": choice_links(sight.description, items, url, here) if ways else "",
        "group_label": grouping.label if grouping else "",
    }


TIMELINE = Shape(
    "timeline",
    pgettext_lazy("view", "Timeline"),
    "timeline",
    "records/_timeline.html",
    ways=_ways,
    check=_check,
    draw=draw,
    by_label=pgettext_lazy("timeline", "Start: %(way)s"),
    tools=frozenset(),
    turned=_turned,
)
