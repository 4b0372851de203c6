"""Lists of what links to a record, on its page: visible rows only (ACC-5)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.files.queries import files_of
from shangji.foundation.workspace.queries import current_workspace, rates_on
from shangji.records.conditions import Condition
from shangji.records.description import describe
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.figures import figures
from shangji.records.listing.query import ListQuery, capped_count
from shangji.records.listing.table import Column, draw_rows
from shangji.records.panels import Panel

#: rows shown on the page; the rest is a click away
SHOWN = 20


def related_panel(
    record_type: str,
    field: str,
    *,
    key: str = "",
    label: Any = None,
    slot: str = "tab",
    order: int = 50,
    columns: tuple[str, ...] = (),
) -> Panel:
    """A tab or sheet with the rows of `record_type` whose link `field` leads to the record.

    Args:
        columns: fields shown; the type's own list columns without the link when left out.
    """
    query = _query_of(record_type, field, columns)
    description = describe(record_type)

    def context(
        actor: Actor, record: Any, now: datetime, params: Mapping[str, str]
    ) -> dict[str, Any]:
        return _context(query(actor, record), field, record, now)

    def count(actor: Actor, record: Any) -> int:
        return capped_count(query(actor, record).base)

    return Panel(
        key=key or description.slug,
        label=label or description.plural,
        template="records/_related_list.html" if slot == "aside" else "records/_related.html",
        context=context,
        slot=slot,
        order=order,
        count=count,
        right=lambda actor, record: (
            actor.may("read", record_type) and field not in actor.hidden_fields(record_type)
        ),
    )


def _query_of(
    record_type: str, field: str, columns: tuple[str, ...]
) -> Callable[[Actor, Any], ListQuery]:
    def query(actor: Actor, record: Any) -> ListQuery:
        description = describe(record_type)
        hidden = actor.hidden_fields(record_type)
        keys = columns or tuple(key for key in description.columns if key != field)[:7]
        return ListQuery(
            description,
            actor,
            conditions=(Condition(field, "is", str(record.pk)),),
            columns=[key for key in keys if key not in hidden],
            size=SHOWN,
        )

    return query


def _context(query: ListQuery, field: str, record: Any, now: datetime) -> dict[str, Any]:
    actor, description = query.actor, query.description
    formats = FormatContext.of(actor, now, narrow=True)
    rows = query.rows()
    drawn = draw_rows(query, rows, formats, pick=False)
    url = reverse("records:list", kwargs={"slug": description.slug})
    given = {"view": "all", "f": Condition(field, "is", str(record.pk)).text}
    new = reverse("records:new", kwargs={"slug": description.slug})
    home = current_workspace().currency
    rates = rates_on(formats.today) if query.totals else ()
    return {
        "description": description,
        "columns": [Column(one, "", "") for one in query.fields],
        "body": mark_safe("".join(drawn)),  # noqa: S308 - rows are escaped where they are drawn
        "rows": rows,
        "lines": [
            {
                "pk": row["pk"],
                "title": row.get(description.title) or row["pk"],
                "cells": [one.cell(row, formats) for one in query.fields[1:]],
            }
            for row in rows
        ],
        "count": query.sums.count,
        "more": query.sums.count - len(rows),
        "list_url": f"{url}?{urlencode(given)}",
        "figures": figures(query.totals, query.sums, rates, home, formats),
        "new_url": f"{new}?{urlencode({field: record.pk})}"
        if description.creatable and actor.may("create", description.type)
        else "",
        "record": record,
    }


def files_panel(order: int = 70) -> Panel:
    """The files that hang on a record."""

    def context(
        actor: Actor, record: Any, now: datetime, params: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            "url": reverse("files:on", args=[record.record_type, record.pk]),
            "record": record,
        }

    def count(actor: Actor, record: Any) -> int:
        return int(files_of(actor, record.record_type, record.pk).count())

    return Panel(
        key="files",
        label=_("Files"),
        template="records/_files.html",
        context=context,
        order=order,
        count=count,
    )
