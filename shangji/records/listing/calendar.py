"""The calendar of any type by any of its dates: a month or a week. One of the shapes of a view."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import working_calendar
from shangji.lib.dates import DateRange
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition, compile_node
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.listing.date_fields import (
    date_field,
    date_fields,
    day_conditions,
    day_of,
    has_time,
    place_of_day,
    time_of,
    within,
)
from shangji.records.listing.days import (
    MONTH,
    WEEK,
    around,
    days_of,
    kind_of_day,
    read_day,
    span_of,
    split,
)
from shangji.records.listing.fetching import Row
from shangji.records.listing.parts import few_count
from shangji.records.listing.query import COUNT_CAP
from shangji.records.listing.shapes import LIST, Shape, Sight
from shangji.records.listing.tints import Tint
from shangji.ui.addresses import address

#: entries a day of the month shows before "more"
SHOWN = 4
#: and a day of the week: rows of a page are bounded, whatever a day holds
SHOWN_IN_WEEK = 40


@dataclass(frozen=True)
class Entry:
    """One record on its day.

    Attributes:
        at: its time, where the field has one.
        about: what stands under the name in a narrow list.
        at_text: what follows the day in the value that its form sends.
        field_url: where another day is sent to; "" when it is not the reader's to change.
    """

    pk: int
    name: str
    about: str
    url: str
    at: time | None
    at_text: str
    field_url: str
    version: int
    tint: Tint | None


@dataclass(frozen=True)
class Cell:
    """One day. `is_over`: past and empty, which an agenda leaves out."""

    on: date
    is_today: bool
    is_other: bool
    is_rest: bool
    is_over: bool
    mark: str
    items: list[Entry]
    more: int
    #: the list of all entries of the day
    day_url: str
    add_url: str


def read_by(description: RecordDescription, actor: Actor, by: str) -> tuple[Field, str]:
    """The field and the span of a view: `due_on`, `due_on.week`. Invalid for anything else."""
    key, _dot, unit = by.partition(".")
    if unit not in {"", WEEK}:
        raise description.unknown(by)
    return date_field(description, actor, key), unit or MONTH


def _ways(description: RecordDescription, actor: Actor) -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in date_fields(description, actor)]


def _turned(by: str, key: str) -> str:
    """The same span by another date."""
    return f"{key}.{WEEK}" if by.endswith(f".{WEEK}") else key


def _check(description: RecordDescription, actor: Actor, by: str) -> None:
    read_by(description, actor, by)


def draw(sight: Sight) -> dict[str, Any]:
    """Cells of the days shown, and the addresses around them."""
    state, base = sight.state, sight.base
    one, unit = read_by(sight.description, sight.actor, state.by)
    formats = FormatContext.of(sight.actor, sight.now, narrow=True)
    on = read_day(state.on, formats.today)
    first, last = span_of(unit, on)
    most = SHOWN_IN_WEEK if unit == WEEK else SHOWN
    rows, counts = _rows(sight, one, DateRange(first, last + timedelta(days=1)), most, formats)
    items = _entries(sight, one, rows, formats)
    back, forward = around(unit, on)
    new_url = _new_url(sight.description, sight.actor, one)
    is_now = unit == MONTH and (on.year, on.month) == (formats.today.year, formats.today.month)

    def cell(day: date) -> Cell:
        count = counts.get(day, 0)
        shown = items.get(day, [])[: split(count, most)]
        kind = kind_of_day(working_calendar(), day)
        conditions = (*state.conditions, *day_conditions(one, day, day))
        return Cell(
            on=day,
            is_today=day == formats.today,
            is_other=unit == MONTH and day.month != on.month,
            is_rest=kind.is_rest,
            is_over=is_now and day < formats.today and not shown,
            mark=kind.mark,
            items=shown,
            more=count - len(shown),
            day_url=state.query(base, shape=LIST, by="", conditions=conditions),
            add_url=new_url.format(day=day.isoformat()),
        )

    shown = {
        "field": one,
        "cells": [cell(day) for day in days_of(first, last)],
        "heads": days_of(first, last)[:7],
        "unit": unit,
        "on": on,
        "first": first,
        "last": last,
        "count": sum(counts.values()),
        **undated(sight, one),
        "back_url": state.query(base, on=back.isoformat()),
        "forward_url": state.query(base, on=forward.isoformat()),
        "today_url": state.query(base, on=""),
        "month_url": state.query(base, by=one.key),
        "week_url": state.query(base, by=f"{one.key}.{WEEK}"),
    }
    return {"sums": sight.query.sums, "cal": shown}


def undated(sight: Sight, one: Field) -> dict[str, Any]:
    """How many rows have no such date, up to a cap, and the list of them."""
    conditions = (*sight.state.conditions, Condition(one.key, "empty"))

    def answer() -> int:
        found = compile_node(sight.description, sight.actor, conditions, now=sight.now)
        return few_count(sight.description.model, sight.actor, found, COUNT_CAP)

    count = sight.query.asked(f"without {one.key}", answer)
    return {
        "undated": f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}" if count else "",
        "undated_url": sight.state.query(sight.base, shape=LIST, by="", conditions=conditions),
    }


def _rows(
    sight: Sight, one: Field, days: DateRange, most: int, formats: FormatContext
) -> tuple[list[Row], dict[date, int]]:
    """The first rows of each day, and how many each has: two queries, whatever the rows."""
    query, tints = sight.query, sight.tints
    by_day: dict[str, Any] = {"partition_by": [F("_day")]}
    order = [F(one.orm).asc(), F("pk").asc()]

    def answer() -> list[tuple[Any, ...]]:
        return list(
            query.base.filter(within(one, days, formats.zone))
            .annotate(_day=place_of_day(one, days, formats.zone))
            .annotate(
                _place=Window(RowNumber(), order_by=order, **by_day),
                _count=Window(Count("pk"), **by_day),
            )
            .filter(_place__lte=most + 1)
            .order_by(one.orm, "pk")
            .values_list("pk", one.orm, "_count")
        )

    lines = query.asked(f"days from {days.start} to {days.end} in {formats.zone}", answer)
    fields = [*named_by(sight.description, sight.actor), one]
    rows = query.fetch([pk for pk, _value, _count in lines], query.paths(fields))
    if tints is not None:
        tints.look(rows)
    return rows, {day_of(value, formats.zone): count for _pk, value, count in lines}


def named_by(description: RecordDescription, actor: Actor) -> list[Field]:
    """The fields that name a row here: its title, and what stands under it in a narrow list."""
    shown = {one.key: one for one in description.visible_fields(actor)}
    return [shown[key] for key in (description.title, description.second) if key in shown]


def names_of(
    sight: Sight, rows: Sequence[Row], formats: FormatContext
) -> dict[int, tuple[str, str]]:
    """Name and second line of rows; the number of a row whose title is hidden."""
    fields = named_by(sight.description, sight.actor)
    for one in fields:
        one.kind.look(rows, one.orm, formats)
    found = {}
    for row in rows:
        told = {one.key: one.kind.text(row, one.orm, formats) for one in fields}
        name = told.get(sight.description.title) or f"#{row['pk']}"
        found[row["pk"]] = (name, told.get(sight.description.second, ""))
    return found


def _entries(
    sight: Sight, one: Field, rows: Sequence[Row], formats: FormatContext
) -> dict[date, list[Entry]]:
    slug, tints = sight.description.slug, sight.tints
    writable = {each.key for each in sight.description.writable_fields(sight.actor)}
    changes = one.key in writable and one.kind.inline
    editable = sight.query.editable(rows) if changes else set()
    names = names_of(sight, rows, formats)
    found: dict[date, list[Entry]] = {}
    for row in rows:
        pk, value = row["pk"], row[one.orm]
        at = time_of(value, formats.zone)
        name, about = names[pk]
        url = record_url(slug, pk)
        entry = Entry(
            pk=pk,
            name=name,
            about=about,
            url=url,
            at=at,
            at_text="" if at is None else f"T{at.isoformat()}",
            field_url=f"{url}field/{one.key}/" if pk in editable else "",
            version=row["version"],
            tint=tints.of(pk) if tints is not None else None,
        )
        found.setdefault(day_of(value, formats.zone), []).append(entry)
    return found


def _new_url(description: RecordDescription, actor: Actor, one: Field) -> str:
    """The form of a new record with the day in it as {day}; "" when there is none to make."""
    may = description.creatable and actor.may("create", description.type)
    if not may or one.key not in {each.key for each in description.writable_fields(actor)}:
        return ""
    whole = "" if one.create or one.required else "all=1&"
    at = "T09:00" if has_time(one) else ""
    return f"{address('records:new', description.slug)}?{whole}{one.key}={{day}}{at}"


CALENDAR = Shape(
    "calendar",
    _("Calendar"),
    "calendar",
    "records/_calendar.html",
    ways=_ways,
    check=_check,
    draw=draw,
    by_label=_("Date: %(way)s"),
    tools=frozenset(),
    turned=_turned,
)
