"""Records as data for other programs."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.lib.errors import NotFound
from shangji.lib.money import Totals
from shangji.lib.problems import TookTooLong
from shangji.records.api.reading import ListAsked, behind, cursor_after, naming, sort_paths
from shangji.records.description import RecordDescription, describe
from shangji.records.kinds import Link
from shangji.records.kinds.base import FormatContext, owner_tells, plain_decimal
from shangji.records.listing.numbers import NumberSum, all_of, number_sums, numbers_of
from shangji.records.listing.patience import TooLong, bounded
from shangji.records.listing.query import ListQuery, Row
from shangji.records.listing.quick import quick_keys

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def json_answer(data: Any, status: int = 200, **headers: str) -> HttpResponse:
    """JSON bytes; dates ISO, instants UTC."""
    body = orjson.dumps(data, default=str, option=OPTIONS)
    return HttpResponse(
        body, status=status, content_type="application/json; charset=utf-8", headers=headers
    )


def list_data(description: RecordDescription, actor: Actor, asked: ListAsked) -> dict[str, Any]:
    """One page of a list: its rows, where the next begins, totals over all rows when asked for.
    TookTooLong names the fields with an index."""
    try:
        # what is still wrong now is a condition
        with bounded(description.model), naming("f"):
            return _list_data(description, actor, asked)
    except TooLong:
        raise TookTooLong(quick_keys(description, actor)) from None


def _list_data(description: RecordDescription, actor: Actor, asked: ListAsked) -> dict[str, Any]:
    query = asked.query(description, actor)
    beyond = behind(query, asked.cursor) if asked.cursor else None
    ids = query.ids(0, asked.limit + 1, beyond)
    paths = dict.fromkeys([*query.paths(), *_owners(query).values(), *sort_paths(query)])
    page = query.fetch(ids[: asked.limit], paths)
    more = len(ids) > asked.limit
    data: dict[str, Any] = {
        "items": draw(query, page),
        "next": cursor_after(query, page[-1]) if more and page else None,
    }
    if asked.totals:
        data["totals"] = totals_data(query)
    return data


def totals_data(query: ListQuery) -> dict[str, Any]:
    """Count and sums over all rows of a list, never two currencies in one."""
    sums = query.sums
    found = {"count": sums.count, **{key: _amounts(one) for key, one in sums.totals.items()}}
    added = all_of(number_sums(query)) if numbers_of(query) else {}
    return {**found, **{key: _numbers(one) for key, one in added.items()}}


def _numbers(one: NumberSum) -> dict[str, Any]:
    """Of an added number among the fields: rows that have one, their sum and average."""
    average = None if one.average is None else plain_decimal(round(one.average, 4))
    return {"count": one.count, "sum": plain_decimal(one.sum), "average": average}


def _amounts(totals: Totals) -> list[dict[str, Any]]:
    return [{"currency": code, "amount": plain_decimal(amount)} for code, amount in totals]


def _owners(query: ListQuery) -> dict[str, str]:
    """Paths to the owners of linked records, by field: who may see them stands in the same row."""
    return {
        one.key: f"{one.orm}__owner_id"
        for one in query.fields
        if isinstance(one.kind, Link) and not one.is_custom and owner_tells(one.kind.target)
    }


def draw(query: ListQuery, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of a list query as data, with id and version first."""
    context = FormatContext.of(query.actor, timezone.now())
    owners = _owners(query)
    for one in query.fields:
        path = owners.get(one.key)
        if path is not None and rows and path in rows[0]:
            column = f"{one.orm}_id"
            pairs = ((row[column], row[path]) for row in rows if row[column] is not None)
            context.told(one.kind.target, pairs)
            continue
        one.kind.look(rows, one.orm, context)
    readers = [(one.key, one.data(context)) for one in query.fields]
    return [
        {
            "id": row["pk"],
            "version": row["version"],
            **{key: read(row) for key, read in readers},
        }
        for row in rows
    ]


def record_data(
    description: RecordDescription, actor: Actor, pk: int, fields: Sequence[str] = ()
) -> dict[str, Any]:
    """One record the actor sees, with every field it may know of. NotFound otherwise."""
    query = _whole(description, actor, fields)
    return _one(query, query.base, pk)


def saved_data(actor: Actor, record: Record) -> dict[str, Any]:
    """A record just written, whether or not the actor still sees it afterwards."""
    query = _whole(describe(record.record_type), actor, ())
    return _one(query, model_queryset(type(record)).all(), record.pk)


def _whole(description: RecordDescription, actor: Actor, fields: Sequence[str]) -> ListQuery:
    keys = fields or [one.key for one in description.visible_fields(actor)]
    return ListQuery(description, actor, columns=keys)


def _one(query: ListQuery, rows: Any, pk: int) -> dict[str, Any]:
    found = list(rows.filter(pk=pk).values(*query.paths())[:1])
    if not found:
        raise NotFound(_("Not here, or not yours to see."))
    return draw(query, found)[0]
